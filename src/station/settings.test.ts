import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../domain/failures.ts';
import { readSettings } from './settings.ts';

const file = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'settings-')), 'reservkraft.yaml');
  writeFileSync(path, text);
  return path;
};
const read = (text: string, flags: Record<string, string> = {}, environment: Record<string, string> = {}) =>
  readSettings(new Map([['--config', file(text)], ...Object.entries(flags)]), environment);
const problemsOf = (text: string, flags: Record<string, string> = {}): string => {
  try {
    read(text, flags);
  } catch (error) {
    if (error instanceof Failure) return error.detail ?? '';
    throw error;
  }
  return '';
};

test('a flag wins over the environment, that over the file, that over the default', () => {
  expect(read('').httpPort).toBe(7070);
  expect(read('httpPort: 1').httpPort).toBe(1);
  expect(read('httpPort: 1', {}, { RESERVKRAFT_HTTP_PORT: '2' }).httpPort).toBe(2);
  expect(read('httpPort: 1', { '--http-port': '3' }, { RESERVKRAFT_HTTP_PORT: '2' }).httpPort).toBe(3);
});

test('settings read from another folder do not move the station there: only a path written in the file is read from its folder', () => {
  const { dataFolder, keyFile, tokenFile } = read('name: Annan plats');
  expect([dataFolder, keyFile, tokenFile]).toEqual(
    ['data', 'keys/station.key', 'keys/station.token'].map((path) => resolve(path)),
  );
  const config = file('data: data');
  expect(readSettings(new Map([['--config', config]]), {}).dataFolder).toBe(join(dirname(config), 'data'));
});

test('every problem is told at once, and unknown keys are problems', () => {
  const problems = problemsOf(
    'colour: blue\nhttpPort: 99999\nsources:\n  - id: LAB\n    feeds: [{ part: blood-pressure }]\n    hl7: { charset: ebcdic, shoe: 1 }\n',
  );
  for (const expected of [
    'unknown key "colour"',
    'port is a whole number',
    'small letters',
    'no part "blood-pressure"',
    'charset: one of',
    'unknown key "shoe"',
  ])
    expect(problems).toContain(expected);
});

test('the key never lies in the data folder', () => {
  expect(problemsOf('data: ./data\nkeyFile: ./data/station.key')).toContain('outside the data folder');
});

test('a server reachable by others is refused until people can sign in', () => {
  expect(problemsOf('httpHost: 0.0.0.0')).toContain('only this machine');
});

test('a source feeding a unit that does not exist is refused at start, not a silent gap on the ward', () => {
  const text =
    'units: [{ id: kir, name: Kirurgi }]\nsources:\n  - id: lab\n    feeds: [{ part: results, units: [kirr] }]\n';
  expect(problemsOf(text)).toContain('no unit "kirr"');
  expect(read(text.replace('kirr', 'kir')).sources[0]?.feeds).toEqual([
    { part: 'results', units: ['kir'], heartbeat: 'any-message' },
  ]);
});

test('a port for others’ messages says who they are', () => {
  expect(problemsOf('mllpHost: 0.0.0.0')).toContain('say which may send');
  expect(problemsOf('mllpHost: 0.0.0.0\nmllpAllow: [10.0.0.0/8]')).toBe('');
});

test('a poll needs a declared source and an address without a secret in it', () => {
  const poll = (baseUrl: string) =>
    `sources: [{ id: ehr }]\npolls: [{ source: ehr, baseUrl: "${baseUrl}", types: [Patient] }]`;
  expect(problemsOf(poll('https://user:word@ehr/fhir'))).toContain('without name or password');
  expect(read(poll('https://ehr/fhir')).polls[0]?.everySeconds).toBe(60);
});
