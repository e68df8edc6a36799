// One unit's copy on this device, sealed piece by piece under the device's data key for that unit (decision 0019): a head with the list,
// each patient by itself, each reader's *mina patienter*, and the reads that wait. The key is in this page's memory alone.

import type { DeviceKey } from '../../../src/domain/access/device-key.ts';
import { pieceContext } from '../../../src/domain/access/handed-reads.ts';
import type { OtherStation } from '../../../src/domain/access/routes.ts';
import type { PatientKey } from '../../../src/domain/identity.ts';
import type { PatientCopy } from '../../../src/domain/patient-copy.ts';
import type { FeedsByPart, UnitCopy } from '../../../src/domain/unit-copy.ts';
import type { TimeAnchor } from '../state/station-time.ts';
import { allOf, inOne, type Piece, type PieceKind, piecesOf, rowsOf, type VaultRow } from './database.ts';
import { bytesOf, importKey, random, seal, unseal } from './sealing.ts';

/** As everybody on the unit may see it. */
export interface VaultPatient {
  readonly key: PatientKey;
  /** What the station need not send again; empty: it must. */
  readonly version: string;
  readonly copy: PatientCopy;
  readonly feeds: FeedsByPart;
}

export interface VaultUnit {
  readonly answer: Omit<UnitCopy, 'patients'>;
  readonly anchor: TimeAnchor;
  readonly patients: readonly VaultPatient[];
}

/** All but the charts. */
export type VaultHead = Omit<VaultUnit, 'patients'> & {
  readonly patients: readonly Pick<VaultPatient, 'key' | 'feeds'>[];
};
interface Mine {
  readonly person: string;
  readonly keys: readonly PatientKey[];
}
interface KeptLook {
  readonly person: string;
  /** The unit, or a patient. */
  readonly of: string;
  readonly look: unknown;
}
type KeptCopy = Pick<VaultPatient, 'version' | 'copy'>;

const ID_BYTES = 16;

export const newVaultId = (): string =>
  btoa(String.fromCharCode(...random(ID_BYTES)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);

export const vaultRows = (): Promise<VaultRow[]> => rowsOf<VaultRow>('vaults');

export class Vault {
  readonly row: VaultRow;
  readonly #key: CryptoKey;
  readonly #nameKey: CryptoKey;
  /** Versions that lie in the store already. */
  readonly #kept = new Map<PatientKey, string>();

  private constructor(row: VaultRow, key: CryptoKey, nameKey: CryptoKey) {
    this.row = row;
    this.#key = key;
    this.#nameKey = nameKey;
  }

  /** Null: the key is another's. */
  static async open(row: VaultRow, key: string): Promise<Vault | null> {
    const vault = await Vault.#with(row, key);
    return (await unseal(vault.#key, row.proof, row.id)) === null ? null : vault;
  }

  /**
   * With what is known of the unit now. Takes the place of the former one, whose waiting reads it takes over where it can be opened; at one
   * stroke, so that a device whose power goes, or whose disk is full, has the former copy or this one.
   */
  static async begin(
    unit: string,
    id: string,
    dealt: DeviceKey,
    former: readonly (Vault | VaultRow)[],
    station: OtherStation | null,
    first: VaultUnit,
  ): Promise<Vault> {
    const proof = await seal(await importKey(bytesOf(dealt.key)), 'proof', id);
    const { readers, envelopes } = dealt;
    const vault = await Vault.#with({ id, unit, station, readers, envelopes, proof, isFormer: false }, dealt.key);
    const pieces = await vault.#unitPieces(first, first.patients);
    for (const one of former) {
      if (!(one instanceof Vault)) continue;
      for (const [name, read] of await one.#readAll('read')) pieces.push(await vault.#piece('read', name, read));
      for (const mine of (await one.#readAll<Mine>('mine')).values()) pieces.push(await vault.#minePiece(mine));
      for (const look of (await one.#readAll<KeptLook>('look')).values()) pieces.push(await vault.#lookPiece(look));
    }
    const unread = await Promise.all(former.map(async (one) => (one instanceof Vault ? 0 : await readsIn(one))));
    await inOne(['vaults', 'pieces'], 'readwrite', (table) => {
      for (const [at, one] of former.entries()) {
        const row = one instanceof Vault ? one.row : one;
        if ((unread[at] ?? 0) > 0) {
          for (const kind of ['head', 'patient', 'mine', 'look'] as const)
            table('pieces').delete(IDBKeyRange.bound([row.id, kind], [row.id, kind, []]));
          table('vaults').put({ ...row, isFormer: true });
        } else {
          table('pieces').delete(allOf(row.id));
          table('vaults').delete(row.id);
        }
      }
      table('vaults').put(vault.row);
      for (const piece of pieces) table('pieces').put(piece);
      return undefined;
    });
    vault.#remember(first);
    return vault;
  }

  static async #with(row: VaultRow, key: string): Promise<Vault> {
    const raw = bytesOf(key);
    const nameKey = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return new Vault(row, await importKey(raw), nameKey);
  }

  /** Only what has changed is sealed again, all of it at once. */
  async keepUnit(unit: VaultUnit): Promise<void> {
    const { patients } = unit;
    const changed = patients.filter(({ key, version }) => version === '' || this.#kept.get(key) !== version);
    const pieces = await this.#unitPieces(unit, changed);
    const present = new Set(await Promise.all(patients.map(({ key }) => this.#nameOf(key))));
    await this.#write((store) => {
      for (const piece of pieces) store.put(piece);
      // By what lies there, whoever put it: of who has gone nothing is left.
      const lying = store.getAllKeys(IDBKeyRange.bound([this.row.id, 'patient'], [this.row.id, 'patient', []]));
      lying.onsuccess = () => {
        for (const key of lying.result) {
          const [, , name = ''] = key as string[];
          if (present.has(name)) continue;
          store.delete(key);
          store.delete(IDBKeyRange.bound([this.row.id, 'look', `${name} `], [this.row.id, 'look', `${name} \uffff`]));
        }
      };
    });
    this.#remember(unit);
  }

  async #unitPieces({ patients, ...rest }: VaultUnit, changed: VaultUnit['patients']): Promise<Piece[]> {
    const head: VaultHead = { ...rest, patients: patients.map(({ key, feeds }) => ({ key, feeds })) };
    const pieces = [await this.#piece('head', '', head)];
    for (const { key, version, copy } of changed)
      pieces.push(await this.#piece('patient', await this.#nameOf(key), { version, copy } satisfies KeptCopy));
    return pieces;
  }

  #remember({ patients }: VaultUnit): void {
    this.#kept.clear();
    for (const { key, version } of patients) this.#kept.set(key, version);
  }

  /** Null: nothing has been kept yet. */
  async readHead(): Promise<VaultHead | null> {
    return (await this.#readAll<VaultHead>('head')).get('') ?? null;
  }

  /** Of these alone: a chart is slow to open, and a unit has many. */
  async readCharts(of: VaultHead['patients']): Promise<readonly VaultPatient[]> {
    const names = await Promise.all(of.map(({ key }) => this.#nameOf(key)));
    const pieces = await piecesOf([this.row.id, 'patient'], names);
    const patients = await Promise.all(
      of.map(async ({ key, feeds }, at): Promise<VaultPatient[]> => {
        const piece = pieces[at];
        const kept = piece === undefined ? null : await this.#open<KeptCopy>(piece);
        // Another's chart under this name is worse than none.
        if (kept === null || kept.copy.key !== key) return [];
        this.#kept.set(key, kept.version);
        return [{ key, feeds, ...kept }];
      }),
    );
    return patients.flat();
  }

  /** All of it. Null: nothing has been kept yet. */
  async readUnit(): Promise<VaultUnit | null> {
    const head = await this.readHead();
    return head === null ? null : { ...head, patients: await this.readCharts(head.patients) };
  }

  async keepMine(person: string, keys: readonly PatientKey[]): Promise<void> {
    const piece = await this.#minePiece({ person, keys });
    await this.#write((store) => void store.put(piece));
  }

  async readMine(person: string): Promise<readonly PatientKey[]> {
    return (await this.#readAll<Mine>('mine')).get(await this.#nameOf(person))?.keys ?? [];
  }

  /** What somebody has seen of the unit's list or of a patient. */
  async keepLook(person: string, of: string, look: unknown): Promise<void> {
    const piece = await this.#lookPiece({ person, of, look });
    await this.#write((store) => void store.put(piece));
  }

  async readLook<Look>(person: string, of: string): Promise<{ readonly look: Look | null }> {
    const name = await this.#lookName(person, of);
    const [piece] = await rowsOf<Piece>('pieces', [this.row.id, 'look'], name);
    const kept = piece === undefined ? null : await this.#open<KeptLook>(piece);
    return { look: (kept?.look as Look | undefined) ?? null };
  }

  async keepRead(id: string, read: unknown): Promise<void> {
    const piece = await this.#piece('read', id, read);
    await this.#write((store) => void store.put(piece));
  }

  async readReads<Read>(): Promise<readonly Read[]> {
    return [...(await this.#readAll<Read>('read')).values()];
  }

  async dropRead(id: string): Promise<void> {
    await this.#write((store) => void store.delete([this.row.id, 'read', id]));
  }

  /** Same key, more people. */
  async withReaders({ readers, envelopes }: DeviceKey): Promise<Vault> {
    const vault = new Vault({ ...this.row, readers, envelopes }, this.#key, this.#nameKey);
    for (const [key, version] of this.#kept) vault.#kept.set(key, version);
    await inOne(['vaults'], 'readwrite', (table) => {
      table('vaults').put(vault.row);
      return undefined;
    });
    return vault;
  }

  async #nameOf(what: string): Promise<string> {
    const bytes = await crypto.subtle.sign('HMAC', this.#nameKey, new TextEncoder().encode(`name\n${what}`));
    return Array.from(new Uint8Array(bytes, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  async #piece(kind: PieceKind, name: string, content: unknown): Promise<Piece> {
    const vault = this.row.id;
    return { vault, kind, name, sealed: await seal(this.#key, content, pieceContext(vault, kind, name)) };
  }

  #open<Content>({ vault, kind, name, sealed }: Piece): Promise<Content | null> {
    return unseal<Content>(this.#key, sealed, pieceContext(vault, kind, name));
  }

  async #readAll<Content>(kind: PieceKind): Promise<ReadonlyMap<string, Content>> {
    const pieces = await rowsOf<Piece>('pieces', [this.row.id, kind]);
    const opened = await Promise.all(
      pieces.map(async (piece) => [piece.name, await this.#open<Content>(piece)] as const),
    );
    return new Map(opened.flatMap(([name, content]) => (content === null ? [] : [[name, content]])));
  }

  async #minePiece(mine: Mine): Promise<Piece> {
    return this.#piece('mine', await this.#nameOf(mine.person), mine);
  }

  /** A patient's come away with the patient. */
  async #lookName(person: string, of: string): Promise<string> {
    return `${await this.#nameOf(of)} ${await this.#nameOf(person)}`;
  }

  async #lookPiece(kept: KeptLook): Promise<Piece> {
    return this.#piece('look', await this.#lookName(kept.person, kept.of), kept);
  }

  /** Refused when another window has begun the unit's copy anew: nothing must be put where nobody looks. */
  async #write(act: (pieces: IDBObjectStore) => void): Promise<void> {
    await inOne(['vaults', 'pieces'], 'readwrite', (table) => {
      const row = table('vaults').getKey(this.row.id);
      row.onsuccess = () => {
        if (row.result === undefined) row.transaction?.abort();
        else act(table('pieces'));
      };
      return undefined;
    });
  }
}

const readsIn = async ({ id }: VaultRow): Promise<number> => (await rowsOf('pieces', [id, 'read'])).length;
