// What the papers say is what the program does.

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { documentPath, failuresDocument, guideDocument, settingsDocument } from './support/documents.ts';
import { SETTINGS_EXAMPLE_YAML } from './support/example.ts';
import { House, reservkraft } from './support/house.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
interface Package {
  readonly version?: string;
  readonly optional?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

describe('the documents', () => {
  it('explain every failure with the words people meet (docs/failures.md)', () => {
    expect(readFileSync(documentPath('failures.md'), 'utf8')).toBe(failuresDocument());
  });

  it('name every setting as the program reads it (docs/settings.md)', () => {
    expect(readFileSync(documentPath('settings.md'), 'utf8')).toBe(settingsDocument());
  });

  it('tell the ward how to read when the record system is down, in the words of the printed page', () => {
    expect(readFileSync(documentPath('las-nar-journalen-ar-nere.md'), 'utf8')).toBe(guideDocument());
  });

  it('show settings that can be used as they are', async () => {
    const house = new House();
    const file = join(house.folder, 'example.yaml');
    const key = join(house.folder, 'siths.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(file, SETTINGS_EXAMPLE_YAML.replace('/etc/reservkraft/siths.pem', key));
    const ran = await reservkraft(['check', '--config', file, '--json']);
    expect(ran.err).toBe('');
    expect(JSON.parse(ran.out).settings.sources).toHaveLength(3);
    await house.end();
  });

  it('list every package with its hash, and which are for development alone, without net (npm run sbom)', () => {
    const made = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 24 });
    const { bomFormat, components } = JSON.parse(made.stdout) as {
      bomFormat: string;
      components: {
        name: string;
        version: string;
        hashes?: { alg: string; content: string }[];
        properties?: { name: string }[];
      }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { version: string; integrity?: string; dev?: boolean }>;
    };
    const installed = Object.entries(packages).flatMap(([path, { version, integrity, dev }]) =>
      path === ''
        ? []
        : [
            `${path.replace(/^.*node_modules\//, '')} ${version} ${integrity?.replace(/^sha512-/, '') ?? ''} ${dev === true}`,
          ],
    );
    const listed = components.map(({ name, version, hashes = [], properties = [] }) => {
      const hash = hashes.find(({ alg }) => alg === 'SHA-512')?.content ?? '';
      const isForDevelopment = properties.some((one) => one.name === 'cdx:npm:package:development');
      return `${name} ${version} ${Buffer.from(hash, 'hex').toString('base64')} ${isForDevelopment}`;
    });
    expect([...new Set(listed)].sort()).toEqual([...new Set(installed)].sort());
    expect(listed.length).toBeGreaterThan(50);
  });

  it('give a reason for every package (docs/dependencies.md)', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Package;
    const table = read('docs/dependencies.md');
    const named = new Set(
      [...table.matchAll(/^\| ([^|]+) \|/gm)]
        .flatMap(([, cell]) => (cell ?? '').replace(/\(.*?\)/g, '').split(','))
        .map((name) => name.trim()),
    );
    const all = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(all.filter((name) => !named.has(name))).toEqual([]);
  });

  it('lock every package of every platform, so that a fresh machine installs the same', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> };
    const own = JSON.parse(read('package.json')) as Package;
    const { '': rootEntry, ...packages } = lock.packages;
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'] as const)
      expect(rootEntry?.[kind]).toEqual(own[kind]);
    const missing = Object.entries(packages).flatMap(([at, entry]) =>
      Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }).filter(
        (name) => !isLocked(packages, at, name),
      ),
    );
    expect(missing).toEqual([]);
  });
});

/** Node looks beside the package that asks, then in each folder above. */
function isLocked(packages: Record<string, Package>, at: string, name: string): boolean {
  const folders = at.split('/node_modules/').map((_, index, steps) => steps.slice(0, index + 1).join('/node_modules/'));
  return [`node_modules/${name}`, ...folders.map((folder) => `${folder}/node_modules/${name}`)].some(
    (path) => path in packages,
  );
}

it('decisions carry one number each, the one their file has', () => {
  const files = readdirSync(join(root, 'docs/decisions')).sort();
  const numbers = files.map((file) => file.slice(0, 4));
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const file of files) expect(read(`docs/decisions/${file}`)).toMatch(new RegExp(`^# ${file.slice(0, 4)} \\S`));
});
