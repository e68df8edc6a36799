// A value taken back because it was another patient's (OBX-11 W) must be found, wherever the source has put it: what is taken
// back from nobody is still in some chart, and people must be told (hazard H15).

import type { ResourceChange } from '../../domain/changes.ts';
import type { PartName } from '../../domain/parts.ts';
import type { Notice } from '../../domain/patient-copy.ts';
import type { GroupReader } from '../identity/read-identity.ts';
import { readText } from '../kept-text.ts';
import { nameOfResource } from '../name-of-resource.ts';
import type { Act, FactRow, Facts } from './facts.ts';
import type { KeptMember, ToldMember } from './member.ts';

const WHOLE_PARTS: ReadonlySet<string> = new Set(['results', 'vitals', 'notes', 'reports']);

interface TakenBack {
  /** Null: the whole resource. */
  readonly key: string | null;
  readonly name: string;
}

/** A server's own key stands under one person only, and is taken back wherever that is. */
function takenBack(change: ResourceChange): readonly TakenBack[] {
  if (change.keyScope === 'source') return [];
  const members = (change.members ?? []).filter(({ state }) => state === 'withdrawn');
  if (members.length > 0) return members.map(({ key, resource }) => ({ key, name: nameOfResource(resource) }));
  const isWhole = change.state === 'withdrawn' && WHOLE_PARTS.has(change.part);
  return isWhole ? [{ key: null, name: nameOfResource(change.resource) }] : [];
}

const membersOf = (row: FactRow): readonly KeptMember[] =>
  row.members === null ? [] : (JSON.parse(readText(row.members)) as KeptMember[]);

const holds = (row: FactRow, { key }: TakenBack): boolean =>
  key === null || membersOf(row).some((one) => one.key === key);

interface Tools {
  readonly facts: Facts;
  readonly groups: GroupReader;
}

/**
 * Told on the chart named, and on every other chart where this source has the same value: it stays there, in doubt. Where one of
 * those is the same person it is taken back when the chart is read (join-rows.ts), and these words are left out for as long.
 */
export function tellUnmatched(
  change: ResourceChange,
  kept: FactRow | undefined,
  identity: number,
  act: Act,
  { facts, groups }: Tools,
): void {
  const back = takenBack(change);
  // One value can be named in two ways, with its time and without: it is found when one of them is.
  const found = new Set(back.filter((value) => kept !== undefined && holds(kept, value)).map(({ name }) => name));
  const missing = back.filter(({ name }) => !found.has(name));
  if (missing.length === 0) return;
  const tell = (no: number, name: string, words: string): void => {
    const detail = `${name} (${words})`;
    facts.notice(no, unmatchedName(change.key, name), act, { kind: 'value-withdrawn', detail, part: change.part });
  };
  for (const name of new Set(missing.map((value) => value.name))) tell(identity, name, NOT_FOUND);
  const elsewhere = facts.findInView(act.source, change.key).filter((row) => row.identity !== identity);
  const holders = elsewhere.filter((row) => missing.some((value) => isShown(row, value)));
  for (const row of holders)
    for (const value of missing) if (isShown(row, value)) tell(row.identity, value.name, IN_DOUBT);
  const group = holders.length === 0 ? [] : groups.group(identity).members.map(({ no }) => no);
  if (!holders.some((row) => group.includes(row.identity)))
    act.alarm('unmatched-withdrawal', 'a value taken back is not kept under the patient named');
}

/** Under which the words stand that a value taken back was not found. */
export const unmatchedName = (key: string, name: string): string => `${key}/${name}`;

function isShown(row: FactRow, { key }: TakenBack): boolean {
  return key === null || membersOf(row).some((one) => one.key === key && one.state !== 'withdrawn');
}

/** A value of a report the reader must be told of. */
export function memberNotice({ member, why }: ToldMember, part: PartName): Pick<Notice, 'kind' | 'detail' | 'part'> {
  const name = nameOfResource(member.resource);
  if (why === 'late-deleted') return { kind: 'late-word', detail: name, part };
  const words = why === 'withdrawn' ? '' : ` (${why === 'again' ? SENT_AGAIN : LATE})`;
  return { kind: 'value-withdrawn', detail: `${name}${words}`, part };
}

const NOT_FOUND = 'hittades inte i den här journalen';
const IN_DOUBT = 'osäkert, står kvar: återtagandet kom på en annan patient';
const LATE = 'osäkert, står kvar: återtagandet är äldre än värdet';
const SENT_AGAIN = 'sänt igen efter återtagandet, visas inte';
