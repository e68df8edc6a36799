// A unit's whole copy for an app, as text ready to send: whom the list is of, and of each patient everything, or only the feeds where
// the app already has the rest.

import { createHash } from 'node:crypto';
import { withheldOnUnit } from '../../domain/access/steps.ts';
import type { UnitId } from '../../domain/identity.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import {
  type CopyNames,
  type FeedsByPart,
  type HandedPatient,
  type UnitCopy,
  withFeeds,
} from '../../domain/unit-copy.ts';
import { shownCopy, type UnitListOptions, unitOnList } from './unit-list.ts';

export interface UnitCopyAnswer {
  readonly json: string;
  /** Whose copy went out whole. */
  readonly sent: readonly string[];
}

export interface UnitCopyOptions extends UnitListOptions {
  readonly station: string;
  readonly names: CopyNames;
}

/** @throws {Failure} `unit.not-found`, `history.too-old` */
export function readUnitCopy(
  asked: { readonly unit: UnitId; readonly asOf: number | undefined; readonly have: Readonly<Record<string, string>> },
  options: UnitCopyOptions,
): UnitCopyAnswer {
  const { reader, names, now, station } = options;
  const read = asked.asOf === undefined ? {} : { asOf: asked.asOf };
  return reader.atOnce(() => {
    const everybodys = options.withheld && withheldOnUnit(asked.unit, options.units, options.withheld.blocks);
    // The list is kept for everybody on the unit.
    const list = unitOnList(asked.unit, asked.asOf, { ...options, withheld: everybodys });
    const keys = [...new Set(list.rows.map(({ key }) => key))];
    const patients = keys.flatMap((key): HandedPatient[] => {
      const whole = reader.patient(key, read);
      const copy = shownCopy(whole, options);
      if (copy === null) return [];
      const shared = shownCopy(whole, { reader, withheld: everybodys, marks: options.marks });
      return [handed({ copy, shared: shared === whole ? null : shared }, asked.have[key])];
    });
    const answer: Omit<UnitCopy, 'readers'> = { now, station, ...list, names, patients };
    const sent = patients.filter(({ copy }) => copy !== null).map(({ key }) => key);
    return { json: JSON.stringify(answer), sent };
  });
}

/** `shared`: what everybody on the unit may see; null: nothing is kept from any of them. */
function handed(
  { copy, shared }: { readonly copy: PatientCopy; readonly shared: PatientCopy | null },
  known: string | undefined,
): HandedPatient {
  const feeds = Object.fromEntries(
    Object.entries(copy.parts).map(([part, kept]) => [part, kept.feeds]),
  ) as unknown as FeedsByPart;
  const bare = withFeeds(copy, () => []);
  // The commit read is no change of the patient.
  const text = JSON.stringify({ ...bare, sequence: 0 });
  const everybodys = shared === null ? null : withFeeds(shared, () => []);
  const sharedText = everybodys === null ? text : JSON.stringify({ ...everybodys, sequence: 0 });
  const hash = createHash('sha256').update(text);
  if (sharedText !== text) hash.update(sharedText);
  const version = hash.digest('base64url').slice(0, 22);
  if (version === known) return { key: copy.key, version, copy: null, feeds };
  const more = everybodys === null || sharedText === text ? {} : { shared: everybodys };
  return { key: copy.key, version, copy: bare, ...more, feeds };
}
