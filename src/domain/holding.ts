// That a person has stopped applying a suspect source, or one part or unit of it: what exactly, why, who, since when. Told alike in
// the station's status, on a unit's list and in a chart, and only where it holds (design §5.15).

import type { UnitId } from './identity.ts';
import { PARTS, type PartName } from './parts.ts';
import { timeWords } from './swedish-time.ts';

export interface Holding {
  /** Null: every part the source feeds. */
  readonly part: PartName | null;
  /** Null: every unit. */
  readonly unit: UnitId | null;
  readonly reason: string;
  readonly by: string;
  /** Ms since 1970 UTC. */
  readonly since: number;
  /** A person has let it go on: what came meanwhile is being let through, in order. */
  readonly isBeingReleased: boolean;
}

export interface HoldingNames {
  readonly sourceName: string;
  readonly unitName: (id: UnitId) => string;
  readonly todayMs: number;
}

/** *Laboratoriet: provsvar på KIR2 hålls sedan 10:20 av Anna Berg, skäl: fel provrör. Nyare uppgifter …*: a whole sentence. */
export function holdingWords(holding: Holding, { sourceName, unitName, todayMs }: HoldingNames): string {
  const scope = scopeWords(holding, unitName);
  const what = scope === null ? sourceName : `${sourceName}: ${scope}`;
  const why = holding.reason.trim() === '' ? 'skäl ej angivet' : `skäl: ${holding.reason.trim()}`;
  const then = holding.isBeingReleased
    ? 'Det släpps nu: nyare uppgifter förs in i ordning.'
    : 'Nyare uppgifter tas emot men visas inte.';
  return `${what} hålls sedan ${timeWords(holding.since, todayMs)} av ${holding.by.trim() || 'okänd'}, ${why}. ${then}`;
}

/** *provsvar på KIR2*; null: all of the source. */
export function scopeWords({ part, unit }: Pick<Holding, 'part' | 'unit'>, unitName: (id: UnitId) => string) {
  if (part === null && unit === null) return null;
  const what = part === null ? 'allt' : PARTS[part].swedish.toLowerCase();
  return unit === null ? what : `${what} på ${unitName(unit)}`;
}

/** Each hold once, the oldest first: one that covers several parts stands on each of their feeds. */
export function distinctHoldings(holdings: readonly Holding[]): readonly Holding[] {
  const byScope = new Map(holdings.map((holding) => [`${holding.part ?? '*'}/${holding.unit ?? '*'}`, holding]));
  return [...byScope.values()].sort((a, b) => a.since - b.since);
}
