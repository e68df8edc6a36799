// Accounts that had to be taken from an older whole copy, brought up to what the ledger knows was done since: a sealed code that was used,
// words that were replaced, somebody let out, a device lost, a block set. Only what takes something away is done again: what gave
// somebody something (an account, a role, new codes) is for people to give anew, and is counted.

import { type Assignment, readHsaId } from '../domain/access/people.ts';
import { patientKey, type UnitId, unitId } from '../domain/identity.ts';
import type { EntryDraft } from '../domain/ledger-entry.ts';
import type { Accounts } from './accounts.ts';
import type { Blocks } from './blocks.ts';
import type { Devices } from './devices.ts';
import type { EmergencyCodes } from './emergency-codes.ts';
import type { PinKeys } from './pin-keys.ts';

export const TAKEN_AGAIN_KINDS = [
  'access.account-opened',
  'access.account-closed',
  'access.code-dealt',
  'access.secret-changed',
  'access.codes-made',
  'access.code-used',
  'access.pin-added',
  'access.pin-removed',
  'access.device-lost',
  'access.device-told-all',
  'access.blocked',
  'access.unblocked',
] as const;

export type PastEntry = Pick<EntryDraft, 'kind' | 'eventAt' | 'unit' | 'patient' | 'body'>;

export interface TakenAgain {
  readonly taken: number;
  /** To be given anew by who answers for it. */
  readonly toGive: number;
}

export interface TakenFrom {
  readonly accounts: Accounts;
  readonly codes: EmergencyCodes;
  readonly pins: PinKeys;
  readonly devices: Devices;
  readonly blocks: Blocks;
}

/** In the order they were written. */
export function takeAgain(from: TakenFrom, entries: readonly PastEntry[]): TakenAgain {
  let [taken, toGive] = [0, 0];
  for (const entry of entries) {
    const done = takeOne(from, entry);
    if (done === 'taken') taken += 1;
    if (done === 'to-give') toGive += 1;
  }
  return { taken, toGive };
}

function takeOne({ accounts, codes, pins, devices, blocks }: TakenFrom, entry: PastEntry): 'taken' | 'to-give' | null {
  const { kind, eventAt, unit, patient, body } = entry;
  const id = readHsaId(textOf(body['account']));
  const known = id === null ? null : accounts.get(id);
  switch (kind) {
    case 'access.account-opened': {
      if (known === null) return 'to-give';
      const said = Array.isArray(body['assignments']) ? (body['assignments'] as readonly Assignment[]) : [];
      const left = known.assignments.filter((one) => said.some((other) => isSame(one, other)));
      if (left.length < known.assignments.length) accounts.narrow(known.id, left);
      return left.length < said.length ? 'to-give' : 'taken';
    }
    case 'access.account-closed':
      if (known === null || known.state === 'closed') return null;
      pins.remove(known.id, null);
      accounts.close(known.id);
      return 'taken';
    case 'access.code-dealt':
      // A new code ends the former, and nobody can say the new one again.
      if (known !== null) accounts.endCode(known.id);
      return 'to-give';
    case 'access.secret-changed': {
      const person = readHsaId(textOf(body['account']));
      if (person === null || accounts.get(person) === null) return null;
      return accounts.wordsReplaced(person, textOf(body['words'])) ? 'taken' : 'to-give';
    }
    case 'access.codes-made':
      if (unit === null) return null;
      codes.setMade(unitId(unit), { set: Number(body['set']), numbers: texts(body['numbers']) });
      return 'to-give';
    case 'access.code-used':
      return codes.spent(textOf(body['number']), eventAt) ? 'taken' : null;
    case 'access.pin-added':
      return 'to-give';
    case 'access.pin-removed':
      // Which of them is not always told: all go.
      return known !== null && pins.remove(known.id, null) > 0 ? 'taken' : null;
    case 'access.device-lost':
    case 'access.device-told-all':
      return devices.knownLost(textOf(body['number']), textOf(body['person']), eventAt) ? 'taken' : null;
    case 'access.blocked':
    case 'access.unblocked': {
      if (patient === null) return null;
      const blocked: UnitId | 'all' =
        body['unit'] === undefined || body['unit'] === 'all' ? 'all' : unitId(textOf(body['unit']));
      // To lift one gives somebody something: it stands until it is lifted anew.
      if (kind === 'access.unblocked') return 'to-give';
      blocks.set(patientKey(patient), blocked);
      return 'taken';
    }
    default:
      return null;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

const isSame = (one: Assignment, other: Assignment): boolean =>
  one.unit === other.unit && one.role === other.role && one.from === other.from && one.until === other.until;
