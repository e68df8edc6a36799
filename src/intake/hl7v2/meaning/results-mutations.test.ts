// Messages that no sender meant to send: these readers never throw, whatever stands in the fields.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocuments } from './documents.ts';
import { readOrders } from './orders.ts';
import { readPharmacy } from './pharmacy.ts';
import { readResults } from './results.ts';
import { given, text } from './results-fixture.ts';
import { readScheduling } from './scheduling.ts';

const NAMES = 'PID PV1 ORC OBR OBX NTE SPM TQ1 RXO RXE RXR RXC RXA RXG ODS DG1 SCH AIS AIL AIP AIG TXA ZZZ'.split(' ');
const PIECES =
  'CA|NW|OBX|CP|F|W|NM|SN|CE|ED|TS|""|^|&|~|\\|\\T\\|\\X00\\|1,5|<5|1e999|99999999999999999999|20261122080000|20261399|0800|Å|__proto__|constructor|toString|\u0000|D|PDF^Base64^JVBERi0'
    .split('|')
    .concat(['P1^X^Y&Z', '189001019802^^^SKV', '147842^HR^MDC', '8867-4^Puls^LN', '^^^20261122^^S', '-1', 'min']);

const fieldOf = fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }).map((pieces) => pieces.join(''));
const segmentOf = fc
  .tuple(fc.constantFrom(...NAMES), fc.array(fieldOf, { maxLength: 26 }))
  .map(([name, fields]) => [name, ...fields].join('|'));
const segmentsOf = fc.array(segmentOf, { maxLength: 14 });

const READERS = [
  ['ORU^R01', readResults],
  ['OUL^R22', readResults],
  ['OML^O21', readOrders],
  ['OML^O33', readOrders],
  ['RDE^O11', readPharmacy],
  ['RAS^O17', readPharmacy],
  ['RGV^O15', readPharmacy],
  ['SIU^S12', readScheduling],
  ['MDM^T10', readDocuments],
] as const;

describe('a message of arbitrary segments and fields', () => {
  it.each(READERS)('%s is read without a fault, the same each time, under keys of its own', (type, reader) => {
    fc.assert(
      fc.property(segmentsOf, (segments) => {
        const bytes = text(type, ...segments);
        const [first, second] = [given(bytes), given(bytes)];
        const changes = reader(first.message, first.context);
        expect(JSON.stringify(reader(second.message, second.context))).toBe(JSON.stringify(changes));
        for (const change of changes) {
          if (change.kind !== 'resource') continue;
          expect(Number.isFinite(change.at)).toBe(true);
          const keys = (change.members ?? []).map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
        }
      }),
      { seed: 20261122, numRuns: 400 },
    );
  });
});
