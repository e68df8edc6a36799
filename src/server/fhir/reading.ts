// Reading one patient for the facade, whole, at one moment. The pages of one answer are of one moment; the last few patients
// are kept made, so that sixty pages do not read the same chart sixty times.

import type { CopyReader } from '../../copy/read/copy-reader.ts';
import { Failure } from '../../domain/failures.ts';
import { type PatientKey, patientKey } from '../../domain/identity.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import type { Clock } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import { looksLikePersonNumber } from './references.ts';
import { type HandleOf, PatientResources } from './resources.ts';

export interface ReadingOptions {
  readonly reader: () => CopyReader;
  readonly handleOf: HandleOf;
  readonly clock: Clock;
}

/** Pages of this many answers at once; each may be some megabytes. */
const KEPT_MAX = 4;

export class PatientReading {
  readonly #options: ReadingOptions;
  /** A copy that has been made again has sequences of its own: nothing made from the old one is used for it. */
  #reader: CopyReader | null = null;
  readonly #kept = new Map<string, PatientResources>();

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  get reader(): CopyReader {
    return this.#options.reader();
  }

  /** Throws Failure `patient.not-found`; a person the source has deleted is not found. */
  now(key: PatientKey): PatientResources {
    const copy = this.reader.patient(key, { rowsMax: limits.everythingRowsMax });
    if (copy === null || copy.isDeleted) throw new Failure('patient.not-found');
    return new PatientResources(copy, this.#options.handleOf);
  }

  /** The person alone: demographics, numbers, no rows. */
  person(key: PatientKey): PatientResources | null {
    const copy = this.reader.patient(key, { rowsMax: 1 });
    return copy === null || copy.isDeleted ? null : new PatientResources(copy, this.#options.handleOf);
  }

  /** At the moment of an earlier page. Throws Failure `history.too-old` when that moment must no longer be shown. */
  page(key: PatientKey, sequence: number | null): PatientResources {
    const { reader } = this;
    if (this.#reader !== reader) this.#kept.clear();
    this.#reader = reader;
    if (sequence === null) return this.#keep(key, this.now(key));
    const kept = this.#kept.get(place(key, sequence)) ?? this.#at(key, sequence);
    this.#requireStanding(kept.copy, key);
    return this.#keep(key, kept);
  }

  #at(key: PatientKey, sequence: number): PatientResources {
    const copy = this.reader.patient(key, { rowsMax: limits.everythingRowsMax, sequence });
    if (copy === null || copy.isDeleted) throw new Failure('patient.not-found');
    if (copy.sequence !== sequence) throw new Failure('request.invalid', '_page är inte en sida härifrån');
    return new PatientResources(copy, this.#options.handleOf);
  }

  /** What has been withdrawn, or protected, since the first page must not be read through an older moment. */
  #requireStanding(then: PatientCopy, key: PatientKey): void {
    const oldest = this.#options.clock.now().wallMs - limits.pageKeptMs;
    const now = this.reader.patient(key, { rowsMax: 1 });
    const isOld = then.sequence < this.reader.sequenceAt(oldest);
    if (
      now === null ||
      now.isDeleted ||
      isOld ||
      leavings(now) !== leavings(then) ||
      now.isProtected !== then.isProtected
    )
      throw new Failure('history.too-old', 'börja om från första sidan');
  }

  #keep(key: PatientKey, resources: PatientResources): PatientResources {
    const name = place(key, resources.copy.sequence);
    this.#kept.delete(name);
    this.#kept.set(name, resources);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_MAX) break;
      this.#kept.delete(oldest);
    }
    return resources;
  }
}

const place = (key: PatientKey, sequence: number): string => `${key} ${sequence}`;

/** Everything that has been told to have left view, in one text. */
const leavings = (copy: PatientCopy): string =>
  copy.notices
    .filter(({ kind }) =>
      ['value-withdrawn', 'document-withdrawn', 'allergy-removed', 'merged', 'unmerged'].includes(kind),
    )
    .map(({ kind, source, at, detail }) => `${kind} ${source} ${at} ${detail}`)
    .join('\n');

/** A patient key out of an address or a `patient` parameter. Throws: a person's number has no business in an address. */
export function readPatientKey(text: string): PatientKey {
  const bare = text.replace(/^(?:https?:\/\/[^/]+\/fhir\/)?Patient\//, '');
  if (/^[a-z2-7]{26}$/.test(bare)) return patientKey(bare);
  if (looksLikePersonNumber(text))
    throw new Failure('request.invalid', 'nummer skickas i kroppen (POST Patient/_search), aldrig i adressen');
  throw new Failure('patient.not-found');
}
