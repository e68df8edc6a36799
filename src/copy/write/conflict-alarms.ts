// What a message says of who is who that the copy does not follow: told to whoever answers for the source.

import type { Change, Reading, StayChange } from '../../domain/changes.ts';
import type { Identity } from '../../domain/identity.ts';
import type { Identities } from '../identity/identities.ts';
import type { Refusal } from '../identity/join-identities.ts';
import type { GroupReader } from '../identity/read-identity.ts';
import type { Act } from './facts.ts';

/** Said by this message, or made impossible by it: a stay that begins under a second number of one person. */
export function alarmConflicts(
  reading: Reading,
  act: Act,
  {
    identities,
    groups,
    isTied,
  }: { readonly identities: Identities; readonly groups: GroupReader; readonly isTied: boolean },
): void {
  const reasons = new Set<string>();
  for (const change of reading.changes) {
    const subject = whoseTies(change, isTied);
    if (subject === null) continue;
    for (const { why } of groups.group(identities.numberOf(subject)).conflicts) reasons.add(ALARM_WORDS[why]);
  }
  for (const reason of [...reasons].sort()) act.alarm('identity-conflict', reason);
}

/** Whose numbers a change may have tied, or may have made two people of. */
function whoseTies(change: Change, isTied: boolean): Identity | null {
  switch (change.kind) {
    case 'person':
      return isTied && (change.identifiers?.length ?? 0) > 1 ? change.subject : null;
    case 'merge':
      return isTied ? change.survivor : null;
    case 'stay':
      return BEGINS.has(change.action) ? change.subject : null;
    default:
      return null;
  }
}

const BEGINS: ReadonlySet<StayChange['action']> = new Set(['admit', 'register', 'cancel-discharge', 'return']);

const ALARM_WORDS: Readonly<Record<Refusal, string>> = {
  'two-nationals': 'one list of numbers would join two national numbers',
  'two-lives': 'a list of numbers is not followed: both are admitted',
  'two-persons': 'a list of numbers is not followed: birth date or sex differs',
  merge: 'a merge is not followed: both are admitted',
  'undeclared-merge': 'a merge is not followed: the sender is not declared',
  'undeclared-list': 'a list of numbers is not followed: the sender is not declared',
};
