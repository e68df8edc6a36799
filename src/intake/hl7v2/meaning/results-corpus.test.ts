// Every message others have published, read by these readers: nothing breaks and no value is lost.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../domain/changes.ts';
import type { Hl7Message } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { readDocuments } from './documents.ts';
import { readOrders } from './orders.ts';
import { readPharmacy } from './pharmacy.ts';
import { readResults } from './results.ts';
import { given, resources } from './results-fixture.ts';
import { hasValue } from './results-value.ts';
import { readScheduling } from './scheduling.ts';

const DATA = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const isPresent = existsSync(DATA);

type Reader = (message: Hl7Message, context: MeaningContext) => Change[];
const READERS: Readonly<Record<string, Reader>> = {
  ORU: readResults,
  OUL: readResults,
  ORM: readOrders,
  OMG: readOrders,
  OML: readOrders,
  OMI: readOrders,
  RDE: readPharmacy,
  OMP: readPharmacy,
  RAS: readPharmacy,
  RGV: readPharmacy,
  SIU: readScheduling,
  MDM: readDocuments,
};

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

/** The messages of a file, cut as bytes where a line begins with MSH. */
function messagesOf(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const starts: number[] = [];
  for (let at = bytes.indexOf('MSH'); at >= 0; at = bytes.indexOf('MSH', at + 3)) {
    const before = at === 0 ? 13 : (bytes[at - 1] ?? 0);
    if (before === 13 || before === 10 || before === 0xbf || before === 0x0b) starts.push(at);
  }
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
}

const corpus = isPresent
  ? readdirSync(DATA)
      .filter((name) => name.startsWith('hl7v2-'))
      .flatMap((name) => filesUnder(join(DATA, name)))
      .filter((path) => !/\.(md|json)$/.test(path))
      .flatMap((path) =>
        messagesOf(path).map((bytes, index) => ({ name: `${path.slice(DATA.length)}#${index}`, bytes })),
      )
  : [];

function read(bytes: Uint8Array): { type: string; message: Hl7Message; changes: Change[]; hasSubject: boolean } | null {
  const { message, context, setAside } = given(bytes);
  const type = message.header?.value(9) ?? '';
  const reader = READERS[type];
  if (reader === undefined) return null;
  const changes = reader(message, context);
  return { type, message, changes, hasSubject: context.subject !== null && setAside.length === 0 };
}

describe.skipIf(!isPresent)('messages published by others (skipped where ../shared/data is absent)', () => {
  it('are read without a fault, each of them', () => {
    let count = 0;
    for (const { name, bytes } of corpus) {
      const found = read(bytes);
      if (found === null) continue;
      count += 1;
      expect(() => JSON.stringify(found.changes), name).not.toThrow();
    }
    expect(count).toBeGreaterThan(350);
  });

  it('keep every observation they carry: a member for each, lines of one text in one, each with its value', () => {
    let observations = 0;
    for (const { name, bytes } of corpus) {
      const found = read(bytes);
      if (found === null || !found.hasSubject || found.type === 'SIU' || found.type === 'MDM') continue;
      const isLeaving = (code: string): boolean => code === 'W' || code === 'D';
      const lines = found.message.all('OBX').filter((obx) => !isLeaving(obx.raw(11)));
      const members = resources(found.changes)
        .flatMap(({ members = [] }) => members)
        .filter(({ state }) => state !== 'withdrawn' && state !== 'deleted');
      const isText = (type: string): boolean => ['ST', 'TX', 'FT'].includes(type);
      const answers = lines.filter((obx) => !isText(obx.raw(2)) || obx.raw(6) !== '');
      const texts = members.flatMap(({ resource }) =>
        resource.resourceType === 'Observation' && resource.valueString !== undefined ? [resource.valueString] : [],
      );
      const joined = `\n${texts.join('\n')}\n`;
      for (const obx of lines.filter((line) => isText(line.raw(2)) && line.raw(6) === '' && hasValue(line))) {
        expect(joined, name).toContain(`\n${obx.freeText(5)}\n`);
      }
      const isValued = (resource: object): boolean => Object.keys(resource).some((key) => key.startsWith('value'));
      const ofText = members.filter(({ resource }) =>
        texts.includes((resource as { valueString?: string }).valueString ?? ''),
      );
      expect(members.length, name).toBeGreaterThanOrEqual(answers.length);
      expect(members.length, name).toBeLessThanOrEqual(lines.length);
      expect(members.filter(({ resource }) => isValued(resource)).length, name).toBeGreaterThanOrEqual(
        answers.filter(hasValue).length,
      );
      expect(ofText.length, name).toBeLessThanOrEqual(lines.length);
      for (const change of resources(found.changes)) {
        const keys = (change.members ?? []).map(({ key }) => key);
        expect(new Set(keys).size, name).toBe(keys.length);
      }
      observations += lines.length;
    }
    expect(observations).toBeGreaterThan(8_000);
  });

  it('keep every line of a document', () => {
    let documents = 0;
    for (const { name, bytes } of corpus) {
      const found = read(bytes);
      if (found === null || found.type !== 'MDM' || !found.hasSubject) continue;
      const [document] = resources(found.changes).slice(-1);
      const contents = document?.resource.resourceType === 'DocumentReference' ? document.resource.content : [];
      const text = (contents ?? [])
        .filter(({ attachment }) => attachment.contentType?.startsWith('text/plain'))
        .map(({ attachment }) => Buffer.from(attachment.data ?? '', 'base64').toString('utf8'))
        .join('\n');
      for (const obx of found.message.all('OBX').filter(hasValue)) {
        if (obx.raw(2) === 'ED' || obx.raw(2) === 'RP') continue;
        expect(text, name).toContain(obx.freeText(5));
      }
      documents += 1;
    }
    expect(documents).toBeGreaterThan(4);
  });

  it('give the same changes when read again', () => {
    for (const { name, bytes } of corpus) {
      const [first, second] = [read(bytes), read(bytes)];
      expect(JSON.stringify(first?.changes), name).toBe(JSON.stringify(second?.changes));
    }
  });

  it('give every order, dose, booking and document of a known patient a key, a part and a state', () => {
    let changes = 0;
    for (const { name, bytes } of corpus) {
      const found = read(bytes);
      if (found === null) continue;
      for (const change of resources(found.changes)) {
        expect(change.key, name).toMatch(/^[A-Za-z]+\/.+/);
        expect(Number.isFinite(change.at), name).toBe(true);
        changes += 1;
      }
      if (found.hasSubject && found.message.all('OBX').length > 0 && found.type !== 'SIU') {
        expect(found.changes.length, name).toBeGreaterThan(0);
      }
    }
    expect(changes).toBeGreaterThan(300);
  });
});
