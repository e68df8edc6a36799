// Where this device keeps things: one table of sealed pieces, one of who can open them, one of wrong tries. Nothing in it names or
// describes a patient: pieces are under names that only their key can tell.

import type { Envelope } from '../../../src/domain/access/device-key.ts';
import type { OtherStation } from '../../../src/domain/access/routes.ts';
import type { Sealed } from './sealing.ts';

/** One sealed copy of one unit, and whose words open it. */
export interface VaultRow {
  readonly id: string;
  readonly unit: string;
  /** Whose copy it is, and whose key seals it; null or absent: the own station's. */
  readonly station?: OtherStation | null;
  /** The station's word for who may read, as it was when the envelopes were dealt. */
  readonly readers: string;
  readonly envelopes: readonly Envelope[];
  /** Sealed with the vault's own key: shows that a key is the right one. */
  readonly proof: Sealed;
  /** Its key could not be had when the unit was read again: only reads that wait are left in it. */
  readonly isFormer: boolean;
}

/** `code-use`: under no vault's key, but that of the code itself (sealed-code.ts). */
export type PieceKind = 'head' | 'patient' | 'mine' | 'look' | 'read' | 'code-use';

export interface Piece {
  readonly vault: string;
  readonly kind: PieceKind;
  readonly name: string;
  readonly sealed: Sealed;
}

export interface Tries {
  readonly person: string;
  readonly count: number;
}

export const NAME = 'reservkraft';
const VERSION = 2;
type Table = 'vaults' | 'pieces' | 'tries';

/** Everything `act` asks for is done, or nothing. */
export async function inOne<Answer>(
  tables: readonly Table[],
  mode: IDBTransactionMode,
  act: (table: (name: Table) => IDBObjectStore) => (() => Answer) | undefined,
): Promise<Answer | undefined> {
  const database = await open();
  try {
    return await new Promise<Answer | undefined>((resolve, reject) => {
      const transaction = database.transaction(tables, mode, { durability: 'strict' });
      const answer = act((name) => transaction.objectStore(name));
      transaction.oncomplete = () => resolve(answer?.());
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** All rows of a table, or those of one vault and kind, or the one of that name. */
export async function rowsOf<Row>(
  table: Table,
  of?: readonly [vault: string, kind: PieceKind],
  name?: string,
): Promise<Row[]> {
  const rows = await inOne<Row[]>([table], 'readonly', (store) => {
    const range = of === undefined ? undefined : IDBKeyRange.bound([...of, name ?? ''], [...of, name ?? '\uffff']);
    const request = store(table).getAll(range) as IDBRequest<Row[]>;
    return () => request.result;
  });
  return rows ?? [];
}

/** Each piece by its name, in the order asked for. */
export async function piecesOf(
  [vault, kind]: readonly [vault: string, kind: PieceKind],
  names: readonly string[],
): Promise<readonly (Piece | undefined)[]> {
  const pieces = await inOne(['pieces'], 'readonly', (store) => {
    const requests = names.map((name): IDBRequest<Piece | undefined> => store('pieces').get([vault, kind, name]));
    return () => requests.map(({ result }) => result);
  });
  return pieces ?? [];
}

/** From the first key of a vault to its last. */
export const allOf = (vault: string): IDBKeyRange => IDBKeyRange.bound([vault], [vault, []]);

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, VERSION);
    opening.onupgradeneeded = () => {
      const { result: database } = opening;
      for (const table of database.objectStoreNames) database.deleteObjectStore(table);
      database.createObjectStore('vaults', { keyPath: 'id' });
      database.createObjectStore('pieces', { keyPath: ['vault', 'kind', 'name'] });
      database.createObjectStore('tries', { keyPath: 'person' });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    // Another window still has the former form: it is read again when that one closes.
    opening.onblocked = () => reject(new Error('blocked'));
  });
}
