// Keeps the unit's copy, *mina patienter* and the reads that wait on this device, sealed; and opens them when the station is silent.

import type { Me } from '../../../src/domain/access/routes.ts';
import type { PatientKey } from '../../../src/domain/identity.ts';
import type { SealedStore } from '../store/sealed-store.ts';
import { mine } from './mine.svelte.ts';
import { reads, type WaitingRead } from './reads.ts';
import { session } from './session.svelte.ts';
import { type KeptPatient, type KeptUnit, keptPatient, unit } from './unit.svelte.ts';

interface Content {
  readonly me: Me;
  readonly unit: Omit<KeptUnit, 'patients'> | null;
  readonly patients: readonly (readonly [PatientKey, Omit<KeptPatient, 'copy'>])[];
  readonly mine: readonly PatientKey[];
  readonly waiting: readonly WaitingRead[];
}

/** Kept at most this often: the ages go on by themselves. */
const KEEP_MS = 30_000;

class OwnCopy {
  #store: SealedStore | null = null;
  #keptAtMs = Number.NEGATIVE_INFINITY;
  #waiting: readonly WaitingRead[] = [];
  #mine: readonly PatientKey[] = [];

  constructor() {
    unit.onRefreshed = () => {
      if (performance.now() - this.#keptAtMs >= KEEP_MS) this.#keepSoon();
    };
    mine.onChanged = (keys) => {
      this.#mine = keys;
      this.#keepSoon();
    };
    reads.onChanged = (waiting) => {
      this.#waiting = waiting;
      this.#keepSoon();
    };
  }

  /** After a sign-in at the station. A browser that keeps nothing still reads charts. */
  async openFor(me: Me, words: string): Promise<void> {
    try {
      const { SealedStore } = await import('../store/sealed-store.ts');
      const store = await SealedStore.forPerson(me.person.id, words);
      const content = (await store.read()) as Content | null;
      this.#restore(content);
      this.#store = store;
      void navigator.storage?.persist?.();
      this.#keepSoon();
    } catch (error) {
      console.warn('reservkraft: nothing can be kept on this device', error instanceof Error ? error.name : '');
    }
  }

  /** With the station silent. False: these words open nothing here. */
  async openAlone(user: string, words: string): Promise<boolean> {
    const { SealedStore } = await import('../store/sealed-store.ts');
    const store = await SealedStore.open(user.trim().toUpperCase(), words);
    const content = ((await store?.read()) ?? null) as Content | null;
    if (store === null || content?.unit == null) return false;
    this.#restore(content);
    this.#store = store;
    const patients = new Map(
      content.patients.map(([key, { version, bare, feeds }]) => [key, keptPatient(version, bare, feeds)]),
    );
    unit.open(content.unit.answer.unit.id, { ...content.unit, patients });
    session.enterAlone(content.me);
    return true;
  }

  close(): void {
    this.#store = null;
    this.#keptAtMs = Number.NEGATIVE_INFINITY;
    this.#mine = [];
    mine.set([]);
  }

  #restore(content: Content | null): void {
    this.#mine = content?.mine ?? [];
    mine.set(this.#mine);
    reads.restore(content?.waiting ?? []);
    void reads.send();
  }

  #keepSoon(): void {
    const [store, me, kept] = [this.#store, session.me, unit.kept];
    if (store === null || me === null || kept === null) return;
    this.#keptAtMs = performance.now();
    const { patients, ...rest } = kept;
    const content: Content = {
      me,
      unit: rest,
      patients: [...patients].map(([key, { version, bare, feeds }]) => [key, { version, bare, feeds }]),
      mine: this.#mine,
      waiting: this.#waiting,
    };
    store.keep(content).catch((error: unknown) => {
      console.warn('reservkraft: the copy was not kept', error instanceof Error ? error.name : '');
    });
  }
}

export const ownCopy = new OwnCopy();
