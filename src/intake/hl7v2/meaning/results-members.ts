// The keys of a report's values: a correction or a withdrawal finds the value it means by them, and no other.

import type { MemberChange } from '../../../domain/changes.ts';
import type { ReadObservation } from './results-observation.ts';

export interface FoundMember {
  readonly baseKey: string;
  /** The service (OBR-4) it came under. */
  readonly codeKey: string;
  readonly read: ReadObservation;
}

const asMember = (key: string, { state, resource }: ReadObservation): MemberChange => ({ key, state, resource });

/** What several values of one base key differ in. */
interface Alike {
  count: number;
  readonly codeKey: string;
  readonly timeText: string;
  hasOtherCode: boolean;
  hasOtherTime: boolean;
}

function alikeOf(members: readonly FoundMember[]): Map<string, Alike> {
  const found = new Map<string, Alike>();
  for (const { baseKey, codeKey, read } of members) {
    const alike = found.get(baseKey);
    if (alike === undefined) {
      found.set(baseKey, { count: 1, codeKey, timeText: read.timeText, hasOtherCode: false, hasOtherTime: false });
      continue;
    }
    alike.count += 1;
    if (alike.codeKey !== codeKey) alike.hasOtherCode = true;
    if (alike.timeText !== read.timeText) alike.hasOtherTime = true;
  }
  return found;
}

/**
 * Keys unique within the report: the service is added where two OBRs share an order number, then the time, then a count. A
 * value withdrawn alone may have come with its time in the key or without: both are withdrawn. (Not in a set of one moment,
 * whose own key holds the time.)
 */
export function membersOf(members: readonly FoundMember[], keyHoldsTime = false): MemberChange[] {
  const alikes = alikeOf(members);
  const used = new Map<string, number>();
  const found: MemberChange[] = [];
  for (const { baseKey, codeKey, read } of members) {
    const alike = alikes.get(baseKey);
    const isAlone = alike === undefined || alike.count === 1;
    if (isAlone) {
      found.push(asMember(baseKey, read));
      const leavesView = read.state === 'withdrawn' || read.state === 'deleted';
      if (leavesView && read.timeText !== '' && !keyHoldsTime)
        found.push(asMember(`${baseKey}@${read.timeText}`, read));
      continue;
    }
    const service = alike.hasOtherCode ? `/${codeKey}` : '';
    const time = alike.hasOtherTime ? `@${read.timeText}` : '';
    const key = `${baseKey}${service}${time}`;
    const times = (used.get(key) ?? 0) + 1;
    used.set(key, times);
    found.push(asMember(times === 1 ? key : `${key}#${times}`, read));
  }
  return found;
}
