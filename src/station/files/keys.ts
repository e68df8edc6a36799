// The station's one key. Everything kept on disk is encrypted with keys derived from it (design §10), so it lies outside the
// data folder: a lost disk or a copied folder is then no lost patient data.

import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Failure } from '../../domain/failures.ts';
import { type Identity, type PatientKey, patientKey } from '../../domain/identity.ts';
import { type ChainId, chainId } from '../../domain/ledger-entry.ts';
import { isInside } from './data-folder.ts';

const KEY_BYTES = 32;
const HANDLE_BYTES = 16;
const MARK_BYTES = 3;
const READABLE_BY_OTHERS = 0o077;

export class StationKeys {
  readonly #secret: Buffer;
  readonly #master: Buffer;
  readonly #handleKey: Buffer;
  readonly #handleOf: (identity: Identity) => PatientKey;

  /**
   * 32 bytes from which everything is derived; once the key has been changed, 32 more: the first key's handle key, since the ledger,
   * blocks and the copy know patients by their handles.
   */
  constructor(secret: Buffer) {
    if (secret.length !== KEY_BYTES && secret.length !== 2 * KEY_BYTES)
      throw new Failure('key.malformed', 'inte 32 eller 64 byte');
    this.#secret = Buffer.from(secret);
    this.#master = this.#secret.subarray(0, KEY_BYTES);
    this.#handleKey = secret.length === KEY_BYTES ? this.#derive('handle') : this.#secret.subarray(KEY_BYTES);
    this.#handleOf = patientHandles(this.#handleKey);
  }

  /** What the key file and the two envelopes hold. */
  secret(): Buffer {
    return Buffer.from(this.#secret);
  }

  /** A new key that knows patients by the same handles. */
  successor(): StationKeys {
    return new StationKeys(Buffer.concat([randomBytes(KEY_BYTES), this.#handleKey]));
  }

  /** Tells one key from another, on paper and by telephone; nothing else can be known from it. */
  mark(): Buffer {
    return createHmac('sha256', this.#secret).update('reservkraft key mark 1').digest().subarray(0, MARK_BYTES);
  }

  /** The 32-byte key of a database: `inbox`, `copy`, `ledger`, `access`. */
  database(name: string): Buffer {
    return this.#derive(`database/${name}`);
  }

  /** The 32-byte key of sealed paper packs. */
  pack(name: string): Buffer {
    return this.#derive(`pack/${name}`);
  }

  /** The 32-byte key of what access marks as this station's own. */
  access(): Buffer {
    return this.#derive('access');
  }

  /** The 32-byte key that seals the private keys of the station's authority and of its server certificate. */
  certificates(): Buffer {
    return this.#derive('certificates');
  }

  /** The 32-byte seed of the key that signs the station's own chain in the ledger. */
  ledgerSeed(): Buffer {
    return this.#derive('ledger/signing');
  }

  /** The name of that chain: nobody can count back from it to the key. A ledger that has been opened keeps its own. */
  ledgerChain(): ChainId {
    return chainId(base32(this.#derive('ledger/chain').subarray(0, HANDLE_BYTES)));
  }

  /** Key for `patientHandles` in another thread, so that the station key itself need not leave this one. */
  handleKey(): Buffer {
    return Buffer.from(this.#handleKey);
  }

  handle(identity: Identity): PatientKey {
    return this.#handleOf(identity);
  }

  /** Keeps the key out of logs and inspection. */
  toJSON(): string {
    return 'StationKeys';
  }

  #derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#master, Buffer.alloc(0), `reservkraft/1/${purpose}`, KEY_BYTES));
  }
}

/**
 * Makes patients' opaque handles: 128 bits of a keyed hash of (domain, id), as 26 letters and digits. The key is prepared once:
 * doing it for each of a region's people costs more than the hash.
 */
export function patientHandles(handleKey: Buffer): (identity: Identity) => PatientKey {
  const key = createSecretKey(handleKey);
  return ({ domain, id }) => patientKey(base32(handleMac(key, `${domain}\0${id}`)));
}

const handleMac = (key: KeyObject, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest().subarray(0, HANDLE_BYTES);

export interface KeyFileOptions {
  /** Default `./keys/station.key`. */
  readonly file: string;
  readonly dataFolder: string;
}

/** A change of keys that the power cut short: from here on only the new key opens what has been moved (keys/rotation.ts). */
export const changingKeyFile = (file: string): string => `${file}.changing`;

/** Reads the key file, or creates it when neither key nor data exist yet. @throws {Failure} */
export function loadStationKeys(options: KeyFileOptions): StationKeys {
  refuseInsideData(options);
  if (existsSync(changingKeyFile(options.file))) throw new Failure('key.change-unfinished');
  if (!existsSync(options.file)) {
    if (hasDatabases(options.dataFolder)) throw new Failure('key.missing', 'databaser finns redan');
    refuseBesideOthersData(options.file);
    writeKeyFile(options.file, new StationKeys(randomBytes(KEY_BYTES)));
  }
  if (process.platform !== 'win32' && (statSync(options.file).mode & READABLE_BY_OTHERS) !== 0)
    throw new Failure('key.exposed', 'filen kan läsas av fler än ägaren (ska vara 0600)');
  const text = readFileSync(options.file, 'utf8').trim();
  if (!/^(?:[0-9a-f]{64}){1,2}$/i.test(text))
    throw new Failure('key.malformed', 'inte 64 eller 128 hexadecimala siffror');
  return new StationKeys(Buffer.from(text, 'hex'));
}

/** On the disk when it returns; never over another. */
export function writeKeyFile(file: string, keys: StationKeys): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(fd, `${keys.secret().toString('hex')}\n`);
    // Data locked with a key that a power cut took away would be lost for good.
    fsyncSync(fd);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** @throws {Failure} `key.inside-data` */
export function refuseInsideData({ file, dataFolder }: KeyFileOptions): void {
  if (isInside(real(dataFolder), join(real(dirname(resolve(file))), 'station.key')))
    throw new Failure('key.inside-data', 'nyckelfilen (--key-file)');
}

/** Another station's folder, told by its files: a key made there would go where that folder is copied. */
function refuseBesideOthersData(file: string): void {
  let folder = real(dirname(resolve(file)));
  for (;;) {
    if (['inbox.db', 'copy.db'].some((name) => existsSync(join(folder, name))))
      throw new Failure('key.inside-data', 'en annan stations datamapp (--key-file); ingen nyckel är skapad');
    if (dirname(folder) === folder) return;
    folder = dirname(folder);
  }
}

/** The path with links followed as far as it exists. */
function real(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const parent = dirname(absolute);
  return parent === absolute ? absolute : join(real(parent), relative(parent, absolute));
}

const hasDatabases = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.db'));

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32[(held << (5 - bits)) & 31] : text;
}
