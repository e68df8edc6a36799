// Two numbers turn out to be one person, a visit was registered on the wrong one, a number is replaced: HL7 v2 ch. 3.6.
// PID is always who stays, MRG who goes. Nothing is moved here: the copy keeps an alias, so that each can be undone.

import type { Change } from '../../../domain/changes.ts';
import { type Identity, sameIdentity } from '../../../domain/identity.ts';
import { identityDomain } from '../../../domain/identity-domains.ts';
import { unreachable } from '../../../domain/unreachable.ts';
import type { Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { type PatientIdentities, preferredFirst, readIdentity, readIdentityList } from './identities.ts';
import { nationalNumber } from './national-number.ts';
import type { PatientGroup } from './person.ts';

/** `person`: PID-3 ← MRG-1. `account`: PID-18 ← MRG-3. `visit`: PV1-19 ← MRG-5. `move-…`: from MRG's person to PID's. */
export type MergeKind =
  | 'person'
  | 'person-and-account'
  | 'account'
  | 'visit'
  | 'move-person'
  | 'move-account'
  | 'move-visit';

export const MERGE_EVENTS: Readonly<Record<string, MergeKind>> = {
  A18: 'person',
  A30: 'person',
  A34: 'person',
  A35: 'account',
  A36: 'person-and-account',
  A39: 'person',
  A40: 'person',
  A41: 'account',
  A42: 'visit',
  A43: 'move-person',
  A44: 'move-account',
  A45: 'move-visit',
  A46: 'person',
  A47: 'person',
  A49: 'account',
  A50: 'visit',
};

/** One MRG with what stands around it: the PID before it, the PV1 after it. */
interface MergePair {
  readonly group: PatientGroup;
  readonly mrg: Hl7Segment;
  readonly pv1: Hl7Segment | undefined;
}

function pairsOf(group: PatientGroup): MergePair[] {
  const pairs: MergePair[] = [];
  group.segments.forEach((mrg, index) => {
    if (mrg.name !== 'MRG') return;
    const rest = group.segments.slice(index + 1);
    const nextMrg = rest.findIndex((segment) => segment.name === 'MRG');
    const until = nextMrg < 0 ? rest : rest.slice(0, nextMrg);
    pairs.push({ group, mrg, pv1: until.find((segment) => segment.name === 'PV1') });
  });
  return pairs;
}

const isNational = (domain: string): boolean => identityDomain(domain)?.kind === 'national';

/**
 * Many senders leave the authority out of MRG that they write in PID. A merge is within one series, so a bare number belongs
 * to the one series of the survivor's that it has the shape of; where that is not exactly one it stays the sender's own.
 */
function inSurvivorsSeries(
  identity: Identity,
  mrg: Hl7Segment,
  field: number,
  survivors: readonly Identity[],
): Identity {
  const hasAuthority = mrg.value(field, 4, 1) !== undefined || mrg.value(field, 4, 2) !== undefined;
  if (hasAuthority || survivors.some((each) => each.domain === identity.domain)) return identity;
  const national = nationalNumber(identity.id);
  const candidates = new Set(
    survivors.map((each) => each.domain).filter((domain) => isNational(domain) === (national.kind !== 'none')),
  );
  const [domain] = candidates;
  if (candidates.size !== 1 || domain === undefined) return identity;
  return { domain, id: national.kind === 'none' ? identity.id : national.id };
}

/** Whom MRG is about: MRG-1, in older events MRG-4. */
function mergedPerson({ mrg, group }: MergePair, context: MeaningContext): readonly Identity[] {
  for (const field of [1, 4]) {
    const found = readIdentityList(mrg, field, context).map((identity) =>
      inSurvivorsSeries(identity, mrg, field, group.identities.all),
    );
    if (found.length > 0) return preferredFirst(found)?.all ?? [];
  }
  return [];
}

function numberPair(
  pair: MergePair,
  of: 'account' | 'visit',
  context: MeaningContext,
): { readonly survivor: Identity; readonly subsumed: Identity } | null {
  const { mrg, group, pv1 } = pair;
  const survivor =
    of === 'account' ? readIdentity(group.pid, 18, 1, context.source) : pv1 && readIdentity(pv1, 19, 1, context.source);
  const field = of === 'account' ? 3 : 5;
  const former = readIdentity(mrg, field, 1, context.source);
  if (!survivor || former === null) return null;
  const hasAuthority = mrg.value(field, 4, 1) !== undefined || mrg.value(field, 4, 2) !== undefined;
  const subsumed = hasAuthority ? former : { domain: survivor.domain, id: former.id };
  return sameIdentity(survivor, subsumed) ? null : { survivor, subsumed };
}

function mergePerson(pair: MergePair, context: MeaningContext): Change[] {
  const survivor = pair.group.identities.subject;
  const changes = mergedPerson(pair, context)
    .filter((subsumed) => !sameIdentity(subsumed, survivor))
    .map((subsumed): Change => ({ kind: 'merge', survivor, subsumed }));
  if (changes.length === 0) context.setAside('merge without two different patient numbers');
  return changes;
}

function mergeNumber(pair: MergePair, of: 'account' | 'visit', context: MeaningContext): Change[] {
  const numbers = numberPair(pair, of, context);
  if (numbers === null) {
    context.setAside(`merge without two different ${of} numbers`);
    return [];
  }
  return [{ kind: 'merge-visit', subject: pair.group.identities.subject, ...numbers }];
}

function move(pair: MergePair, of: 'person' | 'account' | 'visit', context: MeaningContext): Change[] {
  const to = pair.group.identities.subject;
  const [from] = mergedPerson(pair, context);
  if (from !== undefined && pair.group.identities.all.some((each) => sameIdentity(each, from)) && of === 'visit') {
    return moveToAccount(pair, context);
  }
  if (from === undefined || sameIdentity(from, to)) {
    context.setAside('move without two different patient numbers');
    return [];
  }
  if (of === 'person') return [{ kind: 'move-visit', from, to, visit: null }];
  const numbers = numberPair(pair, of, context);
  const { mrg, pv1, group } = pair;
  const visit =
    numbers?.subsumed ??
    (of === 'account'
      ? (readIdentity(mrg, 3, 1, context.source) ?? readIdentity(group.pid, 18, 1, context.source))
      : (readIdentity(mrg, 5, 1, context.source) ?? (pv1 ? readIdentity(pv1, 19, 1, context.source) : null)));
  if (visit === null) {
    context.setAside(`move of a ${of} without its number`);
    return [];
  }
  const moved: Change = { kind: 'move-visit', from, to, visit, ...(of === 'account' ? { isAccount: true } : {}) };
  return numbers === null ? [moved] : [moved, { kind: 'merge-visit', subject: to, ...numbers }];
}

/** A45 within one patient: the visit goes to another account, nothing changes person. */
function moveToAccount({ group, pv1 }: MergePair, context: MeaningContext): Change[] {
  const visit = pv1 === undefined ? null : readIdentity(pv1, 19, 1, context.source);
  const account = group.pid.value(18);
  if (visit === null || typeof account !== 'string') {
    context.setAside('move without two different patient numbers');
    return [];
  }
  const { subject } = group.identities;
  return [{ kind: 'stay', subject, visit, action: 'update', fields: { account }, at: context.eventAt }];
}

export function readMerges(kind: MergeKind, groups: readonly PatientGroup[], context: MeaningContext): Change[] {
  const pairs = groups.flatMap(pairsOf);
  if (pairs.length === 0) context.setAside('merge or move without MRG');
  return pairs.flatMap((pair) => readPair(kind, pair, context));
}

function readPair(kind: MergeKind, pair: MergePair, context: MeaningContext): Change[] {
  switch (kind) {
    case 'person':
      return mergePerson(pair, context);
    case 'person-and-account': {
      const accounts = numberPair(pair, 'account', context);
      const merged = mergePerson(pair, context);
      if (accounts === null) return merged;
      return [...merged, { kind: 'merge-visit', subject: pair.group.identities.subject, ...accounts }];
    }
    case 'account':
    case 'visit':
      return mergeNumber(pair, kind, context);
    case 'move-person':
      return move(pair, 'person', context);
    case 'move-account':
      return move(pair, 'account', context);
    case 'move-visit':
      return move(pair, 'visit', context);
    default:
      return unreachable(kind);
  }
}

/**
 * A24 and A37: two PIDs said to be, or not to be, the same person. A link moves nothing and merges nothing. Its opposite also
 * takes back every merge of the two that this source has made, in either direction: two people who are told apart must not
 * share a chart for one second more (knowledge c3.4).
 */
export function readLink(kind: 'link' | 'unlink', groups: readonly PatientGroup[], context: MeaningContext): Change[] {
  const [first, second] = groups;
  const a = first?.identities;
  const b = second?.identities;
  if (groups.length !== 2 || a === undefined || b === undefined || sameIdentity(a.subject, b.subject)) {
    context.setAside('link without two different patients');
    return [];
  }
  const said: Change = { kind, a: a.subject, b: b.subject };
  return kind === 'link' ? [said] : [said, ...apart(a, b), ...apart(b, a)];
}

const apart = (survivor: PatientIdentities, subsumed: PatientIdentities): Change[] =>
  subsumed.all
    .filter((identity) => !survivor.all.some((each) => sameIdentity(each, identity)))
    .map((identity): Change => ({ kind: 'unmerge', survivor: survivor.subject, subsumed: identity }));
