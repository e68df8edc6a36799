// A unit's copy on this device as it is opened: what the list's first screenful needs at once, the rest when that stands. Fetched with the
// sealed store.

import type { PatientKey } from '../../../src/domain/identity.ts';
import type { Vault, VaultHead, VaultPatient } from '../store/vault.ts';
import { ALL, firstRows, type KeptPatient, type KeptUnit, keptPatient } from './unit.svelte.ts';

export interface Opened {
  /** With the charts of the list's first screenful. */
  readonly kept: KeptUnit;
  /** With all of them, the very same among them. */
  readonly rest: () => Promise<KeptUnit>;
}

/** Some at a time: a press between them does not wait for all. */
const CHARTS_AT_ONCE = 8;

async function openUnit(vault: Vault, { patients, ...head }: VaultHead): Promise<Opened> {
  const charted = firstRows();
  const soon = new Set(head.answer.rows.slice(0, charted).map(({ key }) => key));
  const { station = null } = vault.row;
  const first = await vault.readCharts(patients.filter(({ key }) => soon.has(key)));
  const later = patients.filter(({ key }) => !soon.has(key));
  const kept: KeptUnit = {
    ...head,
    from: station,
    charted: later.length === 0 ? ALL : charted,
    patients: keptPatients(first),
  };
  const rest = async (): Promise<KeptUnit> => {
    const all = new Map(kept.patients);
    for (let at = 0; at < later.length; at += CHARTS_AT_ONCE)
      for (const [key, one] of keptPatients(await vault.readCharts(later.slice(at, at + CHARTS_AT_ONCE))))
        all.set(key, one);
    return { ...kept, patients: all, charted: ALL };
  };
  return { kept, rest };
}

/** Of the same unit as several stations have it: the one that this device was handed last. */
export async function newest(among: readonly { readonly vault: Vault }[]): Promise<Opened | null> {
  let found: { readonly vault: Vault; readonly head: VaultHead } | null = null;
  for (const { vault } of among) {
    const head = await vault.readHead();
    if (head !== null && (found === null || head.anchor.deviceWallMs > found.head.anchor.deviceWallMs))
      found = { vault, head };
  }
  return found === null ? null : openUnit(found.vault, found.head);
}

const keptPatients = (patients: readonly VaultPatient[]): Map<PatientKey, KeptPatient> =>
  new Map(
    patients.map(({ key, version, copy, feeds }): [PatientKey, KeptPatient] => [
      key,
      keptPatient({ version, bare: copy, shared: null, feeds }),
    ]),
  );
