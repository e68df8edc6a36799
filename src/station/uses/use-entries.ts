// What the ledger's entries say of a unit's being in use. Each carries its place among the unit's own (`turn`): the order never depends
// on a clock. What cannot be read any more (its body was erased by decision) never leaves a unit in use: it may have taken it out.

import type { SourceId } from '../../domain/identity.ts';
import { isPartName, type PartName } from '../../domain/parts.ts';
import type { PutInUse, UseDecision } from '../../domain/unit-use/unit-use.ts';
import type { Followed } from '../ledger/entries-before.ts';

export const USE_KINDS = [
  'unit.put-in-use',
  'unit.taken-out',
  'unit.fell-back',
  'unit.returned',
  'unit.absence-ended',
] as const;

export interface UseEntry {
  readonly kind: string;
  readonly unit: string;
  readonly at: number;
  /** Null: its body was erased. */
  readonly turn: number | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Standing extends UseDecision {
  readonly turn: number;
  /** That it fell back is in the ledger, and not that it returned. */
  readonly hasFallenBack: boolean;
}

export const NO_DECISION: Standing = { putInUse: null, takenOut: null, turn: 0, hasFallenBack: false };

export const useEntry = ({ kind, unit, eventAt, body }: Followed): UseEntry => ({
  kind,
  unit: unit ?? '',
  at: eventAt,
  turn: typeof body['turn'] === 'number' ? body['turn'] : null,
  body,
});

/** By their own numbers, each unit's; one that has lost its number stands where it was written, after the one before it. */
export function inTurn(written: readonly UseEntry[]): readonly UseEntry[] {
  const before = new Map<string, number>();
  const placed = written.map((entry) => {
    const place = entry.turn ?? (before.get(entry.unit) ?? 0) + ERASED_AFTER;
    before.set(entry.unit, Math.max(Math.floor(place), before.get(entry.unit) ?? 0));
    return { entry, place };
  });
  return placed
    .toSorted((a, b) => a.place - b.place || (a.entry.kind === 'unit.put-in-use' ? -1 : 1))
    .map(({ entry }) => entry);
}

const ERASED_AFTER = 0.5;

export function withEntry(before: Standing, { kind, at, turn, body }: UseEntry): Standing {
  if (turn === null) {
    // That it came back by itself takes nothing from anybody; anything else may have taken it out.
    if (before.putInUse === null || kind === 'unit.returned') return before;
    return { ...before, takenOut: { at, by: 'någon', reason: 'vem och varför är utplånat ur liggaren genom beslut' } };
  }
  const standing = { ...before, turn: Math.max(before.turn, turn) };
  const said = { at, by: String(body['by'] ?? ''), reason: String(body['reason'] ?? '') };
  const { putInUse } = before;
  switch (kind) {
    case 'unit.put-in-use': {
      const act: PutInUse = { ...said, fed: sourcesIn(body['fed']), absent: partsIn(body['absent']) };
      return { ...standing, putInUse: act, takenOut: null, hasFallenBack: false };
    }
    case 'unit.taken-out':
      return { ...standing, takenOut: said };
    case 'unit.fell-back':
      return { ...standing, hasFallenBack: true };
    case 'unit.returned':
      return { ...standing, hasFallenBack: false };
    case 'unit.absence-ended': {
      if (putInUse === null) return standing;
      const ended = partsIn(body['parts']);
      const absent = putInUse.absent.filter((part) => !ended.includes(part));
      return { ...standing, putInUse: { ...putInUse, absent, fed: { ...sourcesIn(body['fed']), ...putInUse.fed } } };
    }
    default:
      return standing;
  }
}

const partsIn = (value: unknown): readonly PartName[] =>
  Array.isArray(value) ? value.filter((one): one is PartName => typeof one === 'string' && isPartName(one)) : [];

function sourcesIn(value: unknown): Readonly<Record<string, readonly SourceId[]>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(([part, sources]) => [part, Array.isArray(sources) ? (sources as SourceId[]) : []]),
  );
}
