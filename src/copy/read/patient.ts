// Everything kept of one patient at one moment, as the chart is made of it.

import { patientKey, sourceId } from '../../domain/identity.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import { limits } from '../../limits.ts';
import type { FactReader } from '../fact-reader.ts';
import type { IdentityGroup } from '../identity/read-identity.ts';
import type { Moment } from '../moment.ts';
import { DROPPED_ROW } from '../part-codes.ts';
import type { ElsewhereReader } from './elsewhere.ts';
import type { KeptWindows } from './kept-windows.ts';
import { readNotices } from './notices.ts';
import { readParts } from './parts.ts';
import { readPerson } from './person.ts';
import type { SetAsideReader } from './set-aside.ts';
import type { SourcesReader } from './sources.ts';
import { isGone, STAYS_MAX, type StayRead, type StaysReader } from './stays.ts';

export interface PatientOptions {
  /** Wall clock ms; absent = now. */
  readonly asOf?: number;
  /** Commit sequence, when `asOf` is absent: the next page of something read at that moment. */
  readonly sequence?: number;
  readonly rowsMax?: number;
  /** Every kept row, without windows. */
  readonly everything?: boolean;
}

interface PatientTools {
  readonly facts: FactReader;
  readonly stays: StaysReader;
  readonly sources: SourcesReader;
  readonly setAside: SetAsideReader;
  readonly elsewhere: ElsewhereReader;
  /** Null: nothing is kept between two readings. */
  readonly kept: KeptWindows | null;
}

const EVERYTHING = 1_000_000;

export class PatientReader {
  readonly #tools: PatientTools;

  constructor(tools: PatientTools) {
    this.#tools = tools;
  }

  read(group: IdentityGroup, moment: Moment, options: PatientOptions): PatientCopy | null {
    const { members } = group;
    const head = members[0];
    if (head === undefined) return null;
    const { sequence, asOf } = moment;
    const sources = this.#tools.sources.at(moment);
    const staysMax = options.everything === true ? EVERYTHING : Math.max(STAYS_MAX, options.rowsMax ?? 0);
    const { stays, isTruncated } = this.#tools.stays.readAtMost(members, sequence, sources, staysMax);
    const units = unitsOf(stays);
    const person = readPerson(members, moment, this.#tools.facts, sources);
    const rowsMax = options.everything === true ? EVERYTHING : (options.rowsMax ?? limits.blockRowsMax);
    const kept = moment.isNow && rowsMax === limits.blockRowsMax ? this.#tools.kept : null;
    const setAside = this.#tools.setAside.ofPatient(group, sequence);
    const elsewhere = this.#tools.elsewhere.of(group, sequence);
    const feeds = sources.feeds(units, this.#droppedAt(group), { own: setAside, elsewhere });
    const {
      parts,
      notices: joined,
      untold,
    } = readParts(members, { sequence, rowsMax, kept }, this.#tools.facts, feeds);
    if (isTruncated) parts.stay = { ...parts.stay, truncated: true };
    // Who is near says where: not even in the copy that an app keeps (hazard H27).
    if (person.isProtected) parts.kin = { ...parts.kin, entries: [], truncated: false };
    const { conflicts } = person;
    const read = { moment, sources, stays, conflicts, parts, setAside, joined, untold };
    return {
      key: patientKey(head.handle),
      sequence,
      asOf,
      identities: members.map(({ identity, how, source, since }) => ({
        identity,
        how,
        source: sourceId(source),
        since,
      })),
      person: person.person,
      personConflicts: person.conflicts,
      isProtected: person.isProtected,
      isDeleted: isGone(
        person.deletion,
        stays.map(({ stay }) => stay),
      ),
      stays: stays.map(({ stay }) => stay),
      parts,
      notices: readNotices(group, read, this.#tools.facts),
    };
  }

  /** Also when an earlier moment is read: what was dropped since is missing there as well. */
  #droppedAt({ members }: IdentityGroup): number | null {
    const rows = members.flatMap(({ no }) => this.#tools.facts.rows(no, DROPPED_ROW, Number.MAX_SAFE_INTEGER, 1));
    return rows.reduce<number | null>((last, { received }) => Math.max(last ?? 0, received), null);
  }
}

/** Units the patient is on or planned to; without any open stay, the last one left. */
function unitsOf(stays: readonly StayRead[]): string[] {
  const open = stays.filter(({ stay }) => stay.status !== 'discharged' && stay.status !== 'cancelled');
  const counted = open.length > 0 ? open : stays.slice(0, 1);
  return counted.flatMap(({ stay }) => [stay.unit, stay.plannedUnit].filter((unit) => unit !== null));
}
