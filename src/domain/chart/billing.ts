// Invoices and claims come with many exports and say nothing at a bedside. They are kept, and told as one line a type with its
// count, so that what else came is not lost among them.

import type { Entry } from '../patient-copy.ts';
import type { ChartEntry } from './chart.ts';
import type { ComposeContext } from './context.ts';

const NAMES: ReadonlyMap<string, string> = new Map([
  ['Claim', 'ersättningskrav'],
  ['ClaimResponse', 'svar på ersättningskrav'],
  ['ExplanationOfBenefit', 'ersättningsbesked'],
  ['Coverage', 'försäkringsuppgift'],
  ['CoverageEligibilityRequest', 'fråga om försäkring'],
  ['CoverageEligibilityResponse', 'svar om försäkring'],
  ['Account', 'konto'],
  ['ChargeItem', 'debiteringspost'],
  ['Invoice', 'faktura'],
  ['PaymentNotice', 'betalningsbesked'],
  ['PaymentReconciliation', 'betalningsavstämning'],
  ['EnrollmentRequest', 'anmälan till försäkring'],
  ['EnrollmentResponse', 'svar på anmälan till försäkring'],
]);

export const isBilling = ({ resource }: Entry): boolean => NAMES.has(resource.resourceType);

/** One line a source and type, the latest time of each. */
export function billingEntries(
  entries: readonly Entry[],
  isCut: boolean,
  context: ComposeContext,
): readonly ChartEntry[] {
  const groups = Map.groupBy(entries.filter(isBilling), ({ source, resource }) => `${source} ${resource.resourceType}`);
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const type = first.resource.resourceType;
    const latest = group.reduce((ms, { at }) => Math.max(ms, at), first.at);
    return [
      {
        kind: 'unread',
        key: `billing/${key}`,
        source: first.source,
        sourceName: context.sourceName(first.source),
        time: context.time(latest),
        state: 'final',
        title: `${isCut ? 'Minst ' : ''}${group.length} × ${NAMES.get(type) ?? type}`,
        text: `ekonomi (${type}), sparat men visas inte här`,
        status: null,
        isDanger: false,
        details: [],
        remarks: [],
        values: [],
        receivedUnder: null,
      } satisfies ChartEntry,
    ];
  });
}
