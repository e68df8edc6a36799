// What is kept under a number that is said to be a person's and is not surely theirs: it stands in no part of their chart, and so no
// part it belongs to may say that there is nothing (design §5.4, hazards H11, H12).

import type { Database, Statement } from 'better-sqlite3-multiple-ciphers';
import type { PartName } from '../../domain/parts.ts';
import type { GroupReader, IdentityGroup } from '../identity/read-identity.ts';
import { HIDDEN, partOfCode, STAY_ROW } from '../part-codes.ts';

interface KeptOf {
  readonly source: string;
  readonly part: number;
}

/** By source and part. */
export type Elsewhere = ReadonlySet<string>;
export const elsewhereName = (source: string, part: PartName): string => `${source}\n${part}`;

export class ElsewhereReader {
  readonly #groups: GroupReader;
  readonly #kept: Statement<[number, number, number], KeptOf>;

  constructor(db: Database, groups: GroupReader) {
    this.#groups = groups;
    this.#kept = db.prepare(
      `SELECT DISTINCT source, part FROM fact
       WHERE identity = ? AND (part < ${HIDDEN} OR part = ${STAY_ROW}) AND until > ? AND since <= ?`,
    );
  }

  /** What a sender nobody has declared says of who is who puts nothing in doubt: it is told, and never followed. */
  of({ members, conflicts }: IdentityGroup, sequence: number): Elsewhere {
    const own = new Set(members.map(({ no }) => no));
    const numbers = conflicts
      .filter(({ why }) => why !== 'undeclared-merge' && why !== 'undeclared-list')
      .flatMap(({ identity }) => this.#groups.numberOf(identity) ?? [])
      .flatMap((no) => this.#groups.group(no, sequence).members.map((member) => member.no))
      .filter((no) => !own.has(no));
    const kept = [...new Set(numbers)].flatMap((no) => this.#kept.all(no, sequence, sequence));
    return new Set(
      kept.flatMap(({ source, part }) => {
        const name = part === STAY_ROW ? 'stay' : partOfCode(part);
        return name === null ? [] : [elsewhereName(source, name)];
      }),
    );
  }
}
