// Many documents of one hand-in to the inbox: some at a time, in order, so that they share a commit and the senders' messages come
// between. Resolves when all are on the disk.

import { limits } from '../limits.ts';

/** @throws what the first refused one was refused with, once nothing of it is under way any more. */
export async function handIn<T>(
  documents: readonly Uint8Array[],
  submit: (bytes: Uint8Array) => Promise<T>,
): Promise<T[]> {
  const done: T[] = [];
  for (let from = 0; from < documents.length; ) {
    const group = groupFrom(documents, from);
    from += group.length;
    for (const one of await Promise.allSettled(group.map(submit))) {
      if (one.status === 'rejected') throw one.reason;
      done.push(one.value);
    }
  }
  return done;
}

function groupFrom(documents: readonly Uint8Array[], from: number): readonly Uint8Array[] {
  let [to, bytes] = [from, 0];
  while (to < documents.length && to - from < limits.handInGroupMax) {
    bytes += documents[to]?.length ?? 0;
    if (to > from && bytes > limits.handInGroupBytesMax) break;
    to += 1;
  }
  return documents.slice(from, to);
}
