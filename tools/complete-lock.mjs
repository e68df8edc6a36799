// Run after each `npm install`. A registry that does not carry some platform's optional package makes npm leave it out of
// the lock file, and every later `npm ci` then fails everywhere. This writes the missing entries back, by name and version.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const first = (words, name) => words.find((word) => name.includes(word)) ?? 'none';
const has = (at, name) =>
  [`${at}/node_modules/${name}`.replace(/^\//, ''), `node_modules/${name}`].some((key) => key in lock.packages);
let added = 0;
for (const [at, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (has(at, name)) continue;
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''),
      optional: true,
      ...(entry.dev ? { dev: true } : {}),
      cpu: [first(['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'arm'], name)],
      os: [first(['android', 'darwin', 'win32', 'freebsd', 'openharmony', 'linux'], name)],
      ...(name.includes('musl') ? { libc: ['musl'] } : {}),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} platform packages added to the lock file\n`);
