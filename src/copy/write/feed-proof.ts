// The clock hands of the feeds: when a source was last heard, and when each part was last proven to come through. A block's age
// is counted from here (design §9). Written at most every ten seconds, a version a minute, so that ages cost nothing.

import type { Change } from '../../domain/changes.ts';
import type { PartName } from '../../domain/parts.ts';
import type { Received } from '../../domain/received.ts';
import type { Arrival } from '../../domain/time.ts';
import { limits } from '../../limits.ts';
import type { Settings } from '../settings.ts';

const VERSION_EVERY_MS = 60_000;

/** Among the parts: no part is called so. */
const HEARD = '#heard';

export interface Hand {
  /** Arrival that opened this version, and the one last written. */
  readonly opened: Arrival;
  readonly arrival: Arrival;
}

export class FeedProof {
  readonly #settings: Settings;
  /** By source, then by what was proven. */
  readonly #hands = new Map<string, Map<string, Hand>>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  forget(): void {
    this.#hands.clear();
  }

  /** Something came from the source, whatever it was. */
  heard(received: Received, seq: number): void {
    this.#move('heard', received.source, '', received.arrival, seq);
  }

  /** Something understood came: it proves the connection, and the parts it carried. */
  carried(received: Received, seq: number, parts: Iterable<PartName>): void {
    this.#move('proof', received.source, '*', received.arrival, seq);
    for (const part of parts) this.#move('proof', received.source, part, received.arrival, seq);
  }

  /** A proof without a message (a poll without news), for named parts. */
  proven(source: string, arrival: Arrival, seq: number, parts: Iterable<PartName> | 'all-declared'): void {
    this.#move('proof', source, '*', arrival, seq);
    const declared =
      this.#settings
        .declarations()
        .get(source)
        ?.feeds.map(({ part }) => part) ?? [];
    for (const part of new Set(parts === 'all-declared' ? declared : parts))
      this.#move('proof', source, part, arrival, seq);
  }

  #move(name: 'heard' | 'proof', source: string, key: string, arrival: Arrival, seq: number): void {
    const hands = this.#handsOf(source);
    const place = name === 'heard' ? HEARD : key;
    const known = hands.get(place);
    const kept = known ?? this.#read(name, source, key);
    if (kept === undefined) {
      hands.set(place, this.#open(name, source, key, arrival, seq));
      return;
    }
    const sinceWritten = arrival.wallMs - kept.arrival.wallMs;
    // A row held for a while and released later is older than what has been proven since.
    const isOlder = arrival.boot === kept.arrival.boot && arrival.monotonicMs < kept.arrival.monotonicMs;
    const isNewRun = arrival.boot !== kept.arrival.boot;
    if (isOlder || (!isNewRun && Math.abs(sinceWritten) < limits.proofEveryMs)) {
      if (known === undefined) hands.set(place, kept);
      return;
    }
    if (isNewRun || Math.abs(arrival.wallMs - kept.opened.wallMs) >= VERSION_EVERY_MS) {
      hands.set(place, this.#open(name, source, key, arrival, seq));
      return;
    }
    const hand = { opened: kept.opened, arrival };
    this.#settings.rewrite(name, source, key, hand);
    hands.set(place, hand);
  }

  #handsOf(source: string): Map<string, Hand> {
    let hands = this.#hands.get(source);
    if (hands === undefined) {
      hands = new Map();
      this.#hands.set(source, hands);
    }
    return hands;
  }

  #read(name: 'heard' | 'proof', source: string, key: string): Hand | undefined {
    const row = this.#settings.get(name, source, key);
    return row === undefined ? undefined : (JSON.parse(row.body) as Hand);
  }

  #open(name: 'heard' | 'proof', source: string, key: string, arrival: Arrival, seq: number): Hand {
    const { wallMs, boot, monotonicMs } = arrival;
    const opened = { wallMs, boot, monotonicMs };
    const hand = { opened, arrival: opened };
    this.#settings.put(name, source, key, seq, hand);
    return hand;
  }
}

/** The parts a message says something of: these, and no others, it proves alive. */
export function partsOf(changes: readonly Change[]): Set<PartName> {
  const parts = new Set<PartName>();
  for (const change of changes) {
    switch (change.kind) {
      case 'person':
        parts.add('person');
        if (change.elements.contact !== undefined) parts.add('kin');
        break;
      case 'stay':
        parts.add('stay');
        if (Object.keys(change.fields).some((field) => field.startsWith('caregivers'))) parts.add('responsible');
        break;
      case 'resource':
      case 'part-snapshot':
        parts.add(change.part);
        break;
      default:
        break;
    }
  }
  return parts;
}
