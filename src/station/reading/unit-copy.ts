// A unit's whole copy for an app, as text ready to send: whom the list is of, and of each patient everything, or only the feeds where
// the app already has the rest.

import { createHash } from 'node:crypto';
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
    const list = unitOnList(asked.unit, asked.asOf, options);
    const keys = [...new Set(list.rows.map(({ key }) => key))];
    const patients = keys.flatMap((key): HandedPatient[] => {
      const copy = shownCopy(reader.patient(key, read), options);
      return copy === null ? [] : [handed(copy, asked.have[key])];
    });
    const answer: UnitCopy = { now, station, ...list, names, patients };
    const sent = patients.filter(({ copy }) => copy !== null).map(({ key }) => key);
    return { json: JSON.stringify(answer), sent };
  });
}

function handed(copy: PatientCopy, known: string | undefined): HandedPatient {
  const feeds = Object.fromEntries(
    Object.entries(copy.parts).map(([part, kept]) => [part, kept.feeds]),
  ) as unknown as FeedsByPart;
  const bare = withFeeds(copy, () => []);
  // The commit read is no change of the patient.
  const version = createHash('sha256')
    .update(JSON.stringify({ ...bare, sequence: 0 }))
    .digest('base64url')
    .slice(0, 22);
  return { key: copy.key, version, copy: version === known ? null : bare, feeds };
}
