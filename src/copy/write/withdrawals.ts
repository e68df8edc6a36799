// A value taken back because it was another patient's (OBX-11 W) must be found, wherever the source has put it: what is taken
// back from nobody is still in some chart, and people must be told (hazard H15).

import type { ResourceChange } from '../../domain/changes.ts';
import type { Identities } from '../identity/identities.ts';
import { readText } from '../kept-text.ts';
import { nameOfResource } from '../name-of-resource.ts';
import type { Act, FactRow, Facts } from './facts.ts';
import type { KeptMember } from './members.ts';

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

/** Under the number named, or under one the same source has merged with it: a merge must not hide what is to be taken back. */
export function holderOf(
  change: ResourceChange,
  act: Act,
  { facts, identities }: { readonly facts: Facts; readonly identities: Identities },
): number {
  const named = identities.numberOf(change.subject);
  const back = takenBack(change);
  if (back.length === 0) return named;
  const group = identities.mergedBy(act.source, named);
  const holder = [named, ...group].find((one) => {
    const row = facts.findResource(act.source, change.key, one);
    return row !== undefined && back.some((value) => holds(row, value));
  });
  return holder ?? named;
}

/** Told on the chart named, and on every other chart where this source has the same value: it stays there, in doubt. */
export function tellUnmatched(
  change: ResourceChange,
  kept: FactRow | undefined,
  identity: number,
  act: Act,
  facts: Facts,
): void {
  const back = takenBack(change);
  // One value can be named in two ways, with its time and without: it is found when one of them is.
  const found = new Set(back.filter((value) => kept !== undefined && holds(kept, value)).map(({ name }) => name));
  const missing = back.filter(({ name }) => !found.has(name));
  if (missing.length === 0) return;
  act.alarm('unmatched-withdrawal', 'a value taken back is not kept under the patient named');
  const tell = (no: number, name: string, words: string): void => {
    const detail = `${name} (${words})`;
    facts.notice(no, `${change.key}/${name}`, act, { kind: 'value-withdrawn', detail, part: change.part });
  };
  for (const name of new Set(missing.map((value) => value.name))) tell(identity, name, NOT_FOUND);
  for (const row of facts.findInView(act.source, change.key)) {
    if (row.identity === identity) continue;
    for (const value of missing) if (isShown(row, value)) tell(row.identity, value.name, IN_DOUBT);
  }
}

function isShown(row: FactRow, { key }: TakenBack): boolean {
  return key === null || membersOf(row).some((one) => one.key === key && one.state !== 'withdrawn');
}

const NOT_FOUND = 'hittades inte i den här journalen';
const IN_DOUBT = 'osäkert, står kvar: återtagandet kom på en annan patient';
