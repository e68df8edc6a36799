// One message's facts into the copy, in the order the message said them. The caller makes it whole or not at all.

import type { Change } from '../../domain/changes.ts';
import { unreachable } from '../../domain/unreachable.ts';
import type { Identities } from '../identity/identities.ts';
import type { GroupReader } from '../identity/read-identity.ts';
import type { Names } from '../names.ts';
import { applyDeletePerson, applyLink, applyMerge, applyPerson } from './apply-person.ts';
import { applyResource, applySnapshot, applyWithdrawKey } from './apply-resource.ts';
import { applyMergeVisit, applyMoveVisit, applyStay } from './apply-stay.ts';
import type { Act, Facts } from './facts.ts';
import type { FullLoads } from './full-loads.ts';

export interface ApplyTools {
  readonly facts: Facts;
  readonly identities: Identities;
  readonly groups: GroupReader;
  readonly names: Names;
  readonly fullLoads: FullLoads;
}

export function applyChange(change: Change, act: Act, tools: ApplyTools): void {
  switch (change.kind) {
    case 'person':
      applyPerson(change, act, tools);
      break;
    case 'stay':
      applyStay(change, act, tools);
      break;
    case 'resource':
      applyResource(change, act, tools);
      break;
    case 'withdraw-key':
      applyWithdrawKey(change, act, tools);
      break;
    case 'part-snapshot':
      applySnapshot(change, act, tools);
      break;
    case 'merge':
    case 'unmerge':
      applyMerge(change, act, tools);
      break;
    case 'move-visit':
      applyMoveVisit(change, act, tools);
      break;
    case 'merge-visit':
      applyMergeVisit(change, act, tools);
      break;
    case 'link':
    case 'unlink':
      applyLink(change, act, tools);
      break;
    case 'delete-person':
      applyDeletePerson(change, act, tools);
      break;
    case 'full-load':
      tools.fullLoads.apply(change, act);
      break;
    default:
      unreachable(change);
  }
}
