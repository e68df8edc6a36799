import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { Failure } from '../../domain/failures.ts';
import { readCredential } from '../access/open-provider.ts';
import { patternFault } from './name-pattern.ts';
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
    'okänd nyckel "colour"',
    'port är ett heltal',
    'små bokstäver',
    'ingen del "blood-pressure"',
    'charset: en av',
    'okänd nyckel "shoe"',
  ])
    expect(problems).toContain(expected);
});

test('the key never lies in the data folder', () => {
  expect(problemsOf('data: ./data\nkeyFile: ./data/station.key')).toContain('utanför datamappen');
});

test('a server reachable by others is refused until people can sign in', () => {
  expect(problemsOf('httpHost: 0.0.0.0')).toContain('bara datorns egen adress');
});

test('a source feeding a unit that does not exist is refused at start, not a silent gap on the ward', () => {
  const text =
    'units: [{ id: kir, name: Kirurgi }]\nsources:\n  - id: lab\n    feeds: [{ part: results, units: [kirr] }]\n';
  expect(problemsOf(text)).toContain('ingen enhet "kirr"');
  expect(read(text.replace('kirr', 'kir')).sources[0]?.feeds).toEqual([
    { part: 'results', units: ['kir'], heartbeat: 'any-message' },
  ]);
});

test('what cannot mean anything is refused, all of it at once', () => {
  const problems = problemsOf(`units: [{ id: kir, name: Kirurgi }, { id: kir, name: Kirurgi två }]
sources:
  - { id: lab, match: { application: LAB, facility: HUS }, units: { K1: kirr } }
  - { id: lab, match: { application: ADT } }
  - { id: old, match: { facility: HUS, application: LAB }, feeds: [{ part: results, ageLimitMinutes: "30" }] }
  - { id: bare, name: 7, match: { application: 12 } }
  - { id: poll }
  - { id: file }
reports: [{ source: file, folder: lists, kind: Lista, unit: med }]
`);
  expect(problems.split('\n')).toEqual([
    'units: "kir" är angiven två gånger',
    'sources[0].units: det finns ingen enhet "kirr"',
    'sources[2].feeds[0].ageLimitMinutes: ska vara ett tal',
    'sources[3].match.application: ska vara en text på 1 till 200 tecken',
    'sources[3].name: ska vara en text på 1 till 200 tecken',
    'sources: "lab" är angiven två gånger',
    'sources: "match: application LAB, facility HUS" är angiven två gånger',
    'reports[0]: det finns ingen enhet "med"',
  ]);
});

test('a file that is not YAML is told by its line, in Swedish', () => {
  expect(problemsOf('name: a\nname: b')).toMatch(/, rad 2: samma nyckel två gånger \(DUPLICATE_KEY\)$/);
  expect(problemsOf('name: "a')).toMatch(/, rad 1: ett tecken saknas .*\(MISSING_CHAR\)$/);
});

test('a port for others’ messages says who they are', () => {
  expect(problemsOf('mllpHost: 0.0.0.0')).toContain('ange vilka som får sända');
  expect(problemsOf('mllpHost: 0.0.0.0\nmllpAllow: [10.0.0.0/8]')).toBe('');
});

test('a poll needs a declared source and an address without a secret in it', () => {
  const poll = (baseUrl: string) =>
    `sources: [{ id: ehr }]\npolls: [{ source: ehr, baseUrl: "${baseUrl}", types: [Patient] }]`;
  expect(problemsOf(poll('https://user:word@ehr/fhir'))).toContain('utan användarnamn eller lösenord');
  expect(read(poll('https://ehr/fhir')).polls[0]?.everySeconds).toBe(60);
});

test('a poll that never asks for what its source is declared to feed is refused, never shown as fetched and empty', () => {
  const poll = (types: string, more = '') =>
    `sources: [{ id: ehr, transport: fhir-poll, feeds: [{ parts: [person, problems, allergies] }] }]
polls: [{ source: ehr, baseUrl: "https://ehr/fhir", types: [${types}] }${more}]`;
  expect(problemsOf(poll('Patient')).split('\n')).toEqual([
    'polls: "ehr" anges mata "problems", men ingen av dess types bär den',
    'polls: "ehr" anges mata "allergies", men ingen av dess types bär den',
  ]);
  const whole = 'Patient, Condition, AllergyIntolerance';
  expect(read(poll(whole)).sources[0]?.feeds.map(({ heartbeat }) => heartbeat)).toEqual(Array(3).fill('own-messages'));
  expect(problemsOf(poll(whole).replace('allergies]', 'allergies], heartbeat: any-message'))).toContain('del för del');
  const second = ', { source: ehr, baseUrl: "https://two/fhir", types: [Patient, Condition, AllergyIntolerance] }';
  expect(problemsOf(poll(whole, second))).toBe('polls: "ehr" hämtas två gånger; ange en källa för varje server');
});

test('who may send is told as addresses and networks; anything else is named, never found out by a station that dies', () => {
  expect(problemsOf('mllpAllow: [banan, 10.0.0.0/8, 10.0.0.0/33]')).toBe(
    'mllpAllow: "banan", "10.0.0.0/33" är ingen adress (10.20.0.7) och inget nät (10.20.0.0/16)',
  );
});

test('a poll signs in with all that takes or not at all, at an address that is one', () => {
  const poll = (more: string) =>
    `sources: [{ id: ehr }]\npolls: [{ source: ehr, baseUrl: "https://ehr/fhir", types: [Patient]${more} }]`;
  const secret = ', clientId: a, clientSecretFile: a.secret';
  expect(problemsOf(poll(`${secret}, tokenUrl: "https://ehr/token", scope: s`))).toBe('');
  expect(problemsOf(poll(`${secret}, tokenUrl: inte en adress`))).toBe(
    'polls[0]: tokenUrl ska vara en http(s)-adress utan användarnamn eller lösenord i',
  );
  expect(problemsOf(poll(`${secret}, tokenUrl: "http://127.0.0.1:8080/token"`))).toBe('');
  expect(problemsOf(poll(`${secret}, tokenUrl: "http://ehr/token"`))).toBe(
    'polls[0]: tokenUrl ska vara en https-adress, eller på den här datorn: dit skickas hemligheten',
  );
  expect(problemsOf(poll(', tokenUrl: "https://ehr/token", clientId: a'))).toBe(
    'polls[0]: tokenUrl, clientId, clientSecretFile hör ihop; clientSecretFile saknas',
  );
  expect(problemsOf(poll(', scope: s'))).toBe('polls[0]: scope och tokenMethod kräver tokenUrl');
  expect(problemsOf(poll('').replace('https://ehr', 'https://ehr:99999'))).toContain('baseUrl');
});

test('what patients have comes over https, or within the machine, unless the region has decided else in that very poll', () => {
  const poll = (baseUrl: string, more = '') =>
    `sources: [{ id: ehr }]\npolls: [{ source: ehr, baseUrl: "${baseUrl}", types: [Patient]${more} }]`;
  for (const baseUrl of [
    'https://ehr/fhir',
    'http://127.0.0.1:8080/fhir',
    'http://localhost/fhir',
    'http://[::1]/fhir',
  ])
    expect([baseUrl, problemsOf(poll(baseUrl))]).toEqual([baseUrl, '']);
  for (const baseUrl of [
    'http://ehr/fhir',
    'http://10.0.0.7/fhir',
    'http://127.0.0.1.elak.example/',
    'http://localhost.x',
  ])
    expect([baseUrl, problemsOf(poll(baseUrl))]).toEqual([
      baseUrl,
      expect.stringContaining('baseUrl ska vara en https-adress'),
    ]);
  expect(problemsOf(poll('http://ehr/fhir', ', allowUnencrypted: false'))).toContain('https-adress');
  expect(problemsOf(poll('http://ehr/fhir', ', allowUnencrypted: true'))).toBe('');
  expect(problemsOf(poll('https://ehr/fhir', ', allowUnencrypted: ja'))).toContain(
    'allowUnencrypted är true eller false',
  );
  // Patients may go in the clear where the region says so; our secret never does.
  const secret = ', clientId: a, clientSecretFile: a.secret, tokenUrl: "http://ehr/token", allowUnencrypted: true';
  expect(problemsOf(poll('http://ehr/fhir', secret))).toContain('tokenUrl ska vara en https-adress');
});

test('a pattern that a file’s name could keep the station busy with for years is refused', () => {
  for (const pattern of [
    '(a+)+$',
    '(a|a)*$',
    '(a*)*',
    '(?:a?){30}',
    '(a)\\1',
    'a*a*a*$',
    '^a?a?a?a?',
    '^b|a*a*a*',
    '[',
    '(a+]+',
  ])
    expect([pattern, patternFault(pattern)]).toEqual([pattern, expect.any(String)]);
  for (const pattern of [
    '.',
    '^kir2-',
    '^(kir2|med1)-.*\\.pdf$',
    '^\\d{8}-\\w+-\\d+\\.(?:pdf|txt)$',
    '[(a+)+]',
    '\\(a+\\)+',
  ])
    expect([pattern, patternFault(pattern)]).toEqual([pattern, null]);
  expect(problemsOf("sources: [{ id: l }]\nreports: [{ source: l, folder: l, kind: L, pattern: '(a+)+$' }]")).toBe(
    'reports[0]: pattern får inte upprepa en grupp, som i (a+)+',
  );
});

describe('the provider people sign in through', () => {
  const provider = (more: object = {}): string =>
    JSON.stringify({
      provider: {
        issuer: 'https://idp.example/oidc',
        clientId: 'reservkraft',
        clientSecretFile: 'siths.secret',
        addresses: ['https://10.0.0.5:7443/'],
        ...more,
      },
    });

  it('is read with what is left out filled in, and its secret is named by its file alone', () => {
    const text = provider();
    expect(read(text).provider).toMatchObject({
      label: 'SITHS',
      hsaIdClaim: 'employeeHsaId',
      signedWith: 'RS256',
      isAskedEachTime: true,
      clockDifferenceSeconds: 60,
      confirmEveryDays: null,
      levels: [],
    });
    const secret = read(text).provider?.clientSecretFile ?? '';
    expect([isAbsolute(secret), basename(secret)]).toEqual([true, 'siths.secret']);
    expect(read('').provider).toBeNull();
  });

  it.each<[object, string]>([
    [{ issuer: 'http://idp.example' }, 'provider.issuer'],
    [{ issuer: 'https://user:word@idp.example' }, 'provider.issuer'],
    [{ clientId: undefined }, 'provider.clientId'],
    [{ clientSecretFile: undefined }, 'antingen clientSecretFile eller privateKeyFile'],
    [{ privateKeyFile: 'siths.pem' }, 'antingen clientSecretFile eller privateKeyFile'],
    [{ clientSecret: 'hemligt' }, 'okänd nyckel "clientSecret"'],
    [{ addresses: [] }, 'provider.addresses'],
    [{ addresses: ['http://10.0.0.5:7443/'] }, 'provider.addresses'],
    [{ addresses: ['https://10.0.0.5:7443/app'] }, 'provider.addresses'],
    [{ addresses: ['https://10.0.0.5:7443'] }, 'provider.addresses'],
    [{ signedWith: 'none' }, 'provider.signedWith'],
    [{ signedWith: 'HS256' }, 'provider.signedWith'],
    [{ clockDifferenceSeconds: 3_600 }, 'provider.clockDifferenceSeconds'],
    [{ confirmEveryDays: 1 }, 'provider.confirmEveryDays'],
    [{ acr: [3] }, 'provider.acr'],
    [{ askEachTime: 'no' }, 'provider.askEachTime'],
    [{ scope: 'profile' }, 'provider.scope'],
  ])('is refused with %j, by its place and never with what a secret is', (more, words) => {
    const problems = problemsOf(provider(more));
    expect(problems).toContain(words);
    expect(problems).not.toContain('hemligt');
  });

  it.each<[string, string, string]>([
    ['clientSecretFile', '', 'på en rad'],
    ['clientSecretFile', 'one\ntwo', 'på en rad'],
    ['privateKeyFile', 'hemligt', 'ingen nyckel som kan användas'],
  ])('with %s %j cannot be started, and nothing of the file is said', (key, text, words) => {
    const secret = join(mkdtempSync(join(tmpdir(), 'secret-')), 'file');
    writeFileSync(secret, text);
    const { provider: settings } = read(provider({ clientSecretFile: undefined, [key]: secret }));
    if (settings === null) throw new Error('no provider');
    expect(() => readCredential(settings)).toThrow(words);
    expect(() => readCredential(settings)).not.toThrow('hemligt');
  });
});
