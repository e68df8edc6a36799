// Every chart opened from the app's own copy is told to the station's ledger: at once, or when it is heard again. What waits is kept
// with the copy, sealed, so that a night without the station is in the log afterwards (design §5.10).

import type { PatientKey, UnitId } from '../../../src/domain/identity.ts';
import { ask, NoContact, Refused } from '../station/ask.ts';
import { session } from './session.svelte.ts';
import { unit } from './unit.svelte.ts';
import { where } from './where.svelte.ts';

export interface WaitingRead {
  readonly id: string;
  /** `paper.made`: a screen of the app was printed here. */
  readonly kind: 'chart.read' | 'paper.made';
  readonly by: string;
  /** The station whose copy was read, by address; absent: the own. Told to that alone: it knows the patient by that name. */
  readonly station?: string;
  /** Of the two who read by a sealed code. */
  readonly names?: string;
  readonly unit: string;
  /** Absent: the unit's list. */
  readonly patient?: PatientKey;
  /** By the station's clock as this device counts it on. */
  readonly readAt: number;
}

/** Told of at most this often for one patient who is opened again and again. */
const SAME_READ_MS = 60_000;

class Reads {
  #waiting: WaitingRead[] = [];
  #last: { readonly patient: PatientKey; readonly by: string; readonly atMs: number } | null = null;
  #isSending = false;
  /** Told of what waits and what has been told, to keep it. */
  onAdded: (read: WaitingRead) => void = () => {};
  onTold: (id: string) => void = () => {};

  chart(patient: PatientKey): void {
    const by = session.me?.person.id ?? '';
    const nowMs = performance.now();
    if (this.#last?.patient === patient && this.#last.by === by && nowMs - this.#last.atMs < SAME_READ_MS) return;
    this.#last = { patient, by, atMs: nowMs };
    this.#tell({ kind: 'chart.read', unit: unit.head?.unit ?? '', patient });
  }

  /** On a printer of this computer, past the station's print room. */
  screenPrinted(on: UnitId, patient: PatientKey | null): void {
    this.#tell({ kind: 'paper.made', unit: on, ...(patient === null ? {} : { patient }) });
  }

  #tell(told: Pick<WaitingRead, 'kind' | 'unit' | 'patient'>): void {
    const { me } = session;
    const names = me?.session.how === 'emergency-code' ? { names: me.person.name } : {};
    const by = { by: me?.person.id ?? '', ...names };
    const station = unit.kept?.from?.address;
    const of = station === undefined ? {} : { station };
    const read: WaitingRead = {
      ...of,
      id: crypto.randomUUID(),
      ...by,
      readAt: Math.round(unit.now ?? Date.now()),
      ...told,
    };
    this.#waiting = [...this.#waiting, read];
    // The chart is painted first.
    setTimeout(() => {
      this.onAdded(read);
      void this.send();
    });
  }

  restore(waiting: readonly WaitingRead[]): void {
    const known = new Set(this.#waiting.map(({ id }) => id));
    this.#waiting = [...waiting.filter(({ id }) => !known.has(id)), ...this.#waiting];
  }

  #next(): WaitingRead | undefined {
    return this.#waiting.find(({ station = '' }) => station === where.name);
  }

  async send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let next = this.#next(); next !== undefined; next = this.#next()) {
        const { id, station: _, ...read } = next;
        const body = { ...read, id, place: 'app' };
        const { notLogged } = await ask<{ notLogged?: string }>('POST', '/api/reads', body, { isBackground: true });
        // Kept here until it is on the station's disk; told again it is one entry.
        if (notLogged !== undefined) return;
        this.#waiting = this.#waiting.filter((one) => one.id !== id);
        this.onTold(id);
      }
    } catch (error) {
      if (!(error instanceof NoContact || error instanceof Refused)) throw error;
    } finally {
      this.#isSending = false;
    }
  }
}

export const reads = new Reads();
