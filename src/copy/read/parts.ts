// The parts of a chart: each reads its own window of rows, newest clinical time first, over all numbers that are the person.

import type { FhirResource } from 'fhir/r4';
import type { ValueState } from '../../domain/changes.ts';
import { sourceId } from '../../domain/identity.ts';
import { PART_NAMES, type PartName } from '../../domain/parts.ts';
import type { Entry, Member, PartCopy, PartFeed } from '../../domain/patient-copy.ts';
import { compareText, type FactReader, nameOfRow } from '../fact-reader.ts';
import type { GroupMember } from '../identity/read-identity.ts';
import { readText } from '../kept-text.ts';
import { partCode, SNAPSHOT_ROW } from '../part-codes.ts';
import { denialsOf } from '../write/denials.ts';
import type { FactRow } from '../write/facts.ts';
import type { KeptMember } from '../write/members.ts';
import type { KeptWindow, KeptWindows } from './kept-windows.ts';

interface Window {
  readonly sequence: number;
  readonly rowsMax: number;
  /** What was read before, where now and the chart's own window are asked for. */
  readonly kept: KeptWindows | null;
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
    const windows = members
      .filter(({ no }) => present.get(no)?.has(code) === true)
      .map((member) => readWindow(member, part, window, facts));
    const join = () => joinWindows(windows, window.rowsMax);
    const { entries, isTruncated } = window.kept === null ? join() : window.kept.joined(windows, join);
    return {
      part,
      entries,
      truncated: isTruncated,
      statedNone: none.get(part) ?? [],
      feeds: feeds.get(part) ?? [],
    };
  };
  return Object.fromEntries(PART_NAMES.map((part) => [part, read(part)])) as Record<PartName, PartCopy>;
}

/** One identity's newest rows of a part. What was read before of a row that still holds is not read again. */
function readWindow(member: GroupMember, part: PartName, window: Window, facts: FactReader): KeptWindow {
  const { sequence, rowsMax, kept } = window;
  const [no, code] = [member.no, partCode(part)];
  const before = kept?.get(no, code);
  const mark = kept === null ? '' : facts.namesNow(no, code, rowsMax + 1);
  if (before?.mark === mark) return before.window;
  const known = new Map(before?.window.names.map((name, at) => [name, before.window.entries[at]]));
  const rows = facts.rows(no, code, sequence, rowsMax + 1);
  const names = rows.map(nameOfRow);
  const read: KeptWindow = {
    names,
    entries: rows.map((row, at) => known.get(names[at] ?? '') ?? entryOf(row, member, part)),
    isTruncated: rows.length > rowsMax,
    characters: rows.reduce((sum, { body, members }) => sum + body.length + (members?.length ?? 0), 0),
  };
  kept?.put(no, code, mark, read);
  return read;
}

function joinWindows(windows: readonly KeptWindow[], rowsMax: number) {
  const entries = windows.flatMap((window) => window.entries);
  if (windows.length > 1) entries.sort(newestEntryFirst);
  return {
    entries: entries.slice(0, rowsMax),
    isTruncated: entries.length > rowsMax || windows.some(({ isTruncated }) => isTruncated),
  };
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
      const said = Object.values(denialsOf(row));
      if (said.length === 0) continue;
      const part = row.key.slice(row.key.indexOf('/') + 1) as PartName;
      none.set(part, [...(none.get(part) ?? []), { source: sourceId(row.source), at: Math.max(...said) }]);
    }
  }
  for (const stated of none.values()) stated.sort((a, b) => b.at - a.at || compareText(a.source, b.source));
  return none;
}
