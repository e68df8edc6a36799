// How many resources of each FHIR type each source has in the copy, over everyone: what the source itself can be asked for
// (hazard H29). Reads the whole copy: for a quiet thread at night.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import { PERSON_ROW, SYSTEM } from './part-codes.ts';
import { FOREVER } from './schema.ts';

export interface TypeCount {
  readonly source: string;
  readonly type: string;
  readonly count: number;
}

/** Only what is known by `Type/id`; a resource shown within another (a value of a report) is not counted by itself. */
const COUNT = `
SELECT source, substr(key, 1, instr(key, '/') - 1) AS type, count(*) AS count FROM fact
WHERE until = ${FOREVER} AND part < ${SYSTEM} AND key GLOB '[A-Z]*/*' GROUP BY source, type
UNION ALL SELECT source, 'Patient', count(*) FROM fact WHERE until = ${FOREVER} AND part = ${PERSON_ROW} GROUP BY source
ORDER BY source, type`;

export const countTypes = (db: Database): TypeCount[] => db.prepare<[], TypeCount>(COUNT).all();
