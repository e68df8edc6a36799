// The app's own copy on this device: one sealed record a person, under a random key that is itself sealed under a key made slowly of
// that person's dealt words. No key is ever stored but sealed, and never as a CryptoKey, which browsers keep in clear (design §11).

import { keyFromWords } from './slow-hash.ts';

interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

interface Row {
  readonly person: string;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly key: Sealed;
  /** Null until something has been kept. */
  readonly content: Sealed | null;
}

const DATABASE = 'reservkraft';
const TABLE = 'people';
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const IV_BYTES = 12;

const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes));

/** One person's part of the store, opened with their words. The key lives in this page's memory alone. */
export class SealedStore {
  readonly #row: Omit<Row, 'content'>;
  readonly #key: CryptoKey;

  private constructor(row: Omit<Row, 'content'>, key: CryptoKey) {
    this.#row = row;
    this.#key = key;
  }

  /** Opened with the words; made anew where the person has none here, or has other words since. */
  static async forPerson(person: string, words: string): Promise<SealedStore> {
    const known = await SealedStore.open(person, words);
    if (known !== null) return known;
    const salt = random(SALT_BYTES);
    const raw = random(KEY_BYTES);
    const key = await seal(await keyFromWords(words, salt), raw);
    const row = { person, salt, key };
    await put({ ...row, content: null });
    return new SealedStore(row, await importKey(raw));
  }

  /** Null: these words open nothing here. */
  static async open(person: string, words: string): Promise<SealedStore | null> {
    const row = await get(person);
    if (row === null) return null;
    const raw = await unseal(await keyFromWords(words, row.salt), row.key);
    return raw === null ? null : new SealedStore(row, await importKey(raw));
  }

  async keep(content: unknown): Promise<void> {
    const sealed = await seal(this.#key, new TextEncoder().encode(JSON.stringify(content)));
    await put({ ...this.#row, content: sealed });
  }

  async read(): Promise<unknown> {
    const row = await get(this.#row.person);
    if (row?.content == null) return null;
    const bytes = await unseal(this.#key, row.content);
    return bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
  }
}

const importKey = (raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

async function seal(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = random(IV_BYTES);
  return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes) };
}

/** Null: another key, or not what was sealed. */
async function unseal(key: CryptoKey, { iv, bytes }: Sealed): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes));
  } catch {
    return null;
  }
}

async function table<Answer>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<Answer> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE, { keyPath: 'person' });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode, { durability: 'strict' });
      const request = ask(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(request.result as Answer);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const get = async (person: string): Promise<Row | null> =>
  (await table<Row | undefined>('readonly', (store) => store.get(person))) ?? null;
const put = (row: Row): Promise<void> => table('readwrite', (store) => store.put(row));
