// What a change would do to whom, as far as a hold must know: also where it names a key of the source's own and nobody, and where
// it speaks of another part than the one it stands in. In doubt it touches more (design §5.15).

import type { Change } from '../../domain/changes.ts';
import type { Identity } from '../../domain/identity.ts';
import type { PartName } from '../../domain/parts.ts';
import { noneSaid } from '../../domain/stated-none.ts';
import { partOfCode, STAY_ROW } from '../part-codes.ts';
import type { FactRow, Facts } from './facts.ts';
import { partsOf } from './feed-proof.ts';
import { stayKey } from './stay-rows.ts';

export interface Touched {
  /** Null: any part. */
  readonly parts: ReadonlySet<PartName> | null;
  readonly subjects: readonly Identity[];
  /** Numbers of identities under which something kept would change. */
  readonly keptUnder: readonly number[];
}

export function touchedBy(change: Change, source: string, facts: Facts): Touched {
  const subjects = subjectsOf(change);
  const rows = keptRows(change, source, facts);
  const keptUnder = rows.map(({ identity }) => identity);
  switch (change.kind) {
    // Whatever came of the visit goes along.
    case 'move-visit':
      return { parts: null, subjects, keptUnder };
    case 'merge-visit':
      return { parts: new Set(['stay']), subjects, keptUnder };
    case 'delete-person':
      return { parts: new Set(['person', 'stay']), subjects, keptUnder };
    case 'merge':
    case 'unmerge':
    case 'link':
    case 'unlink':
      return { parts: new Set(['person']), subjects, keptUnder };
    default: {
      const denied = change.kind === 'resource' ? noneSaid(change.resource)?.part : undefined;
      const parts = [...partsOf([change]), ...rows.map(partOfRow), denied].filter((part) => part != null);
      return { parts: new Set(parts), subjects, keptUnder };
    }
  }
}

/** What is kept under the source's own key: it leaves where it stands, whoever the change names. */
function keptRows(change: Change, source: string, facts: Facts): readonly FactRow[] {
  if (change.kind === 'resource') return change.keyScope === 'source' ? facts.findAnywhere(source, change.key) : [];
  if (change.kind !== 'withdraw-key') return [];
  const id = change.key.slice(change.key.indexOf('/') + 1);
  const stays = change.key.startsWith('Encounter/')
    ? facts.findStays(source, stayKey({ domain: `fhir:${source}`, id }))
    : [];
  return [...facts.findAnywhere(source, change.key), ...stays];
}

const partOfRow = ({ part }: FactRow): PartName | null => (part === STAY_ROW ? 'stay' : partOfCode(part));

/** Whom a change names; nobody where the source's own key or load is all it names. */
export function subjectsOf(change: Change): readonly Identity[] {
  switch (change.kind) {
    case 'merge':
    case 'unmerge':
      return [change.survivor, change.subsumed];
    case 'move-visit':
      return [change.from, change.to];
    case 'link':
    case 'unlink':
      return [change.a, change.b];
    case 'full-load':
    case 'withdraw-key':
      return [];
    default:
      return [change.subject];
  }
}
