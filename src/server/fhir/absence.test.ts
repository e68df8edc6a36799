// What the summary for other systems says of what is not there: none known only on proof (design §5.4).

import type { Bundle, Composition } from 'fhir/r4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceId } from '../../domain/identity.ts';
import { ANNA } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;
beforeEach(async () => {
  copy = await ServedCopy.started();
});
afterEach(() => copy.close());

const DAY_MS = 24 * 3_600_000;
const IPS = 'http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips';

/** A patient who comes when the copy has run for ten days. */
function admitAfterTenDays(): void {
  copy.now = { ...copy.now, wallMs: copy.now.wallMs + 10 * DAY_MS, monotonicMs: copy.now.monotonicMs + 10 * DAY_MS };
  const at = `${new Date(copy.now.wallMs).toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`;
  copy.hl7(
    'journal',
    `MSH|^~\\&|JOURNAL|HUS|RK|RK|${at}||ADT^A01^ADT_A01|A1|P|2.5|||||SWE|UNICODE UTF-8`,
    `EVN|A01|${at}`,
    'PID|1||189001019802^^^SKV^NNSWE||Övning^Åsa||18900101|F',
    'PV1|1|I|KIR2^1^2||||||||||||||||V1',
  );
}

const summaryIn = async (version: string): Promise<Bundle> =>
  (await copy.ask(`/fhir/Patient/${copy.keyOf(ANNA)}/$summary?profile=${IPS}|${version}`)).json as Bundle;

describe('§5.4 the summary of a patient admitted after the copy began', () => {
  it('says none known of nothing while the source has never sent everything, not even of this stay', async () => {
    admitAfterTenDays();
    const { sections, text } = await said();
    expect([...new Set(sections.values())]).toEqual(['unavailable']);
    expect(text).not.toMatch(/no-known-|nilknown/);
  });

  it('says none known of problems and medication when it has', async () => {
    copy.command({ command: 'full-load', source: sourceId('journal'), parts: 'all-declared' });
    admitAfterTenDays();
    const { sections, text } = await said();
    expect([...sections.values()]).toContain('nilknown');
    expect(text).toContain('no-known-problems');
  });
});

/** Why each section without entries has none, in the newer form; and the older form whole, which says it by resources. */
async function said(): Promise<{ sections: ReadonlyMap<string, string | undefined>; text: string }> {
  const newer = (await summaryIn('2.0.0')).entry?.[0]?.resource as Composition;
  const empty = (newer.section ?? []).filter(({ entry }) => entry === undefined);
  return {
    sections: new Map(empty.map(({ title = '', emptyReason }) => [title, emptyReason?.coding?.[0]?.code])),
    text: JSON.stringify(await summaryIn('1.1.0')),
  };
}
