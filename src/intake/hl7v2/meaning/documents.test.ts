import type { DocumentReference } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import type { ResourceChange } from '../../../domain/changes.ts';
import { readDocuments } from './documents.ts';
import { given, resources, text } from './results-fixture.ts';

function read(event: string, segments: readonly string[]): ResourceChange[] {
  const { message, context } = given(text(`MDM^${event}^MDM_T02`, ...segments));
  return resources(readDocuments(message, context));
}
function one(changes: readonly ResourceChange[]): ResourceChange {
  expect(changes).toHaveLength(1);
  return changes[0] as ResourceChange;
}
const document = (change: ResourceChange | undefined): Partial<DocumentReference> =>
  change?.resource as DocumentReference;
const words = (change: ResourceChange | undefined): string =>
  Buffer.from(document(change).content?.[0]?.attachment.data ?? '', 'base64').toString('utf8');

const txa = (options: { number?: string; parent?: string; completion?: string; availability?: string } = {}): string =>
  `TXA|1|RONDA^Rondanteckning|TX|20261122091000|SE1^Berg^Bo||||SE1^Berg^Bo|||${options.number ?? 'D1'}|${options.parent ?? ''}|P1|F1||${options.completion ?? 'AU'}||${options.availability ?? 'AV'}`;
const LINES = ['OBX|1|TX|N^Anteckning||Mår bättre. Feberfri & pigg', 'OBX|2|TX|N^Anteckning||Åter i morgon'];

describe('a note', () => {
  it('is shown with its text, author and time', () => {
    const found = one(read('T02', [txa(), ...LINES]));
    expect(found).toMatchObject({
      part: 'notes',
      key: 'DocumentReference/D1',
      at: Date.UTC(2026, 10, 22, 8, 10),
      state: 'final',
      mode: 'merge',
      orderNumbers: { placer: 'P1', filler: 'F1' },
    });
    expect(document(found)).toMatchObject({
      status: 'current',
      docStatus: 'final',
      type: { text: 'Rondanteckning' },
      author: [{ display: 'Bo Berg' }],
      date: '2026-11-22T09:10:00+01:00',
    });
    expect(words(found)).toBe('Mår bättre. Feberfri & pigg\nÅter i morgon');
  });

  it.each([
    ['AU', 'final', 'final'],
    ['LA', 'final', 'final'],
    ['DI', 'preliminary', 'preliminary'],
    ['IP', 'preliminary', 'preliminary'],
    ['PA', 'preliminary', 'preliminary'],
    ['', 'unknown', undefined],
    ['QQ', 'unknown', undefined],
  ])('with completion %j is %s: nobody signs it by default', (completion, state, docStatus) => {
    const found = one(read('T02', [txa({ completion }), ...LINES]));
    expect([found.state, document(found).docStatus]).toEqual([state, docStatus]);
  });

  it('is found again by a number written the old way, as ^^4711', () => {
    const keys = ['T02', 'T11'].map((event) => one(read(event, [txa({ number: '^^4711' }), ...LINES])).key);
    expect(keys).toEqual(['DocumentReference/4711', 'DocumentReference/4711']);
  });

  it('keeps values of other kinds as lines with their names, and files as files', () => {
    const found = one(
      read('T02', [
        txa(),
        'OBX|1|NM|VIKT^Vikt||72,5|kg',
        'OBX|2|CE|HLR^HLR-status||0^0-HLR^L',
        'OBX|3|ED|PDF^Skannat||EPJ^AP^PDF^Base64^JVBERi0xLjQK',
      ]),
    );
    expect(words(found)).toBe('Vikt: 72,5 kg\nHLR-status: 0-HLR');
    expect(document(found).content?.[1]?.attachment.contentType).toBe('application/pdf');
  });
});

describe('a document that changes', () => {
  it('announced without content leaves the text as it was', () => {
    const found = one(read('T03', [txa({ completion: 'LA' })]));
    expect(found).toMatchObject({ key: 'DocumentReference/D1', mode: 'merge' });
    expect(document(found).content).toBeUndefined();
  });

  it.each(['T04', 'T06'])('by an addendum (%s) stays, with the addendum beside it', (event) => {
    const found = one(read(event, [txa({ number: 'D2', parent: 'D1' }), ...LINES]));
    expect(found.key).toBe('DocumentReference/D2');
    expect(document(found).relatesTo).toEqual([{ code: 'appends', target: { identifier: { value: 'D1' } } }]);
  });

  it('by a change of status alone is the same document', () => {
    const found = one(read('T04', [txa({ completion: 'LA' }), ...LINES]));
    expect([found.key, document(found).relatesTo]).toEqual(['DocumentReference/D1', undefined]);
  });

  it('by an edit (T08) says that it was changed', () => {
    const found = one(read('T08', [txa(), ...LINES]));
    expect([found.state, document(found).docStatus]).toEqual(['corrected', 'amended']);
  });

  it('by a replacement (T10) is superseded by the new one', () => {
    const [old, fresh] = read('T10', [txa({ number: 'D2', parent: 'D1' }), ...LINES]);
    expect([old?.key, document(old).status]).toEqual(['DocumentReference/D1', 'superseded']);
    expect([fresh?.key, document(fresh).status]).toEqual(['DocumentReference/D2', 'current']);
    expect(document(fresh).relatesTo?.[0]?.code).toBe('replaces');
  });

  it.each([
    ['T11', 'AV'],
    ['T04', 'CA'],
  ])('by a cancellation (%s, availability %s) leaves view, its text not kept once more', (event, availability) => {
    const found = one(read(event, [txa({ availability }), ...LINES]));
    expect(found).toMatchObject({ state: 'withdrawn', mode: 'withdraw', key: 'DocumentReference/D1' });
    expect(document(found).content).toBeUndefined();
  });
});

describe('a message without a document', () => {
  it('changes nothing', () => {
    expect(read('T02', LINES)).toEqual([]);
  });
});
