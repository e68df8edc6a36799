// What lies on paper in somebody's hand, as the ledger tells it.

import { describe, expect, it } from 'vitest';
import { patientKey, unitId } from '../domain/identity.ts';
import { notPrintedDraft, type PrintedAct, PrintLedger, printedDraft, sheetClosedDraft } from './print-ledger.ts';

const KARIN = patientKey('karin');
const YUSUF = patientKey('yusuf');
const act = (print: string, version: number, change: Partial<PrintedAct> = {}): PrintedAct => ({
  print,
  what: 'pack',
  unit: unitId('K2'),
  version,
  printer: 'Expeditionen',
  copies: 1,
  by: { author: 'SE2321000016-1ABC', name: 'Anna Berg, ssk' },
  opened: null,
  at: version * 1_000,
  sheets: [
    { kind: 'list', patient: null, number: null },
    { kind: 'reading', patient: KARIN, number: null },
    { kind: 'signing', patient: KARIN, number: `K2-${version}-01` },
    { kind: 'signing', patient: YUSUF, number: `K2-${version}-02` },
  ],
  ...change,
});

function followed(...drafts: readonly ReturnType<typeof printedDraft>[]): PrintLedger {
  const ledger = new PrintLedger();
  // As they come back from the ledger: through JSON.
  for (const draft of drafts) ledger.follow(JSON.parse(JSON.stringify(draft)));
  return ledger;
}
const numbers = (ledger: PrintLedger, patient = KARIN): readonly string[] =>
  ledger.openSheets(patient).map(({ number }) => number);

describe('a signing sheet', () => {
  it('stays open however many are printed after it, until it is closed by name', () => {
    const ledger = followed(printedDraft(act('a', 36)), printedDraft(act('b', 37)), printedDraft(act('c', 38)));
    expect(numbers(ledger)).toEqual(['K2-36-01', 'K2-37-01', 'K2-38-01']);
    const sheet = ledger.openSheet('K2-37-01');
    if (sheet === null) throw new Error('not open');
    ledger.follow(sheetClosedDraft(sheet, { by: 'Elin Ek', how: 'införd', at: 40_000 }));
    expect(numbers(ledger)).toEqual(['K2-36-01', 'K2-38-01']);
    expect(numbers(ledger, YUSUF)).toHaveLength(3);
  });

  it('printed twice says that two papers carry its number', () => {
    const ledger = followed(printedDraft(act('a', 36)), printedDraft(act('b', 36, { copies: 2 })));
    expect(ledger.openSheet('K2-36-01')?.papers).toBe(3);
  });

  it('that never reached the printer is not out; one of which that is unclear is', () => {
    const ledger = followed(
      printedDraft(act('a', 36)),
      printedDraft(act('b', 37)),
      notPrintedDraft(act('a', 36), 'paper.printer-silent', 1),
    );
    expect(numbers(ledger)).toEqual(['K2-37-01']);
  });

  it('of a print of three that failed takes back all three, and leaves those that were out before', () => {
    const three = act('b', 36, { copies: 3 });
    const failed = notPrintedDraft(three, 'paper.printer-silent', 1);
    expect(followed(printedDraft(three), failed).openSheet('K2-36-01')).toBeNull();
    const both = followed(printedDraft(act('a', 36)), printedDraft(three), failed);
    expect(both.openSheet('K2-36-01')?.papers).toBe(1);
    // Told twice, as when an answer is lost: once is once.
    both.follow(failed);
    expect(both.openSheet('K2-36-01')?.papers).toBe(1);
  });

  it('of a number that has been on paper never comes back on another', () => {
    const ledger = followed(printedDraft(act('a', 41)), printedDraft(act('b', 7)));
    expect([ledger.versionPrinted(unitId('K2')), ledger.versionPrinted(unitId('X'))]).toEqual([41, 0]);
  });

  it('is told of in the ledger with whom it is about, and without a name or a number of theirs', () => {
    const draft = printedDraft(act('a', 36));
    expect(draft).toMatchObject({
      kind: 'paper.printed',
      unit: 'K2',
      patient: null,
      body: { patients: [KARIN, YUSUF] },
    });
    const one = printedDraft(
      act('b', 2, { what: 'chart', sheets: [{ kind: 'reading', patient: KARIN, number: null }] }),
    );
    expect(one).toMatchObject({ patient: KARIN, body: { signing: [] } });
  });
});
