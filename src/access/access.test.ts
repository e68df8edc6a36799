import { createHash, randomInt } from 'node:crypto';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it } from 'vitest';
import { spokenWords } from '../domain/access/device-key.ts';
import { personId } from '../domain/access/people.ts';
import { limits } from '../limits.ts';
import { AccessStore } from './access-store.ts';
import { Accounts } from './accounts.ts';
import { makeCode } from './one-time-code.ts';
import { Secrets } from './secrets.ts';
import { Sessions } from './sessions.ts';
import { SlowDown } from './slow-down.ts';
import { DEALT_WORDS } from './word-list.ts';
import { bitsOf, dealWords } from './words.ts';

const PERSON = { id: personId('SE0000000000-1'), name: 'Anna Berg', title: 'ssk', profession: 'nurse' } as const;

describe('dealt words', () => {
  it('are 2048 different words that any keyboard writes: eleven bits each', () => {
    expect(new Set(DEALT_WORDS).size).toBe(2048);
    for (const word of DEALT_WORDS) expect(word).toMatch(/^[a-z]{2,9}$/);
    expect(bitsOf(dealWords(4, () => 0))).toBe(44);
  });

  it('are drawn from the whole list, each place by itself', () => {
    const asked: number[] = [];
    const words = dealWords(4, (below) => {
      asked.push(below);
      return asked.length === 2 ? below - 1 : 0;
    });
    expect(asked).toEqual([2048, 2048, 2048, 2048]);
    expect(words).toEqual([DEALT_WORDS[0], DEALT_WORDS.at(-1), DEALT_WORDS[0], DEALT_WORDS[0]]);
  });

  it.each(['Solo  LIND betong,fotograf', 'solo-lind-betong-fotograf\n', ' solo lind\tbetong. fotograf '])(
    'typed as %j are the same words',
    (typed) => expect(spokenWords(typed)).toBe('solo lind betong fotograf'),
  );
});

describe('secrets', () => {
  it('are kept as argon2id with salt and cost, never as they are', async () => {
    const secrets = new Secrets();
    const [one, two] = [await secrets.keep('solo lind'), await secrets.keep('solo lind')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await secrets.isRight('solo lind', one)).toBe(true);
    expect(await secrets.isRight('solo lina', one)).toBe(false);
    expect(await secrets.isRight('solo lind', null)).toBe(false);
    expect(await secrets.isRight('solo lind', 'solo lind')).toBe(false);
  });

  it('more tries than can be waited for are told to come back, and those in line are answered', async () => {
    const secrets = new Secrets();
    const asked = Array.from({ length: limits.secretsAtOnce + limits.secretsWaitingMax + 5 }, () =>
      secrets.isRight(
        'x',
        '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      ),
    );
    const done = await Promise.allSettled(asked);
    expect(done.filter(({ status }) => status === 'rejected')).toHaveLength(5);
    expect(await secrets.isRight('x', null)).toBe(false);
  });
});

describe('bounded memory', () => {
  it('wrong tries of ever new names push out the longest quiet, and no more is held', () => {
    const slow = new SlowDown({ free: 1, waitMaxMs: 30_000, forgetMs: 300_000 });
    for (let each = 0; each < 4; each++) slow.begin('anna', 0);
    for (let each = 0; each < limits.slowDownKeysMax + 10; each++) slow.begin(`${each}`, 0);
    expect(slow.size).toBe(limits.slowDownKeysMax);
    expect(slow.waitMs('anna', 0)).toBe(0);
  });

  it('waits grow to the bound and no further, and are forgotten with time', () => {
    const slow = new SlowDown({ free: 2, waitMaxMs: 30_000, forgetMs: 60_000 });
    const waits = Array.from({ length: 10 }, () => {
      slow.begin('anna', 0);
      return slow.waitMs('anna', 0);
    });
    expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(slow.waitMs('anna', 30_000)).toBe(0);
    expect(slow.countOf('anna', 10 * 60_000)).toBe(0);
  });

  it('one person’s sessions are a few: the one used longest ago goes', () => {
    const sessions = new Sessions();
    const begin = (at: number) => sessions.begin({ person: PERSON, how: 'secret', vouchedBy: null, granted: [] }, at);
    const tokens = Array.from({ length: limits.sessionsAPersonMax + 1 }, (_, at) => begin(at));
    expect(sessions.count).toBe(limits.sessionsAPersonMax);
    expect(sessions.use(tokens[0] ?? '', 100, true)).toBeNull();
    expect(sessions.use(tokens[1] ?? '', 100, true)).not.toBeNull();
    expect(sessions.endAllOf(PERSON.id, tokens[1])).toBe(limits.sessionsAPersonMax - 1);
    expect(sessions.count).toBe(1);
    const kept = createHash('sha256')
      .update(tokens[1] ?? '')
      .digest('hex');
    expect(JSON.stringify([...Object.values(sessions)])).not.toContain(kept);
  });
});

describe('what is kept', () => {
  const now = () => ({ wallMs: 1_000, boot: 'b', monotonicMs: 1_000 });
  const accountsOf = (store: AccessStore) => new Accounts({ store, secrets: new Secrets(), now, draw: () => 0 });
  const full = Object.assign(new Error('full'), { code: 'SQLITE_FULL' });

  it('what gives somebody something and can’t be kept is refused and does not hold; signing in goes on', async () => {
    const db = new Sqlite(':memory:');
    const store = new AccessStore(db, (error) => error === full);
    const accounts = accountsOf(store);
    accounts.put([{ person: PERSON, assignments: [] }]);
    const words = (await accounts.dealSecret(PERSON.id)).join(' ');
    const transaction = db.transaction.bind(db);
    Object.assign(db, {
      transaction: () => () => {
        throw full;
      },
    });
    // Closing holds all the same: access-store.test.ts.
    await expect(accounts.deal(PERSON.id, 1_000)).rejects.toThrow('access.not-kept');
    expect(() => accounts.put([{ person: { ...PERSON, id: personId('SE0000000000-2') }, assignments: [] }])).toThrow();
    expect(accounts.count).toBe(1);
    expect(await accounts.signIn(PERSON.id, words)).toMatchObject({ isNew: true, account: { state: 'active' } });
    expect(() => accounts.flush()).toThrow('access.not-kept');
    Object.assign(db, { transaction });
    accounts.flush();
    expect(await accountsOf(store).signIn(PERSON.id, words)).toMatchObject({ isNew: false });
  });

  it('that new words are used ends the former ones also in a station that loses its power the next moment', async () => {
    const db = new Sqlite(':memory:');
    const store = new AccessStore(db, () => false);
    const accounts = new Accounts({ store, secrets: new Secrets(), now, draw: (below) => randomInt(below) });
    accounts.put([{ person: PERSON, assignments: [] }]);
    const former = (await accounts.dealSecret(PERSON.id)).join(' ');
    await accounts.signIn(PERSON.id, former);
    const next = (await accounts.dealSecret(PERSON.id)).join(' ');
    await accounts.signIn(PERSON.id, next);
    const started = accountsOf(store);
    expect(await started.signIn(PERSON.id, former)).toBeNull();
    expect(await started.signIn(PERSON.id, next)).toMatchObject({ isNew: false });
  });

  it('an account from before there were slow keys of words has one from the next sign-in on, kept through a restart', async () => {
    const db = new Sqlite(':memory:');
    const store = new AccessStore(db, () => false);
    const first = accountsOf(store);
    first.put([{ person: PERSON, assignments: [] }]);
    const words = (await first.dealSecret(PERSON.id)).join(' ');
    await first.signIn(PERSON.id, words);
    first.flush();
    const [{ secretKey: _one, dealtKey: _other, ...older } = {}] = store.all<Record<string, unknown>>('account');
    store.keep([{ kind: 'account', id: PERSON.id, body: older }]);
    const later = accountsOf(store);
    expect(later.openers()).toEqual([]);
    await later.signIn(PERSON.id, words);
    await later.wordsKeysMade();
    later.flush();
    expect(accountsOf(store).openers()).toMatchObject([{ account: { id: PERSON.id }, keys: [{}] }]);
  });

  it('no secret stands in the file as it is', async () => {
    const db = new Sqlite(':memory:');
    const accounts = accountsOf(new AccessStore(db, () => false));
    accounts.put([{ person: PERSON, assignments: [] }]);
    const words = await accounts.dealSecret(PERSON.id);
    const code = await accounts.deal(PERSON.id, 1_000);
    const text = JSON.stringify(db.prepare('SELECT * FROM kept').all());
    expect(text).toContain('argon2id');
    for (const secret of [words.join(' '), code, code.replace('-', '')]) expect(text).not.toContain(secret);
    // The code that waits is as slow to guess as the words.
    const [kept] = new AccessStore(db, () => false).all<{ code: { secret: string } }>('account');
    expect(Object.keys(kept?.code ?? {}).sort()).toEqual(['madeAt', 'secret', 'validMs']);
    expect(kept?.code.secret).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('a code that waited since before codes were hashed slowly still opens, and one dealt anew while it is tried does not', async () => {
    const store = new AccessStore(new Sqlite(':memory:'), () => false);
    const first = accountsOf(store);
    first.put([{ person: PERSON, assignments: [] }]);
    const { code, kept } = makeCode(now(), 1_000, (below) => randomInt(below));
    const [row = {}] = store.all<Record<string, unknown>>('account');
    store.keep([{ kind: 'account', id: PERSON.id, body: { ...row, code: kept } }]);
    const accounts = accountsOf(store);
    await expect(accounts.claim(PERSON.id, 'ABCD-EFGH')).rejects.toThrow('access.wrong-code');
    expect(await accounts.claim(PERSON.id, code)).toHaveLength(4);
    const waiting = await accounts.deal(PERSON.id, 1_000);
    const [tried, next] = await Promise.allSettled([
      accounts.claim(PERSON.id, waiting),
      Promise.resolve().then(() => accounts.endCode(PERSON.id)),
    ]);
    expect([tried.status, next.status]).toEqual(['rejected', 'fulfilled']);
    await expect(accounts.claim('SE0000000000-NOBODY', code)).rejects.toThrow('access.wrong-code');
  });
});
