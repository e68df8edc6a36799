// Takes what arrives to the inbox in groups: what came while the disk was writing the last group is the next one. A sender is
// told only after its group is on the disk (design §5.1), and is told *not now* when it could not be written.

import type { FailureCode } from '../../domain/failures.ts';
import type { Arrival, Clock } from '../../domain/time.ts';
import type { Appended, Inbox } from '../../intake/inbox.ts';
import type { InboxItem } from '../../intake/inbox-rows.ts';
import { limits } from '../../limits.ts';
import { type FaultHook, noFaults } from '../fault-points.ts';
import { storageFailure } from '../files/storage-failure.ts';
import type { WitnessHead } from '../files/witness.ts';

export type Settled =
  | ({ readonly taken: true } & Appended)
  /** Nothing of it was kept: the sender keeps it and sends again. */
  | { readonly taken: false; readonly code: FailureCode };

export type Settle = (settled: Settled) => void;

/** Why nothing can be taken just now, and since when. */
export interface Refusal {
  readonly code: FailureCode;
  readonly since: Arrival;
}

export interface GroupCommitOptions {
  /** Null while the inbox can't be opened: everything is refused. */
  readonly inbox: () => Inbox | null;
  readonly whyClosed: () => FailureCode;
  readonly record: (head: Pick<WitnessHead, 'sequence' | 'chain'>) => void;
  readonly clock: Clock;
  readonly fault: FaultHook;
  /** After each group: rows made. */
  readonly onCommitted: (rows: number) => void;
  readonly onDamage: (error: unknown) => void;
}

interface Waiting {
  readonly item: InboxItem;
  readonly settle: Settle;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #refusal: Refusal | null = null;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Messages that have arrived and are not on the disk yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get refusal(): Refusal | null {
    return this.#refusal;
  }

  submit(item: InboxItem, settle: Settle): void {
    this.#waiting.push({ item, settle });
    this.#schedule();
  }

  /** Everything waiting, now; for a graceful stop. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commitGroup();
  }

  /** After the sockets of this turn have been read, so that all they brought goes into one commit. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#waiting.length > 0) this.#commitGroup();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commitGroup(): void {
    const group = this.#takeGroup();
    this.#options.fault('before-inbox-commit');
    const settled = this.#append(group);
    if (settled.some((each) => each.taken)) this.#options.fault('after-inbox-commit-before-ack');
    group.forEach(({ settle }, index) => {
      const result = settled[index];
      if (result !== undefined) settle(result);
      // The first answer is written by now in the next tick; this one comes right after it, before the second's.
      if (index === 0 && this.#options.fault !== noFaults) process.nextTick(() => this.#options.fault('mid-ack'));
    });
    const rows = settled.filter((each) => each.taken && !each.repeated).length;
    if (rows > 0) this.#options.onCommitted(rows);
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { item } of this.#waiting) {
      bytes += item.raw.length;
      if (count > 0 && (count >= limits.inboxGroupMessagesMax || bytes > limits.inboxGroupBytesMax)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #append(group: readonly Waiting[]): Settled[] {
    const inbox = this.#options.inbox();
    if (inbox === null) return this.#refuse(group, this.#options.whyClosed());
    try {
      const appended = inbox.append(group.map(({ item }) => item));
      this.#refusal = null;
      this.#options.fault('before-witness');
      const { seq, chain } = inbox.head;
      this.#options.record({ sequence: seq, chain });
      return appended.map((each) => ({ taken: true, ...each }));
    } catch (error) {
      const code = storageFailure(error);
      if (code === 'store.damaged') this.#options.onDamage(error);
      if (code !== null) return this.#refuse(group, code);
      // One message that can't be written must not take the others of its group with it (design §5.7).
      if (group.length > 1) return group.flatMap((each) => this.#append([each]));
      return this.#refuse(group, 'station.internal');
    }
  }

  #refuse(group: readonly Waiting[], code: FailureCode): Settled[] {
    if (this.#refusal?.code !== code) this.#refusal = { code, since: this.#options.clock.now() };
    return group.map(() => ({ taken: false, code }));
  }
}
