// Nothing is forgotten while something is wrong (design §5.23): while a source is held, a downtime or a loss of contact lasts, the record
// system is silent, or while it is not yet known whether one of these is so.

/** `unknown`: the copy is not level with the inbox, so a hold may lie in what is still to be applied. */
export type Standstill = 'unknown' | 'hold' | 'silence' | 'downtime' | 'no-contact';

export interface PurgeGuardOptions {
  /** Throws while there is no copy to read. */
  readonly isAnythingHeld: () => boolean;
  /** The record system has been lost sight of (contact.ts). Throws as well. */
  readonly isContactLost: () => boolean;
  readonly allow: (isAllowed: boolean) => void;
}

export class PurgeGuard {
  readonly #options: PurgeGuardOptions;
  readonly #reasons = new Set<Standstill>(['unknown']);
  /** The copy must have come this far before its holds are the whole truth. */
  #knownFrom = Number.POSITIVE_INFINITY;
  #cursor = 0;
  #commandsUnderWay = 0;

  constructor(options: PurgeGuardOptions) {
    this.#options = options;
  }

  get reasons(): readonly Standstill[] {
    return [...this.#reasons];
  }

  /** What is true outside the copy: whoever knows of a downtime or a lost contact says so, and says when it is over. */
  begin(reason: 'downtime' | 'no-contact'): void {
    this.#change(() => this.#reasons.add(reason));
  }

  end(reason: 'downtime' | 'no-contact'): void {
    this.#change(() => this.#reasons.delete(reason));
  }

  /** At start, and when the copy has been made again: what is in the inbox up to here may hold a source. */
  forget(): void {
    this.#knownFrom = Number.POSITIVE_INFINITY;
    this.#cursor = 0;
    this.#change(() => this.#reasons.add('unknown'));
  }

  level(at: { readonly inboxSeq: number; readonly copyCursor: number }): void {
    this.#knownFrom = at.inboxSeq;
    this.applied(at.copyCursor);
  }

  applied(cursor: number): void {
    this.#cursor = cursor;
    // A release goes on long after its command: what has been let through since may have been the last of it.
    if (this.#reasons.has('unknown') || this.#reasons.has('hold')) this.#look();
  }

  /** A hold or release on its way: nothing is forgotten from now until the copy has taken it in. */
  async deciding<T extends { readonly seq: number }>(write: () => Promise<T>): Promise<T> {
    this.#commandsUnderWay++;
    this.#change(() => this.#reasons.add('unknown'));
    try {
      const written = await write();
      // While the inbox's end is not known, it stays unknown: it lies before this command.
      if (Number.isFinite(this.#knownFrom)) this.#knownFrom = Math.max(this.#knownFrom, written.seq);
      return written;
    } finally {
      this.#commandsUnderWay--;
      this.#look();
    }
  }

  /** To be called every minute: silence is what nothing tells of. */
  turn(): void {
    this.#look();
  }

  #look(): void {
    if (this.#commandsUnderWay > 0 || this.#cursor < this.#knownFrom) return;
    this.#change(() => {
      try {
        if (this.#options.isAnythingHeld()) this.#reasons.add('hold');
        else this.#reasons.delete('hold');
        if (this.#options.isContactLost()) this.#reasons.add('silence');
        else this.#reasons.delete('silence');
        this.#reasons.delete('unknown');
      } catch {
        // No copy to read: it stays unknown, and the next message applied looks again.
        this.#reasons.add('unknown');
      }
    });
  }

  #change(act: () => void): void {
    const before = this.#reasons.size === 0;
    act();
    const isAllowed = this.#reasons.size === 0;
    if (isAllowed !== before) this.#options.allow(isAllowed);
  }
}
