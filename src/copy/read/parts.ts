// The parts of a chart: each reads its own window of rows, newest clinical time first, over all numbers that are the person.

import type { FhirResource } from 'fhir/r4';
import type { ValueState } from '../../domain/changes.ts';
import { sourceId } from '../../domain/identity.ts';
import { PART_NAMES, type PartName } from '../../domain/parts.ts';
import type { Entry, Member, Notice, PartCopy, PartFeed } from '../../domain/patient-copy.ts';
import { compareText, type FactReader, nameOfRow } from '../fact-reader.ts';
import type { GroupMember } from '../identity/read-identity.ts';
import { readText } from '../kept-text.ts';
import { partCode, SNAPSHOT_ROW } from '../part-codes.ts';
import { denialsSaid } from '../write/denials.ts';
import type { FactRow } from '../write/facts.ts';
import { formerOf } from '../write/former.ts';
import type { KeptMember } from '../write/member.ts';
import { withCancelledOrders } from './cancelled-orders.ts';
import {
  hiddenRows,
  type JoinedNumbers,
  joinNumbers,
  NOTHING_JOINED,
  type NumberRows,
  type PartsOf,
  sameName,
} from './join-numbers.ts';
import type { KeptWindow, KeptWindows } from './kept-windows.ts';
import { ORDER_PARTS, withOrdersTogether } from './person-orders.ts';

export interface Window {
  readonly sequence: number;
  readonly rowsMax: number;
  /** What was read before, where now and the chart's own window are asked for. */
  readonly kept: KeptWindows | null;
}

export interface PartsRead {
  readonly parts: Record<PartName, PartCopy>;
  /** What left view when the person's numbers were read as one. */
  readonly notices: readonly Notice[];
  /** Told of one number, and untrue now that it is read with the others (`untoldName`). */
  readonly untold: ReadonlySet<string>;
}

interface MemberWindow {
  readonly no: number;
  readonly window: KeptWindow;
}

export function readParts(
  members: readonly GroupMember[],
  window: Window,
  facts: FactReader,
  feeds: ReadonlyMap<PartName, readonly PartFeed[]>,
): PartsRead {
  const { joined, entriesOf } = readTogether(members, PART_NAMES, window, facts);
  const none = statedNone(members, joined, window.sequence, facts);
  const read = (part: PartName): PartCopy => {
    const { entries, isTruncated } = entriesOf(part);
    return {
      part,
      entries,
      truncated: isTruncated,
      statedNone: none.get(part) ?? [],
      feeds: feeds.get(part) ?? [],
    };
  };
  const parts = Object.fromEntries(PART_NAMES.map((part) => [part, read(part)])) as Record<PartName, PartCopy>;
  return { parts: withCancelledOrders(parts), notices: joined.notices, untold: joined.untold };
}

/** The entries of these parts alone, as the whole chart has them. */
export function readEntries(
  members: readonly GroupMember[],
  parts: readonly PartName[],
  window: Window,
  facts: FactReader,
): readonly Entry[] {
  const { entriesOf } = readTogether(members, parts, window, facts);
  return parts.flatMap((part) => entriesOf(part).entries);
}

function readTogether(members: readonly GroupMember[], parts: readonly PartName[], window: Window, facts: FactReader) {
  const present = new Map(members.map(({ no }) => [no, new Set(facts.partsOf(no))]));
  const windows = new Map(
    parts.map((part): [PartName, readonly MemberWindow[]] => {
      const having = members.filter(({ no }) => present.get(no)?.has(partCode(part)) === true);
      return [part, having.map((member) => ({ no: member.no, window: readWindow(member, part, window, facts) }))];
    }),
  );
  const places = ORDER_PARTS.flatMap((part) => (windows.get(part) ?? []).map((one) => ({ ...one, part })));
  const numbers = joinedNumbers(members, windows, { present, window }, facts);
  const joined = withOrdersTogether(numbers, places, window, facts);
  const entriesOf = (part: PartName): Pick<KeptWindow, 'entries' | 'isTruncated'> => {
    const own = (windows.get(part) ?? []).map((one) => one.window);
    return joinPart(part, own, { joined, members, window });
  };
  return { joined, entriesOf };
}

function joinedNumbers(
  members: readonly GroupMember[],
  windows: ReadonlyMap<PartName, readonly MemberWindow[]>,
  { present, window }: { readonly present: PartsOf; readonly window: Window },
  facts: FactReader,
): JoinedNumbers {
  if (members.length < 2) return NOTHING_JOINED;
  const shown = [...windows].flatMap(([part, own]) =>
    own.map(({ no, window: { names, sources } }): NumberRows => ({ no, part: partCode(part), names, sources })),
  );
  return joinNumbers([...shown, ...hiddenRows(members, present, window.sequence, facts)], window, facts);
}

function joinPart(
  part: PartName,
  windows: readonly KeptWindow[],
  { joined, members, window }: { joined: JoinedNumbers; members: readonly GroupMember[]; window: Window },
): Pick<KeptWindow, 'entries' | 'isTruncated'> {
  const rows = joined.rows.filter((row) => row.part === partCode(part));
  const isApart = (name: string): boolean => !joined.names.has(sameName(name));
  const isTouched = rows.length > 0 || windows.some(({ names }) => !names.every(isApart));
  if (joined.names.size === 0 || !isTouched) {
    const join = () => joinWindows(windows, window.rowsMax);
    return window.kept === null ? join() : window.kept.joined(windows, join);
  }
  const apart = windows.map(
    (one): KeptWindow => ({ ...one, entries: one.entries.filter((_, at) => isApart(one.names[at] ?? '')) }),
  );
  const entries = rows.flatMap((row): Entry[] => {
    const member = members.find(({ no }) => no === row.identity);
    return member === undefined ? [] : [entryOf(row, member, part)];
  });
  return joinWindows(
    [...apart, { names: [], sources: new Set(), entries, isTruncated: false, characters: 0 }],
    window.rowsMax,
  );
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
    sources: new Set(rows.map(({ source }) => source)),
    entries: rows.map((row, at) => known.get(names[at] ?? '') ?? entryOf(row, member, part)),
    isTruncated: rows.length > rowsMax,
    characters: rows.reduce(
      (sum, row) => sum + row.body.length + (row.members?.length ?? 0) + (row.former?.length ?? 0),
      0,
    ),
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
    ...(row.former === null ? {} : { former: formerOf(row) }),
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

/** What states the denial is now told under another number, or no longer. */
function isSaidElsewhere({ source, identity }: FactRow, key: string, { names, rows }: JoinedNumbers): boolean {
  if (!names.has(`${key}\u001f${source}`)) return false;
  return !rows.some((row) => row.source === source && row.key === key && row.identity === identity);
}

/** A denial stands while its source has said nothing newer to the contrary, under whichever of the person's numbers (hazard H4). */
function statedNone(
  members: readonly GroupMember[],
  joined: JoinedNumbers,
  sequence: number,
  facts: FactReader,
): Map<PartName, StatedNone[]> {
  const rows = members.flatMap(({ no }) => facts.rows(no, SNAPSHOT_ROW, sequence, SNAPSHOTS_MAX));
  const told = rows.map((row) => ({ row, ...denialsSaid(row) }));
  const none = new Map<PartName, StatedNone[]>();
  for (const { row, denials, said } of told) {
    const { source } = row;
    const same = told.filter((other) => other.row.source === source && other.row.key === row.key);
    const until = same.reduce(
      (latest, { deniedUntil }) => Math.max(latest, deniedUntil ?? latest),
      Number.NEGATIVE_INFINITY,
    );
    const standing = Object.entries(denials).filter(
      ([key]) => (said[key] ?? 0) > until && !isSaidElsewhere(row, key, joined),
    );
    if (standing.length === 0) continue;
    const part = row.key.slice(row.key.indexOf('/') + 1) as PartName;
    const at = Math.max(...standing.map(([, at]) => at));
    none.set(part, [...(none.get(part) ?? []), { source: sourceId(source), at }]);
  }
  for (const stated of none.values()) stated.sort((a, b) => b.at - a.at || compareText(a.source, b.source));
  return none;
}
