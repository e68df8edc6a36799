// This reader's looks at the list and the charts of the unit, and the marks they lead to (domain/looks). Kept sealed with the unit's copy,
// so that they are there without the station and when the browser is started again; each person's by itself.

import { BLOCKS, type BlockName } from '../../../src/domain/chart/blocks.ts';
import type { PatientKey } from '../../../src/domain/identity.ts';
import { type Look, lookedThrough, looking } from '../../../src/domain/looks/look.ts';
import {
  hasNews,
  LIST_PARTS,
  type News,
  newsOf,
  newsOfCell,
  newsOfParts,
  newsWords,
} from '../../../src/domain/looks/news.ts';
import { type Seen, seenAfter, seenOf } from '../../../src/domain/looks/seen.ts';
import { PART_NAMES, type PartName } from '../../../src/domain/parts.ts';
import type { PatientCopy } from '../../../src/domain/patient-copy.ts';
import { timeWords } from '../../../src/domain/swedish-time.ts';
import { listColumns } from '../../../src/domain/unit-list/list-columns.ts';
import { type ChartMarks, type ListMarks, news } from './news.svelte.ts';
import { ownCopy } from './own-copy.ts';
import type { KeptPatient, KeptUnit } from './unit.svelte.ts';

type Shown = Readonly<Record<string, Seen>>;

/** Written again at most this often while nothing but the time has changed. */
const KEEP_MS = 30_000;

interface Known {
  look: Look<Shown>;
  keptAtMs: number;
}

interface Compared {
  readonly bare: PatientCopy;
  readonly before: Seen | undefined;
  readonly news: News;
}

class Looks {
  /** Whose, on which unit: the looks known are of that alone. */
  #whose = '';
  readonly #known = new Map<string, Known>();
  readonly #asked = new Set<string>();
  readonly #seen = new Map<readonly PartName[], WeakMap<PatientCopy, Seen>>();
  readonly #compared = new Map<string, Compared>();

  /** The list is on the screen. */
  async list(person: string, kept: KeptUnit, nowMs: number): Promise<void> {
    const unit = kept.answer.unit.id;
    const look = await this.#look(person, unit, { of: unit, patients: [...kept.patients], parts: LIST_PARTS, nowMs });
    if (look === null) return;
    const columns = listColumns(kept.answer.unit.listKind, []).map(({ name }) => name);
    const cells = new Map<
      PatientKey,
      ListMarks['cells'] extends ReadonlyMap<PatientKey, infer Cells> ? Cells : never
    >();
    if (look.before !== null)
      for (const [key, patient] of kept.patients) {
        const found = this.#newsOf(unit, key, patient, look, LIST_PARTS);
        if (!hasNews(found)) continue;
        const own = columns.flatMap((column) => {
          const kind = newsOfCell(found, column);
          return kind === null ? [] : [[column, newsWords(kind)] as const];
        });
        if (own.length > 0) cells.set(key, Object.fromEntries(own));
      }
    news.list = look.since === null ? null : { since: `sedan ${timeWords(look.since, nowMs)}`, cells };
  }

  /** A chart of the unit's own copy is on the screen. */
  async chart(person: string, kept: KeptUnit, key: PatientKey, nowMs: number): Promise<void> {
    const patient = kept.patients.get(key);
    if (patient === undefined) return;
    const unit = kept.answer.unit.id;
    const look = await this.#look(person, unit, { of: key, patients: [[key, patient]], parts: PART_NAMES, nowMs });
    if (look === null) return;
    news.chart =
      look.since === null
        ? null
        : chartMarks(key, `sedan ${timeWords(look.since, nowMs)}`, this.#newsOf(key, key, patient, look, PART_NAMES));
  }

  /** *Sett*. On a chart: on the list too, for that patient. */
  seen(person: string, kept: KeptUnit, key: PatientKey | null, nowMs: number): void {
    const unit = kept.answer.unit.id;
    const known = this.#whose === `${person} ${unit}` ? this.#known.get(key ?? unit) : undefined;
    if (known === undefined) return;
    known.look = lookedThrough(known.look, nowMs);
    this.#keep(person, key ?? unit, known);
    const list = key === null ? undefined : this.#known.get(unit);
    const shown = key === null ? undefined : list?.look.shown[key];
    if (key !== null && list !== undefined && shown !== undefined && list.look.before !== null) {
      list.look = { ...list.look, before: { ...list.look.before, [key]: shown } };
      this.#keep(person, unit, list);
    }
    if (key === null) void this.list(person, kept, nowMs);
    else void this.chart(person, kept, key, nowMs);
  }

  /** Null: not known yet how it was last. */
  async #look(person: string, unit: string, { of, patients, parts, nowMs }: Looked): Promise<Look<Shown> | null> {
    const whose = `${person} ${unit}`;
    if (this.#whose !== whose) {
      this.#whose = whose;
      for (const kept of [this.#known, this.#asked, this.#compared]) kept.clear();
      news.clear();
    }
    let known = this.#known.get(of);
    if (known === undefined) {
      if (this.#asked.has(of)) return null;
      this.#asked.add(of);
      const kept = await ownCopy.inVault((vault) => vault.readLook<Look<Shown>>(person, of));
      this.#asked.delete(of);
      // No copy can be kept here yet, or somebody else has come.
      if (kept === null || this.#whose !== whose) return null;
      known = { look: kept.look ?? looking<Shown>(null, {}, nowMs), keptAtMs: Number.NEGATIVE_INFINITY };
      if (kept.look === null) known.look = looking<Shown>(null, this.#shown(patients, parts, {}), nowMs);
      this.#known.set(of, known);
    }
    const before = known.look.shown;
    const shown = this.#shown(patients, parts, before);
    known.look = looking(known.look, isSame(before, shown) ? before : shown, nowMs);
    if (before !== known.look.shown || performance.now() - known.keptAtMs > KEEP_MS) this.#keep(person, of, known);
    return known.look;
  }

  #shown(patients: Looked['patients'], parts: readonly PartName[], before: Shown): Shown {
    return Object.fromEntries(
      patients.map(([key, { bare }]) => {
        const now = this.#seenOf(bare, parts);
        return [key, now.isWithheld && before[key] !== now ? seenAfter(before[key], now) : now];
      }),
    );
  }

  #seenOf(bare: PatientCopy, parts: readonly PartName[]): Seen {
    const kept = this.#seen.get(parts) ?? new WeakMap<PatientCopy, Seen>();
    this.#seen.set(parts, kept);
    const seen = kept.get(bare) ?? seenOf(bare, parts);
    kept.set(bare, seen);
    return seen;
  }

  #newsOf(of: string, key: PatientKey, { bare }: KeptPatient, look: Look<Shown>, parts: readonly PartName[]): News {
    const name = `${of} ${key}`;
    const before = look.before?.[key];
    const known = this.#compared.get(name);
    if (known !== undefined && known.bare === bare && known.before === before) return known.news;
    const found = newsOf(before, bare, this.#seenOf(bare, parts));
    this.#compared.set(name, { bare, before, news: found });
    return found;
  }

  #keep(person: string, of: string, known: Known): void {
    known.keptAtMs = performance.now();
    const { look } = known;
    void ownCopy.inVault((vault) => vault.keepLook(person, of, look));
  }
}

interface Looked {
  /** The unit, or the patient. */
  readonly of: string;
  readonly patients: readonly (readonly [PatientKey, KeptPatient])[];
  readonly parts: readonly PartName[];
  readonly nowMs: number;
}

const isSame = (a: Shown, b: Shown): boolean => {
  const keys = Object.keys(b);
  return keys.length === Object.keys(a).length && keys.every((key) => a[key] === b[key]);
};

function chartMarks(of: PatientKey, since: string, found: News): ChartMarks {
  const word = (kind: 'new' | 'changed' | null | undefined): string | null => (kind == null ? null : newsWords(kind));
  const entry = ({ source, key }: { readonly source: string; readonly key: string }) =>
    found.things.get(`${source} ${key}`);
  const value = (block: BlockName, key: string) => {
    for (const part of BLOCKS[block].parts) {
      const values = found.values.get(part);
      const kind = values?.get(key) ?? values?.get(key.replace(/\/\d+$/, ''));
      if (kind !== undefined) return kind;
    }
    return undefined;
  };
  const strongest = (kinds: readonly ('new' | 'changed')[]) => (kinds.includes('new') ? 'new' : kinds[0]);
  return {
    of,
    since,
    isMarked: hasNews(found),
    place: word(found.hasMoved ? 'changed' : null),
    notices: word(found.hasNotice ? 'new' : null),
    block: (block) =>
      word(newsOfParts(found, BLOCKS[block].parts) ?? (block === 'stay' && found.hasMoved ? 'changed' : null)),
    entry: (one) => word(entry(one)),
    row: (block, { cells, latest, alsoAtSameTime, alsoUntimed }) =>
      word(
        strongest(
          [...cells, latest, ...alsoAtSameTime, ...alsoUntimed].flatMap((cell) =>
            cell === null ? [] : (value(block, cell.key) ?? []),
          ),
        ),
      ),
    medication: (row) => word(strongest([row, ...row.doses].flatMap((one) => entry(one) ?? []))),
  };
}

export const looks = new Looks();
