// Places where a test may kill the process, to show that nothing acknowledged is lost and nothing applied twice. The hook comes
// in through constructors and does nothing in a station.

export const FAULT_POINTS = [
  'before-inbox-commit', // a group is collected, nothing of it is on the disk
  'before-witness', // the group is on the disk, the witness doesn't know
  'after-inbox-commit-before-ack', // durable, and no sender has heard
  'mid-ack', // one sender of the group has its answer, the others don't
  'before-apply-commit', // rows are being applied to the copy, in an open transaction
  'after-apply-commit', // applied, nothing else done
  'during-snapshot', // a snapshot file lies half written
] as const;
export const LEDGER_FAULT_POINTS = [
  'before-ledger-commit', // entries are collected, nothing of them is on the disk
  'before-ledger-witness', // they are on the disk, the witness doesn't know
  'after-ledger-commit', // durable, and nobody has heard
] as const;
export const KEY_FAULT_POINTS = [
  'during-staging', // one database lies under the new key beside its own, the others not yet
  'after-staging', // everything lies beside under the new key, nothing of it counts
  'before-key-change', // the envelopes are out and the new key is on the disk, nothing of it counts
  'after-key-change', // from here on the new key counts, and nothing has been moved
  'mid-move', // a database's WAL is gone, and what replaces it has not come
  'after-move', // one database has been moved, the others not
  'before-key-file', // everything is moved, the key file is the old one
] as const;
type FaultPoint =
  | (typeof FAULT_POINTS)[number]
  | (typeof LEDGER_FAULT_POINTS)[number]
  | (typeof KEY_FAULT_POINTS)[number];

export type FaultHook = (point: FaultPoint) => void;

export const noFaults: FaultHook = () => {};

/** The hook of a test's module; none in a station. */
export async function loadFaultHook(module: string | null): Promise<FaultHook> {
  if (module === null) return noFaults;
  const loaded: unknown = await import(module);
  return (loaded as { fault: FaultHook }).fault;
}
