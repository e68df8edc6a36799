// Packs that were made before they are needed: one file a unit, sealed, the newest and the one before it. They can be printed when
// nothing else works, and say themselves how old they are.

import { type PatientKey, type UnitId, unitId } from '../../domain/identity.ts';
import type { SheetOf } from '../jobs.ts';
import type { RenderedPages } from '../render/render-messages.ts';

/** Where sealed files lie: bound to their names, replaced whole. */
export interface SealedFiles {
  names(): readonly string[];
  write(name: string, bytes: Uint8Array): void;
  read(name: string): Uint8Array | null;
  remove(name: string): void;
}

export interface PackHead {
  readonly unit: UnitId;
  readonly unitName: string;
  readonly version: number;
  /** When it was made, and until when it may be read: ms since 1970 UTC. */
  readonly at: number;
  readonly validUntil: number;
  readonly sheets: readonly (SheetOf & { readonly pages: RenderedPages })[];
  /** What was blocked when it was made (withdrawn-packs.ts); absent: nothing. */
  readonly blocked?: readonly string[];
  /** *ÖVNINGSKOPIA* stands on every sheet; absent: on none. */
  readonly isPractice?: true;
}

export interface Pack {
  readonly head: PackHead;
  readonly pdf: Uint8Array;
}

/** The newest, and the one before: in case the newest was made from a copy that had gone wrong. */
const KEPT_A_UNIT = 2;
const ENDING = '.pack';

export class PackStore {
  readonly #files: SealedFiles;
  readonly #versionPrinted: (unit: UnitId) => number;

  /** `versionPrinted`: the highest ever printed of a unit: a number must not come back on other paper when the folder is lost. */
  constructor(files: SealedFiles, versionPrinted: (unit: UnitId) => number) {
    this.#files = files;
    this.#versionPrinted = versionPrinted;
  }

  nextVersion(unit: UnitId): number {
    return Math.max(this.#versionPrinted(unit), ...this.#versions(unit)) + 1;
  }

  /** @throws {Failure} what the disk refuses; what was kept before is still there */
  keep({ head, pdf }: Pack): void {
    const said = Buffer.from(JSON.stringify(head), 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(said.length);
    this.#files.write(nameOf(head.unit, head.version), Buffer.concat([length, said, pdf]));
    for (const version of this.#versions(head.unit).slice(KEPT_A_UNIT)) this.#files.remove(nameOf(head.unit, version));
  }

  /** The newest that can be read of each unit. */
  all(): readonly PackHead[] {
    const units = new Set(this.#files.names().flatMap((name) => partsOf(name)?.unit ?? []));
    return [...units].flatMap((unit) => this.newest(unit)?.head ?? []);
  }

  /** Null when none was made, or none of them is what was written. */
  newest(unit: UnitId): Pack | null {
    for (const version of this.#versions(unit)) {
      const pack = opened(this.#files.read(nameOf(unit, version)));
      if (pack !== null) return pack;
    }
    return null;
  }

  /** Newest first. */
  #versions(unit: UnitId): number[] {
    return this.#files
      .names()
      .flatMap((name) => partsOf(name) ?? [])
      .filter((parts) => parts.unit === unit)
      .map(({ version }) => version)
      .sort((a, b) => b - a);
  }
}

/** A unit's id is what a source wrote: it names a file only in letters a file's name can have. */
const nameOf = (unit: UnitId, version: number): string =>
  `${Buffer.from(unit, 'utf8').toString('hex')}.${version}${ENDING}`;

function partsOf(name: string): { unit: UnitId; version: number } | null {
  const match = /^((?:[0-9a-f]{2})+)\.(\d{1,9})\.pack$/.exec(name);
  if (match === null) return null;
  return { unit: unitId(Buffer.from(match[1] ?? '', 'hex').toString('utf8')), version: Number(match[2]) };
}

function opened(bytes: Uint8Array | null): Pack | null {
  if (bytes === null) return null;
  const file = Buffer.from(bytes);
  const end = 4 + file.readUInt32BE(0);
  return { head: JSON.parse(file.toString('utf8', 4, end)) as PackHead, pdf: file.subarray(end) };
}

/** On which pages of the pack a patient's sheets lie; null when they are not in it. */
export function pagesOfPatient({ sheets }: PackHead, patient: PatientKey): RenderedPages | null {
  const own = sheets.filter((sheet) => sheet.patient === patient).map(({ pages }) => pages);
  if (own.length === 0) return null;
  return { first: Math.min(...own.map(({ first }) => first)), last: Math.max(...own.map(({ last }) => last)) };
}
