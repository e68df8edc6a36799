// Keeps the unit's copy, *mina patienter* and the reads that wait on this device, sealed (store/vault.ts); and opens them when the station
// is silent, for each who has a role on the unit, also one who has never been here (decision 0019).

import type { DeviceKey, Envelope, EnvelopeContent } from '../../../src/domain/access/device-key.ts';
import { ACCESS_PATHS, type Me, type MyUnit, type OtherStation } from '../../../src/domain/access/routes.ts';
import type { UnitId } from '../../../src/domain/identity.ts';
import type { OpenedBy } from '../../../src/domain/reserve-place.ts';
import type { TestedBy } from '../place/self-test.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import type { Vault, VaultUnit } from '../store/vault.ts';
import { afterList } from './after-list.ts';
import { mine } from './mine.svelte.ts';
import { ownPlace } from './own-place.svelte.ts';
import { painted } from './painted.ts';
import { reads, type WaitingRead } from './reads.ts';
import { session } from './session.svelte.ts';
import { stationNow } from './station-time.ts';
import { ALL, type KeptUnit, unit } from './unit.svelte.ts';
import { where } from './where.svelte.ts';

/** Kept at most this often: the ages go on by themselves. */
const KEEP_MS = 30_000;

/** Who opens a copy here, and by what. */
export interface Opener {
  readonly person: string;
  readonly by: OpenedBy;
  /** Where it is by words. */
  readonly words?: string | null;
  /** Null: not by this envelope. */
  readonly keyOf: (envelope: Envelope) => Promise<CryptoKey | null>;
  /** Who they are, where the envelope does not say all of it. */
  readonly named?: (me: Me) => Me;
  /** Before anything is shown. `now`: the station's time as this device counts it on. */
  readonly onOpened?: (now: number) => Promise<void>;
}

export type OpenedAlone = { readonly kind: 'open' | 'wrong' } | { readonly kind: 'wait'; readonly waitMs: number };

class OwnCopy {
  /** Opened in this run, by unit. */
  readonly #vaults = new Map<string, Vault>();
  /** Reads not in any vault yet: none was open. */
  readonly #unkept = new Map<string, WaitingRead>();
  readonly #places = new Map<string, Vault>();
  /** Those that somebody opened with the station silent. */
  readonly #openedBy = new WeakMap<Vault, OpenedBy>();
  #keptAtMs = Number.NEGATIVE_INFINITY;
  #turn: Promise<void> = Promise.resolve();
  /** For the rare copy here that the station can no longer open: its own key has been changed. */
  #words: { readonly person: string; readonly words: string } | null = null;

  constructor() {
    unit.onRefreshed = (kept) => {
      const { unit: of, readers, rows } = kept.answer;
      mine.heard(rows);
      // Who may read has changed: whoever may no longer is shut out with this answer, not half a minute later.
      const isChanged = this.#vaults.get(nameOf(of.id, kept.from))?.row.readers !== readers;
      if (isChanged || performance.now() - this.#keptAtMs >= KEEP_MS) this.#inTurn(() => this.#keep(kept));
    };
    unit.onAlone = (id) => this.#inTurn(() => this.#showKept(id));
    mine.onChanged = (keys) =>
      this.#inTurn(async () => {
        const person = session.me?.person.id;
        if (person !== undefined) await this.#vaultOfShown()?.keepMine(person, keys);
      });
    reads.onAdded = (read) => {
      this.#unkept.set(read.id, read);
      this.#inTurn(() => this.#keepReads(this.#vaultOfShown()));
    };
    reads.onTold = (id) => {
      this.#unkept.delete(id);
      this.#inTurn(async () => {
        await this.#places.get(id)?.dropRead(id);
        this.#places.delete(id);
      });
    };
  }

  /** After a sign-in at the station: the copy is kept from the next answer on. */
  signedIn(me: Me, words: string): void {
    this.#words = { person: me.person.id, words };
  }

  /** With the station silent. */
  async openAlone(user: string, words: string): Promise<OpenedAlone> {
    const { keyFromWords } = await import('../store/slow-hash.ts');
    const keys = new Map<string, Promise<CryptoKey>>();
    return this.openBy({
      person: user.trim().toUpperCase(),
      by: 'words',
      words,
      keyOf: async ({ salt, hardware }) => {
        if (hardware !== undefined) return null;
        const key = keys.get(salt) ?? keyFromWords(words, salt);
        keys.set(salt, key);
        return key;
      },
    });
  }

  async openBy({ person, by, words = null, keyOf, named = (me) => me, onOpened }: Opener): Promise<OpenedAlone> {
    const [tries, { vaultRows, Vault }, { openEnvelope }, { newest }] = await Promise.all([
      import('../store/wrong-tries.ts'),
      import('../store/vault.ts'),
      import('../store/envelope.ts'),
      import('./opening.ts'),
    ]);
    const waitMs = await tries.waitMs(person);
    if (waitMs > 0) return { kind: 'wait', waitMs };
    await tries.begin(person);
    const opened: { readonly me: Me; readonly vault: Vault }[] = [];
    for (const row of await vaultRows()) {
      for (const envelope of row.envelopes.filter((one) => one.person === person)) {
        const key = await keyOf(envelope);
        if (key === null) continue;
        const content: EnvelopeContent | null = await openEnvelope(envelope, { vault: row.id, unit: row.unit }, key);
        const vault = content === null ? null : await Vault.open(row, content.key);
        if (content !== null && vault !== null) opened.push({ me: content.me, vault });
      }
    }
    performance.mark('reservkraft: words opened');
    const units = opened.filter(({ vault }) => !vault.row.isFormer).toSorted(byRole);
    const [first] = units;
    for (const { vault } of units) {
      this.#vaults.set(nameOf(vault.row.unit, vault.row.station), vault);
      this.#openedBy.set(vault, by);
    }
    // The slowest is begun first; what else the device has kept of this person is read meanwhile.
    const [found] = await Promise.all([
      newest(units.filter(({ vault }) => vault.row.unit === first?.vault.row.unit)),
      ...opened.map(({ vault }) => this.#restore(vault, person)),
    ]);
    if (first === undefined || found === null) {
      this.close();
      return { kind: 'wrong' };
    }
    // What stays counted makes the next wait longer, and is no reason to wait now.
    void tries.succeeded(person).catch(() => undefined);
    const { kept, rest } = found;
    await onOpened?.(stationNow(kept.anchor).wallMs);
    unit.open(kept.answer.unit.id, kept);
    this.#complete(kept, rest);
    // A unit may lie here as two stations have it.
    const open = new Map(units.flatMap(({ me }) => me.units).map((one) => [one.unit, one]));
    const me = named({ ...first.me, units: [...open.values()] });
    session.enterAlone(me);
    if (words !== null) this.#words = { person, words };
    this.#tryPlace(kept.answer.unit.id, me, true);
    return { kind: 'open' };
  }

  /** In turn, on the copy kept of the unit shown; null: there is none. */
  inVault<Answer>(act: (vault: Vault) => Promise<Answer>): Promise<Answer | null> {
    return new Promise((resolve) => {
      this.#inTurn(async () => {
        const vault = this.#vaultOfShown();
        let answer: Answer | null = null;
        try {
          if (vault !== undefined) answer = await act(vault);
        } finally {
          resolve(answer);
        }
      });
    });
  }

  close(): void {
    this.#vaults.clear();
    this.#places.clear();
    this.#words = null;
    this.#keptAtMs = Number.NEGATIVE_INFINITY;
    mine.clear();
  }

  #vaultOfShown(): Vault | undefined {
    const { kept } = unit;
    return kept === null ? undefined : this.#vaults.get(nameOf(kept.answer.unit.id, kept.from));
  }

  /** One after the other. What can't be kept is no reason not to read. */
  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(act).catch((error: unknown) => {
      if (error instanceof NoContact || error instanceof Refused) return;
      // Another window may have begun the copy anew: opened again with the next answer.
      this.#vaults.clear();
      console.warn('reservkraft: nothing can be kept on this device', error instanceof Error ? error.name : '');
    });
  }

  async #keep(kept: KeptUnit): Promise<void> {
    const { me } = session;
    // Another station is read by now: this one's key is not dealt there.
    if (me === null || (kept.from?.address ?? '') !== where.name) return;
    const id = kept.answer.unit.id;
    const name = nameOf(id, kept.from);
    const { readers } = kept.answer;
    if (!this.#vaults.has(name)) await afterList();
    const before = this.#vaults.get(name) ?? (await this.#openAtStation(me, kept));
    const vault = before.row.readers === readers ? before : await this.#renew(before, kept);
    if (session.me !== me) return;
    this.#vaults.set(name, vault);
    this.#keptAtMs = performance.now();
    await vault.keepUnit(vaultUnit(kept));
    await this.#keepReads(vault);
    if (kept.from === null) this.#tryPlace(id, me, false);
  }

  /** How who is signed in gets into a unit's copy here: their words where they were typed in this run. */
  openedBy(of: string, person: string): TestedBy {
    const words = this.#words?.person === person ? this.#words.words : null;
    const vault = this.#vaults.get(nameOf(of, null)) ?? null;
    return { person, words, vault, openedBy: (vault && this.#openedBy.get(vault)) ?? 'lent' };
  }

  /** This computer's daily test, where it is the unit's reserve place. */
  #tryPlace(of: string, { person }: Me, isAlone: boolean): void {
    const hasWords = this.#words?.person === person.id;
    if (!ownPlace.isDue(of, unit.now ?? Date.now(), { isAlone, hasWords })) return;
    void import('../place/try-place.ts')
      .then(({ tryPlace }) => tryPlace(this.openedBy(of, person.id), isAlone))
      .catch(() => undefined);
  }

  /** The unit's copy here, with the key the station has for it; begun anew where there is none it can open. */
  async #openAtStation(me: Me, kept: KeptUnit): Promise<Vault> {
    const { from: at } = kept;
    const { id } = kept.answer.unit;
    const { Vault, vaultRows, newVaultId } = await import('../store/vault.ts');
    void navigator.storage?.persist?.();
    const rows = (await vaultRows()).filter((row) => nameOf(row.unit, row.station) === nameOf(id, at));
    const opened: Vault[] = [];
    for (const row of rows) {
      const dealt = await keyOf(id, row.id, at);
      const vault = (await Vault.open(row, dealt.key)) ?? (await this.#openByWords(row));
      if (vault === null) continue;
      await this.#restore(vault, me.person.id);
      opened.push(vault);
      const isStations = !row.isFormer && (await Vault.open(row, dealt.key)) !== null;
      if (isStations && rows.length === 1) {
        await vault.readUnit();
        return vault;
      }
    }
    const fresh = newVaultId();
    const others = rows.filter((row) => !opened.some((vault) => vault.row.id === row.id));
    const vault = await Vault.begin(id, fresh, await keyOf(id, fresh, at), [...opened, ...others], at, vaultUnit(kept));
    for (const read of await vault.readReads<WaitingRead>()) this.#places.set(read.id, vault);
    return vault;
  }

  async #openByWords(row: Vault['row']): Promise<Vault | null> {
    const [own, { Vault }, { openEnvelope }, { keyFromWords }] = [
      this.#words,
      await import('../store/vault.ts'),
      await import('../store/envelope.ts'),
      await import('../store/slow-hash.ts'),
    ];
    for (const envelope of row.envelopes) {
      if (own === null || envelope.person !== own.person || envelope.hardware !== undefined) continue;
      const key = await keyFromWords(own.words, envelope.salt);
      const content = await openEnvelope(envelope, { vault: row.id, unit: row.unit }, key);
      if (content !== null) return Vault.open(row, content.key);
    }
    return null;
  }

  /** Somebody has come, gone or got other words. Who may no longer read gets no later copy either: it is sealed under another key. */
  async #renew(before: Vault, kept: KeptUnit): Promise<Vault> {
    const { Vault, newVaultId } = await import('../store/vault.ts');
    const { id, unit: of, envelopes, station = null } = before.row;
    const dealt = await keyOf(of, id, station);
    const current = new Set(dealt.envelopes.map(({ person, salt }) => `${person} ${salt}`));
    if (envelopes.every(({ person, salt }) => current.has(`${person} ${salt}`))) return before.withReaders(dealt);
    const fresh = newVaultId();
    const vault = await Vault.begin(of, fresh, await keyOf(of, fresh, station), [before], station, vaultUnit(kept));
    for (const read of await vault.readReads<WaitingRead>()) this.#places.set(read.id, vault);
    return vault;
  }

  async #restore(vault: Vault, person: string): Promise<void> {
    const keys = await vault.readMine(person);
    if (keys.length > 0) mine.add(keys);
    const waiting = await vault.readReads<WaitingRead>();
    for (const { id } of waiting) this.#places.set(id, vault);
    reads.restore(waiting);
    void reads.send();
  }

  async #keepReads(vault: Vault | undefined): Promise<void> {
    if (vault === undefined) return;
    for (const read of [...this.#unkept.values()]) {
      // With the unit it was read of: what a device hands in sealed is of the copy it lies in.
      const own = this.#vaults.get(`${read.station ?? ''} ${read.unit}`) ?? vault;
      await own.keepRead(read.id, read);
      this.#places.set(read.id, own);
      // Told meanwhile: not kept either.
      if (!this.#unkept.delete(read.id)) await own.dropRead(read.id);
    }
  }

  /** Another unit's copy on this device, where the one who has signed in may read it. */
  async #showKept(id: UnitId): Promise<void> {
    const vault = this.#vaults.get(nameOf(id, where.at));
    if (vault === undefined) return;
    const { newest } = await import('./opening.ts');
    const found = await newest([{ vault }]);
    if (found === null || unit.id !== id || unit.kept !== null) return;
    unit.restore(found.kept);
    this.#complete(found.kept, found.rest);
  }

  /** When the first screenful stands, and before anything else is kept here. */
  #complete(kept: KeptUnit, rest: () => Promise<KeptUnit>): void {
    this.#inTurn(async () => {
      await painted();
      try {
        unit.completed(kept, await rest());
      } catch (error) {
        // Their rows say that there is no chart of them here.
        unit.completed(kept, { ...kept, charted: ALL });
        throw error;
      }
    });
  }
}

const keyOf = (of: string, vault: string, at: OtherStation | null): Promise<DeviceKey> =>
  ask<DeviceKey>('POST', ACCESS_PATHS.deviceKey, { unit: of, vault }, { isBackground: true, at });

/** A unit's copy as one station has it. */
const nameOf = (of: string, station: OtherStation | null | undefined): string => `${station?.address ?? ''} ${of}`;

const ROLES: readonly MyUnit['role'][] = ['lead', 'staff', 'on-call', 'emergency-code'];
const byRole = (a: { readonly me: Me }, b: { readonly me: Me }): number => {
  const order = ({ me }: { readonly me: Me }): number => ROLES.indexOf(me.units[0]?.role ?? 'on-call');
  const name = ({ me }: { readonly me: Me }): string => me.units[0]?.name ?? '';
  return order(a) - order(b) || name(a).localeCompare(name(b), 'sv');
};

const vaultUnit = ({ answer, anchor, patients }: KeptUnit): VaultUnit => ({
  answer,
  anchor,
  patients: [...patients].map(([key, { version, bare, shared, feeds }]) => ({
    key,
    // Of what not everybody may see there is less here than the station has sent.
    version: shared === null ? version : '',
    copy: shared ?? bare,
    feeds,
  })),
});

export const ownCopy = new OwnCopy();
