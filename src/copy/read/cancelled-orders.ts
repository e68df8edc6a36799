// An order cancelled in a message without values (OBR-25 X): what it brought may stand elsewhere than in its report, in another part of
// the chart or in the set of a moment. Nobody answers for that either (hazard H16).

import { PART_NAMES, type PartName } from '../../domain/parts.ts';
import type { Entry, Member, PartCopy } from '../../domain/patient-copy.ts';

const REPORT = 'DiagnosticReport/';

interface CancelledOrder {
  readonly report: Entry;
  /** What the keys of its values in a set of a moment end in. */
  readonly number: string;
}

/** The same parts, but for what cancelled orders brought before they were: those values are cancelled wherever they stand. */
export function withCancelledOrders(parts: Record<PartName, PartCopy>): Record<PartName, PartCopy> {
  const cancelled = PART_NAMES.flatMap((part) => parts[part].entries.flatMap(cancelledOrder));
  if (cancelled.length === 0) return parts;
  const told = (entry: Entry): Entry => {
    const own = cancelled.filter(({ report }) => report !== entry && report.source === entry.source);
    return own.reduce(cancelledBy, entry);
  };
  const read = { ...parts };
  for (const part of PART_NAMES) read[part] = { ...read[part], entries: read[part].entries.map(told) };
  return read;
}

function cancelledOrder(report: Entry): CancelledOrder[] {
  const { state, key } = report;
  if (state !== 'cannot-be-done' || !key.startsWith(REPORT)) return [];
  const number = key.slice(REPORT.length);
  const placer = /^placer:(.*)\/[^/]*$/.exec(number)?.[1];
  return [{ report, number: placer ?? number }];
}

function cancelledBy(entry: Entry, { report, number }: CancelledOrder): Entry {
  if (entry.key.startsWith(`${report.key}/`) && entry.eventAt <= report.eventAt && stands(entry))
    return { ...entry, state: 'cannot-be-done' };
  if (!entry.key.startsWith('Set/')) return entry;
  // A value that was new after the order was cancelled stands; the same sent once more is nothing newer.
  const isOfOrder = (member: Member): boolean =>
    member.receivedAt <= report.receivedAt && stands(member) && hasNumber(member.key, number);
  if (!entry.members.some(isOfOrder)) return entry;
  const members = entry.members.map((member) =>
    isOfOrder(member) ? { ...member, state: 'cannot-be-done' as const } : member,
  );
  return { ...entry, members };
}

const stands = ({ state }: Pick<Entry, 'state'>): boolean => state !== 'withdrawn' && state !== 'deleted';

/** `8867-4/F1`, and with what tells values of one code apart: `8867-4/F1@20261122`, `8867-4/F1#2`. */
function hasNumber(key: string, number: string): boolean {
  const at = key.indexOf(`/${number}`);
  if (at < 0) return false;
  const next = key.charAt(at + number.length + 1);
  return next === '' || next === '/' || next === '@' || next === '#';
}
