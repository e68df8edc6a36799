// Goes through a ledger, or an exported part of one, in the order of its chains and says where it is not what was written: changed,
// dropped, reordered, cut short, forged, doubled. Needs nothing but the entries themselves and the keys they are signed by.

import { type LedgerItem, type LedgerPlace, NO_HASH } from '../domain/ledger-entry.ts';
import { limits } from '../limits.ts';
import { erasedPlace } from './erasures.ts';
import { type EpochHead, readOpening } from './opening.ts';
import { bodyHashOf, sealFault } from './sealing.ts';

export type CheckFault =
  | 'changed'
  | 'forged'
  | 'missing'
  | 'reordered'
  | 'forked'
  | 'body-changed'
  | 'body-missing'
  | 'no-opening'
  | 'cut-short'
  | 'unreadable'
  | 'seal-broken'
  | 'other-key';

export const FAULT_WORDS: Readonly<Record<CheckFault, string>> = {
  changed: 'posten är ändrad',
  forged: 'posten är inte underskriven med kedjans nyckel',
  missing: 'poster saknas före den här',
  reordered: 'posten ligger i fel ordning eller två gånger',
  forked: 'en annan post på samma plats finns undanlagd',
  'body-changed': 'innehållet är ändrat',
  'body-missing': 'innehållet saknas utan att vara utplånat',
  'no-opening': 'epoken saknar sin första post',
  'cut-short': 'slutet saknas',
  unreadable: 'raden kan inte läsas',
  'seal-broken': 'filen är inte den som skrevs',
  'other-key': 'nyckeln är en annan än den som väntades',
};

export interface FoundFault {
  readonly fault: CheckFault;
  /** Null: of the file as a whole. */
  readonly place: LedgerPlace | null;
  /** Which numbers or which line. */
  readonly detail: string;
}

export interface CheckedEpoch {
  readonly chain: string;
  readonly epoch: number;
  readonly publicKey: string;
  readonly entries: number;
  readonly first: number;
  readonly last: number;
  /** The last number up to which nothing is wrong. */
  readonly wholeTo: number;
  /** Said by the next epoch's opening to have been lost before it began. */
  readonly lost: { readonly from: number; readonly to: number } | null;
}

export interface CheckReport {
  readonly entries: number;
  readonly faults: readonly FoundFault[];
  /** More faults than are told one by one. */
  readonly isCut: boolean;
  readonly epochs: readonly CheckedEpoch[];
}

interface EpochState {
  chain: LedgerPlace['chain'];
  epoch: number;
  publicKey: string;
  entries: number;
  first: number;
  last: number;
  lastHash: string;
  wholeTo: number;
  isWhole: boolean;
  lost: { from: number; to: number } | null;
}

export interface LedgerCheckOptions {
  /** Every entry of each epoch is there, with its body: a ledger, not an extract. */
  readonly isWhole: boolean;
  /** Bodies are there, or erased. */
  readonly hasBodies: boolean;
  /** Where the opening of an epoch is not among the entries. */
  readonly keyOf: (place: LedgerPlace) => string | null;
}

const placeText = ({ chain, epoch, sequence }: LedgerPlace): string => `${chain}/${epoch}/${sequence}`;

export class LedgerCheck {
  readonly #options: LedgerCheckOptions;
  readonly #faults: FoundFault[] = [];
  #faultCount = 0;
  readonly #epochs = new Map<string, EpochState>();
  #current: EpochState | null = null;
  #entries = 0;
  readonly #bodiless = new Map<string, LedgerPlace>();
  readonly #erased = new Set<string>();

  constructor(options: LedgerCheckOptions) {
    this.#options = options;
  }

  fault(fault: CheckFault, place: LedgerPlace | null, detail = ''): void {
    this.#faultCount++;
    if (this.#faults.length < limits.ledgerFaultsTold)
      this.#faults.push({ fault, place: place === null ? null : placeOf(place), detail });
    const state = place === null ? this.#current : this.#epochs.get(epochText(place));
    if (state === null || state === undefined) return;
    state.isWhole = false;
    // A missing end takes nothing from what stands before it.
    if (place !== null && fault !== 'cut-short') state.wholeTo = Math.min(state.wholeTo, place.sequence - 1);
  }

  add(item: LedgerItem): void {
    const { entry, body } = item;
    this.#entries++;
    const state = this.#stateOf(item);
    const before = this.#faultCount;
    const sealed = state.publicKey === '' ? 'forged' : sealFault(entry, state.publicKey);
    if (sealed !== null) this.fault(sealed, entry);
    this.#checkOrder(entry, state);
    this.#checkBody(item);
    state.entries++;
    // Told already; what follows is compared with what stands here, so that one fault is not told twice.
    if (entry.sequence > state.last) Object.assign(state, { last: entry.sequence, lastHash: entry.hash });
    if (state.isWhole && before === this.#faultCount) state.wholeTo = entry.sequence;
    if (body === null) return;
    const erased = erasedPlace(item);
    if (erased !== null) this.#erased.add(placeText(erased));
  }

  /** `heads`: how far each epoch must reach, from whoever knows it. */
  finish(heads: readonly (EpochHead & Pick<LedgerPlace, 'chain'>)[] = []): CheckReport {
    for (const [text, place] of this.#bodiless) if (!this.#erased.has(text)) this.fault('body-missing', place);
    for (const head of heads) this.#checkHead(head);
    return {
      entries: this.#entries,
      faults: this.#faults,
      isCut: this.#faultCount > this.#faults.length,
      epochs: [...this.#epochs.values()]
        .sort(byPlace)
        .map(({ chain, epoch, publicKey, entries, first, last, wholeTo, lost }) => ({
          ...{ chain, epoch, publicKey, entries, first, last, wholeTo, lost },
        })),
    };
  }

  #stateOf(item: LedgerItem): EpochState {
    const { entry } = item;
    const kept = this.#epochs.get(epochText(entry));
    if (kept !== undefined) {
      if (kept !== this.#current) this.fault('reordered', entry);
      this.#current = kept;
      return kept;
    }
    const opening = readOpening(item);
    const publicKey = this.#options.keyOf(entry) ?? opening?.publicKey ?? '';
    const state = Object.assign(this.#epochOf(entry), { publicKey, first: entry.sequence });
    this.#current = state;
    if (opening !== null) this.#checkFormer(item, opening);
    if (opening !== null && opening.publicKey !== publicKey) this.fault('other-key', entry);
    return state;
  }

  /** As far as it has been read; of one that is gone altogether nothing. */
  #epochOf({ chain, epoch }: Pick<LedgerPlace, 'chain' | 'epoch'>): EpochState {
    const kept = this.#epochs.get(epochText({ chain, epoch }));
    if (kept !== undefined) return kept;
    const state: EpochState = {
      ...{ chain, epoch, publicKey: '', entries: 0, first: 0, last: 0, lastHash: NO_HASH },
      ...{ wholeTo: 0, isWhole: true, lost: null },
    };
    this.#epochs.set(epochText(state), state);
    return state;
  }

  #checkOrder({ sequence, previousHash, chain, epoch }: LedgerItem['entry'], state: EpochState): void {
    const place = { chain, epoch, sequence };
    const { isWhole } = this.#options;
    if (state.entries === 0) {
      if (isWhole && sequence !== 1) this.fault('no-opening', place, `1–${sequence - 1}`);
      if (sequence === 1 && previousHash !== NO_HASH) this.fault('changed', place);
      return;
    }
    if (sequence <= state.last) {
      this.fault('reordered', place);
      return;
    }
    const isNext = sequence === state.last + 1;
    if (isWhole && !isNext) this.fault('missing', place, numbers(state.last + 1, sequence - 1));
    if (isNext && previousHash !== state.lastHash) this.fault('forged', place, 'hör inte ihop med posten före');
  }

  #checkBody({ entry, body }: LedgerItem): void {
    if (!this.#options.hasBodies && body === null) return;
    if (body === null) {
      this.#bodiless.set(placeText(entry), entry);
      return;
    }
    if (bodyHashOf(body) !== entry.bodyHash) this.fault('body-changed', entry);
  }

  /** What the epoch before must have here, by what the next one's opening says. */
  #checkFormer({ entry }: LedgerItem, { former, kept }: { former: EpochHead | null; kept: EpochHead | null }): void {
    if (!this.#options.isWhole || former === null) return;
    const before = this.#epochOf({ chain: entry.chain, epoch: former.epoch });
    const { last } = before;
    const keptTo = kept?.epoch === former.epoch ? kept.sequence : 0;
    const place = { chain: entry.chain, epoch: former.epoch, sequence: last };
    if (last < keptTo) this.fault('cut-short', place, numbers(last + 1, keptTo));
    if (last < former.sequence) before.lost = { from: Math.max(last, keptTo) + 1, to: former.sequence };
    if (last === former.sequence && before.lastHash !== former.hash) this.fault('forked', place);
  }

  #checkHead({ chain, epoch, sequence, hash }: EpochHead & Pick<LedgerPlace, 'chain'>): void {
    const state = this.#epochs.get(epochText({ chain, epoch }));
    const last = state?.last ?? 0;
    const place = { chain, epoch, sequence: last };
    if (last < sequence) this.fault('cut-short', place, numbers(last + 1, sequence));
    else if (last === sequence && state?.lastHash !== hash) this.fault('forked', place);
  }
}

const numbers = (from: number, to: number): string => (from === to ? `nummer ${from}` : `nummer ${from}–${to}`);
const epochText = ({ chain, epoch }: Pick<LedgerPlace, 'chain' | 'epoch'>): string => `${chain}/${epoch}`;
const byPlace = (a: EpochState, b: EpochState): number =>
  a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : a.epoch - b.epoch;
const placeOf = ({ chain, epoch, sequence }: LedgerPlace): LedgerPlace => ({ chain, epoch, sequence });
