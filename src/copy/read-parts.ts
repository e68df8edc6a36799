// The parts of a chart: each reads its own window of rows, newest clinical time first, over all numbers that are the person.

import type { FhirResource } from 'fhir/r4';
import type { ValueState } from '../domain/changes.ts';
import { sourceId } from '../domain/identity.ts';
import { PART_NAMES, type PartName } from '../domain/parts.ts';
import type { Entry, Member, PartCopy, PartFeed } from '../domain/patient-copy.ts';
import type { FactRow } from './facts.ts';
import { readText } from './kept-text.ts';
import type { KeptMember } from './members.ts';
import { partCode, SNAPSHOT_ROW } from './part-codes.ts';
import { compareText, type FactReader } from './read-facts.ts';
import type { GroupMember } from './read-identity.ts';

interface Window {
  readonly sequence: number;
  readonly rowsMax: number;
}

export function readParts(
  members: readonly GroupMember[],
  window: Window,
  facts: FactReader,
  feeds: ReadonlyMap<PartName, readonly PartFeed[]>,
): Record<PartName, PartCopy> {
  const present = new Map(members.map(({ no }) => [no, new Set(facts.partsOf(no))]));
  const none = statedNone(members, window.sequence, facts);
  const read = (part: PartName): PartCopy => {
    const code = partCode(part);
    const entries: Entry[] = [];
    let isTruncated = false;
    for (const member of members) {
      if (present.get(member.no)?.has(code) !== true) continue;
      const rows = facts.rows(member.no, code, window.sequence, window.rowsMax + 1);
      if (rows.length > window.rowsMax) isTruncated = true;
      for (const row of rows) entries.push(entryOf(row, member, part));
    }
    if (members.length > 1) entries.sort(newestEntryFirst);
    return {
      part,
      entries: entries.slice(0, window.rowsMax),
      truncated: isTruncated || entries.length > window.rowsMax,
      statedNone: none.get(part) ?? [],
      feeds: feeds.get(part) ?? [],
    };
  };
  return Object.fromEntries(PART_NAMES.map((part) => [part, read(part)])) as Record<PartName, PartCopy>;
}

const newestEntryFirst = (a: Entry, b: Entry): number =>
  b.at - a.at ||
  compareText(a.key, b.key) ||
  compareText(a.source, b.source) ||
  compareText(a.subject.id, b.subject.id);

function entryOf(row: FactRow, { identity }: GroupMember, part: PartName): Entry {
  return {
    source: sourceId(row.source),
    subject: identity,
    part,
    key: row.key,
    at: row.at,
    eventAt: row.event,
    receivedAt: row.received,
    state: row.state as ValueState,
    unlistedAt: row.unlisted,
    resource: JSON.parse(readText(row.body)) as FhirResource,
    members: row.members === null ? [] : membersOf(readText(row.members)),
    orderNumbers: row.orders === null ? {} : (JSON.parse(row.orders) as Entry['orderNumbers']),
  };
}

/** Withdrawn values are another patient's: they are kept only as marks and never leave the copy (hazard H15). */
function membersOf(text: string): Member[] {
  return (JSON.parse(text) as KeptMember[]).filter(({ state }) => state !== 'withdrawn');
}

/** One a part and source. */
const SNAPSHOTS_MAX = 500;

interface StatedNone {
  readonly source: ReturnType<typeof sourceId>;
  readonly at: number;
}

function statedNone(members: readonly GroupMember[], sequence: number, facts: FactReader): Map<PartName, StatedNone[]> {
  const none = new Map<PartName, StatedNone[]>();
  for (const { no } of members) {
    for (const row of facts.rows(no, SNAPSHOT_ROW, sequence, SNAPSHOTS_MAX)) {
      const { none: isNone } = JSON.parse(readText(row.body)) as { none: boolean };
      if (!isNone) continue;
      const part = row.key.slice(row.key.indexOf('/') + 1) as PartName;
      none.set(part, [...(none.get(part) ?? []), { source: sourceId(row.source), at: row.event }]);
    }
  }
  for (const stated of none.values()) stated.sort((a, b) => b.at - a.at || compareText(a.source, b.source));
  return none;
}
