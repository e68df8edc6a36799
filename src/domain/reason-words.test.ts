// Every sentence that intake and copy give for a message has its Swedish: a technician at night reads no English.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { alarmWords, reasonWords } from './reason-words.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where such a sentence stands in the program: as it is written, or filled in. */
const PLACES = [
  /setAside\(\s*(?:[^'`()]*\? )?(['`])((?:(?!\1).)+)\1(?: : '([^']+)')?/gs,
  /\breason: (['`])((?:(?!\1).)+)\1/g,
  /code: '[a-z-]+',\s*detail: (['`])((?:(?!\1).)+)\1/g,
  /nothingRead\([^'`]*'set-aside', [^,]+, (['`])((?:(?!\1).)+)\1/g,
  /#reading\('unread', \[\], (['`])((?:(?!\1).)+)\1/g,
  /alarm\('[a-z-]+', (['`])((?:(?!\1).)+)\1/g,
];
/** Not sentences about a message: Swedish already, or a code. */
const IS_NO_SENTENCE =
  /^(Delvis given|Patienten avböjde|Inte given|[A-Z][A-Z\d]{2}-\d+|byte \$\{[^}]+\}: \$\{reason\}|\$\{[^}]+\}(-\$\{[^}]+\})?( \(\$\{[^}]+\}\))?)$/;

function sentences(): string[] {
  const found = new Set<string>();
  for (const room of ['intake', 'copy']) {
    for (const name of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || /\.(test|fixture)\.ts$|-fixture\.ts$/.test(name)) continue;
      const text = readFileSync(join(root, room, name), 'utf8');
      for (const place of PLACES)
        for (const [, , sentence = '', other] of text.matchAll(place))
          for (const one of [sentence, other]) if (one !== undefined && !IS_NO_SENTENCE.test(one)) found.add(one);
    }
  }
  return [...found];
}

describe('why a message did not simply become part of the charts', () => {
  test('is told in Swedish, wherever in the program it is said', () => {
    const all = sentences();
    expect(all.length).toBeGreaterThan(40);
    // What is filled in stands for a count, a field or a word.
    const filled = all.map((sentence) => sentence.replace(/\$\{of\}/g, 'visit').replace(/\$\{[^}]+\}/g, '3'));
    expect(filled.filter((sentence) => reasonWords(sentence) === sentence)).toEqual([]);
  });

  test('keeps what was filled in, and the code for whoever answers for the source', () => {
    expect(reasonWords('could not be applied (TypeError)')).toBe('kunde inte föras in (TypeError)');
    expect(reasonWords('byte 12: not a FHIR resource')).toBe('byte 12: inte en FHIR-resurs');
    expect(reasonWords('Bundle/batch: 2 Observation without a patient that can be told')).toBe(
      'Bundle/batch: 2 Observation utan en patient som kan pekas ut',
    );
    expect(reasonWords('something new')).toBe('something new');
    expect(alarmWords({ code: 'clock-ahead', detail: 'by 12 minutes' })).toBe(
      'klockan går före: 12 minuter före vår klocka (clock-ahead)',
    );
    expect(alarmWords({ code: 'clock-ahead', detail: 'OBX-14 by 12 minutes' })).toBe(
      'klockan går före: OBX-14 12 minuter före vår klocka (clock-ahead)',
    );
    expect(alarmWords({ code: 'unknown-code', detail: 'PV1-2' })).toBe('okänd kod: PV1-2 (unknown-code)');
  });
});
