// Who may sign in here, and where they care for patients. Everything is in memory and each change on the disk before it counts; only
// what a sign-in itself changes (when the secret was last used) follows a little later, so that nobody is kept out by a full disk.

import { hash } from 'node:crypto';
import { spokenWords } from '../domain/access/device-key.ts';
import { isChange, type OwnEvent, type OwnEventKind } from '../domain/access/own-sign-ins.ts';
import type { Account, AccountState, Assignment, Person, PersonId } from '../domain/access/people.ts';
import { Failure } from '../domain/failures.ts';
import type { Arrival } from '../domain/time.ts';
import { limits } from '../limits.ts';
import type { AccessStore, KeptRow } from './access-store.ts';
import { isCodeValid, isWaitingCode, type KeptCode, makeWaitingCode, type WaitingCode } from './one-time-code.ts';
import type { KeptSecret, Secrets } from './secrets.ts';
import { type Draw, dealWords, SECRET_WORDS } from './words.ts';
import { type WordsKey, WordsKeys } from './words-keys.ts';

interface KeptAccount {
  readonly person: Person;
  readonly assignments: readonly Assignment[];
  readonly isClosed: boolean;
  readonly secret: KeptSecret | null;
  /** Dealt and not used yet: the former secret holds until it is. */
  readonly dealt: KeptSecret | null;
  /** Slow keys of the same words; null: not made yet. */
  readonly secretKey: WordsKey | null;
  readonly dealtKey: WordsKey | null;
  readonly secretUsedAt: number | null;
  /** When somebody last vouched for the account: whoever enrols, or the provider. Null: not counted yet. */
  readonly confirmedAt: number | null;
  readonly code: WaitingCode | KeptCode | null;
  /** Newest first, for themselves. `isTold`: they have been told. */
  readonly events: readonly (OwnEvent & { readonly isTold?: true })[];
}

export interface AccountsOptions {
  readonly store: AccessStore;
  readonly secrets: Secrets;
  readonly now: () => Arrival;
  readonly draw: Draw;
}

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #accounts = new Map<string, KeptAccount>();
  /** Changed by a sign-in alone, and not on the disk yet. */
  readonly #unkept = new Set<string>();
  readonly #wordsKeys = new WordsKeys();
  /** Hashes of words whose slow keys are being made. */
  readonly #beingMade = new Set<KeptSecret>();
  #changes = 0;

  constructor(options: AccountsOptions) {
    this.#options = options;
    // Rows of before there were slow keys have none.
    for (const account of options.store.all<KeptAccount>('account'))
      this.#accounts.set(account.person.id, { ...NOT_KEPT_BEFORE, ...account });
  }

  /** Grows with each change of who may do what, or of which words are whose. */
  get changes(): number {
    return this.#changes;
  }

  /** Whose words can open a copy on a device: those in use, and those dealt and not used yet. */
  openers(): { readonly account: Account; readonly keys: readonly WordsKey[] }[] {
    return [...this.#accounts.values()]
      .map((kept) => ({ kept, keys: [kept.secretKey, kept.dealtKey].filter((key) => key !== null) }))
      .filter(({ kept, keys }) => !kept.isClosed && keys.length > 0)
      .map(({ kept, keys }) => ({ account: this.#told(kept), keys }));
  }

  endWordsKeys(): void {
    this.#wordsKeys.end();
  }

  /** When the slow keys asked for until now are made. */
  wordsKeysMade(): Promise<void> {
    return this.#wordsKeys.made();
  }

  get count(): number {
    return this.#accounts.size;
  }

  get(id: string): Account | null {
    const kept = this.#accounts.get(id);
    return kept === undefined ? null : this.#told(kept);
  }

  all(): Account[] {
    return [...this.#accounts.values()].map((kept) => this.#told(kept));
  }

  /** Opens or changes accounts, all or none; a closed one is open again, with a new code. Who does it says that they work here. */
  put(people: readonly { readonly person: Person; readonly assignments: readonly Assignment[] }[]): void {
    if (this.#accounts.size + people.length > limits.accountsMax)
      throw new Failure('access.people-refused', `högst ${limits.accountsMax} konton`);
    const confirmedAt = this.#options.now().wallMs;
    this.#keep(
      people.map(({ person, assignments }): KeptAccount => {
        const known = this.#accounts.get(person.id);
        return known === undefined || known.isClosed
          ? {
              person,
              assignments,
              isClosed: false,
              secretUsedAt: null,
              confirmedAt,
              code: null,
              events: [],
              ...NOTHING_DEALT,
            }
          : { ...known, person, assignments, confirmedAt };
      }),
    );
  }

  /** Fewer roles than before. That somebody leaves a unit says nothing of the others. */
  narrow(id: PersonId, assignments: readonly Assignment[]): void {
    this.#take({ ...this.#require(id), assignments });
  }

  /** What let them in is forgotten; who they were is kept, since the ledger names them. */
  close(id: PersonId): void {
    this.#take({ ...this.#require(id), ...CLOSED });
  }

  /** Which words are in use, for the ledger: tells one dealing from another and nothing of the words, which their salt of 128 bits hides. */
  wordsLabel(id: PersonId): string | null {
    const { secret } = this.#require(id);
    return secret === null ? null : labelOf(secret);
  }

  /** The ledger knows of later words than this: false where nobody knows them here, and new ones are to be dealt. */
  wordsReplaced(id: PersonId, label: string): boolean {
    const account = this.#require(id);
    const { secret, dealt } = account;
    if (secret !== null && labelOf(secret) === label) return true;
    const isDealt = dealt !== null && labelOf(dealt) === label;
    const inUse = isDealt ? { secret: dealt, secretKey: account.dealtKey } : { secret: null, secretKey: null };
    this.#take({ ...account, ...inUse, dealt: null, dealtKey: null, code: null });
    return isDealt;
  }

  endCode(id: PersonId): void {
    this.#take({ ...this.#require(id), code: null });
  }

  /** A one-time code, which also ends the former one. The secret holds until another is used. */
  async deal(id: PersonId, validMs: number): Promise<string> {
    const { now, draw, secrets } = this.#options;
    this.#requireOpen(id);
    const { code, kept } = await makeWaitingCode({ madeAt: now(), validMs }, draw, secrets);
    // As it is now: closed, or changed, while the hashing went on.
    this.#keep([{ ...this.#requireOpen(id), code: kept, confirmedAt: now().wallMs }]);
    this.noted(id, 'code', null);
    return code;
  }

  /** Exchanges the code for words. It can be used again until the words have been: the answer may have been lost on its way. */
  async claim(id: string, code: string): Promise<readonly string[]> {
    const { now, secrets } = this.#options;
    const waiting = this.#accounts.get(id)?.code ?? null;
    const isRight = await isWaitingCode(waiting, code, secrets);
    // Over, used or dealt anew while the hashing went on.
    const isSame = waiting !== null && this.#accounts.get(id)?.code === waiting;
    if (!isRight || !isSame || !isCodeValid(waiting, now())) throw new Failure('access.wrong-code');
    return this.dealSecret(id);
  }

  async dealSecret(id: string): Promise<readonly string[]> {
    const words = dealWords(SECRET_WORDS, this.#options.draw);
    const dealt = await this.#options.secrets.keep(words.join(' '));
    const account = this.#accounts.get(id);
    if (account === undefined || account.isClosed) throw new Failure('access.wrong-code');
    this.#keep([{ ...account, dealt, dealtKey: null }]);
    this.#makeKey(id, dealt, words.join(' '));
    return words;
  }

  /** `isNew`: dealt words used for the first time, so the former ones are over; `isFirst`: there were none. Null: wrong, or nobody who works here. */
  async signIn(
    id: string,
    secret: string,
  ): Promise<{ readonly account: Account; readonly isNew: boolean; readonly isFirst: boolean } | null> {
    const spoken = spokenWords(secret);
    const { secrets } = this.#options;
    const before = this.#accounts.get(id);
    const isRight = await secrets.isRight(spoken, before?.secret ?? null);
    const dealt = before?.dealt ?? null;
    const isNew = !isRight && dealt !== null && (await secrets.isRight(spoken, dealt));
    const account = this.#accounts.get(id);
    // Closed, or dealt again, while the hashing went on.
    const isSame = account?.secret === before?.secret && account?.dealt === before?.dealt;
    if (account === undefined || account.isClosed || !isSame || !(isRight || isNew)) return null;
    const { wallMs } = this.#options.now();
    // One of before this was counted is counted from now.
    const used = { ...account, secretUsedAt: wallMs, confirmedAt: account.confirmedAt ?? wallMs };
    const kept = isNew
      ? { ...used, secret: dealt, secretKey: account.dealtKey, dealt: null, dealtKey: null, code: null }
      : used;
    this.#accounts.set(id, kept);
    this.#unkept.add(id);
    if (isNew) this.#newUsed();
    if (kept.secret !== null && kept.secretKey === null) this.#makeKey(id, kept.secret, spoken);
    return { account: this.#told(kept), isNew, isFirst: account.secret === null };
  }

  /** Kept at once where the disk takes it: the former words are over also in a station that loses its power now. */
  #newUsed(): void {
    this.#changes++;
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  /** The provider has said who it is: the words hold on. Written behind, as when words are used. */
  confirm(id: PersonId): void {
    const account = this.#require(id);
    this.#accounts.set(id, { ...account, confirmedAt: this.#options.now().wallMs });
    this.#unkept.add(id);
  }

  /** For themselves to see. Written behind, as when words are used; of somebody without an account there is nowhere to. */
  noted(id: string, what: OwnEventKind, device: string | null): void {
    const account = this.#accounts.get(id);
    if (account === undefined) return;
    const events = [{ what, at: this.#options.now().wallMs, device }, ...account.events];
    this.#accounts.set(id, { ...account, events: events.slice(0, limits.ownEventsKept) });
    this.#unkept.add(id);
  }

  /** Newest first. */
  eventsOf(id: string): readonly OwnEvent[] {
    return (this.#accounts.get(id)?.events ?? []).map(({ what, at, device }) => ({ what, at, device }));
  }

  /** Changes they have not been told of. */
  untold(id: string): readonly OwnEvent[] {
    const events = this.#accounts.get(id)?.events ?? [];
    return events.flatMap(({ isTold, ...event }) => (isChange(event) && isTold !== true ? [event] : []));
  }

  /** They have read of those. */
  told(id: string, read: readonly OwnEvent[]): void {
    const account = this.#accounts.get(id);
    if (account === undefined || read.length === 0) return;
    const isRead = ({ what, at }: OwnEvent): boolean => read.some((one) => one.what === what && one.at === at);
    const events = account.events.map((event) => (isRead(event) ? { ...event, isTold: true as const } : event));
    this.#accounts.set(id, { ...account, events });
    this.#unkept.add(id);
  }

  /** Null: not counted yet. */
  confirmedAt(id: PersonId): number | null {
    return this.#accounts.get(id)?.confirmedAt ?? null;
  }

  /** What sign-ins changed. On a disk that refuses it is tried again the next time. */
  flush(): void {
    const rows = [...this.#unkept].flatMap((id) => this.#accounts.get(id) ?? []);
    if (rows.length === 0) return;
    this.#options.store.keep(rows.map(rowOf));
    this.#unkept.clear();
  }

  /** Of the words that `hash` is of; they may have been used first, or be over, when it is made. */
  #makeKey(id: string, hash: KeptSecret, spoken: string): void {
    if (this.#beingMade.has(hash)) return;
    this.#beingMade.add(hash);
    void this.#wordsKeys
      .make(spoken)
      .then((key) => {
        const account = this.#accounts.get(id);
        if (account === undefined || key === null) return;
        if (account.secret === hash) this.#accounts.set(id, { ...account, secretKey: key });
        else if (account.dealt === hash) this.#accounts.set(id, { ...account, dealtKey: key });
        else return;
        this.#unkept.add(id);
        this.#changes++;
      })
      .finally(() => this.#beingMade.delete(hash));
  }

  #requireOpen(id: PersonId): KeptAccount {
    const account = this.#require(id);
    if (account.isClosed) throw new Failure('access.person-not-found', 'kontot är stängt');
    return account;
  }

  #require(id: PersonId): KeptAccount {
    const account = this.#accounts.get(id);
    if (account === undefined) throw new Failure('access.person-not-found');
    return account;
  }

  #keep(accounts: readonly KeptAccount[]): void {
    this.#options.store.keep(accounts.map(rowOf));
    this.#hold(accounts);
  }

  /** Less than before: it holds whether the disk takes it now or later. */
  #take(account: KeptAccount): void {
    this.#options.store.keepOrLater([rowOf(account)]);
    this.#hold([account]);
  }

  #hold(accounts: readonly KeptAccount[]): void {
    for (const account of accounts) {
      this.#accounts.set(account.person.id, account);
      this.#unkept.delete(account.person.id);
    }
    this.#changes++;
  }

  #told({ person, assignments, isClosed, secret, secretUsedAt }: KeptAccount): Account {
    const state: AccountState = isClosed ? 'closed' : secret === null ? 'invited' : 'active';
    const { wallMs } = this.#options.now();
    const isSecretDue = state === 'active' && Math.abs(wallMs - (secretUsedAt ?? 0)) > limits.secretDueMs;
    return { ...person, state, assignments, secretUsedAt, isSecretDue };
  }
}

const labelOf = (secret: KeptSecret): string => hash('sha256', secret, 'hex').slice(0, 16);

const NOTHING_DEALT = { secret: null, dealt: null, secretKey: null, dealtKey: null } as const;

const CLOSED = { isClosed: true, assignments: [], code: null, events: [], ...NOTHING_DEALT } as const;

/** What rows of earlier versions lack. */
const NOT_KEPT_BEFORE = { ...NOTHING_DEALT, confirmedAt: null, events: [] } as const;

const rowOf = (account: KeptAccount): KeptRow => ({ kind: 'account', id: account.person.id, body: account });
