// What anybody who can reach the machine may read of it, without a token.

import { expect, test } from 'vitest';
import type { SourceStatus } from '../copy/read/status.ts';
import { sourceId } from '../domain/identity.ts';
import { undeclaredSource } from '../domain/source.ts';
import { stationHealth } from './status.ts';

test('what a stranger calls itself is only counted in /health: it could be somebody’s number', () => {
  const stranger = sourceId('unknown:189001019802|X');
  const source = (id: SourceStatus['source'], isDeclared: boolean): SourceStatus => ({
    source: id,
    declaration: undeclaredSource(id, id),
    isDeclared,
    heard: null,
    proof: null,
    holds: [],
    counts: { unread: 0, 'set-aside': 0, held: 0, waiting: 0, 'left-out': 0 },
    openSetAside: 0,
    settled: null,
    feeds: [],
  });
  const now = { wallMs: Date.UTC(2026, 10, 22), boot: 'a', monotonicMs: 1 };
  // The register declares strangers to the copy too, so that a replay reads what they sent alike.
  const sources = [source(sourceId('journal'), true), source(stranger, true), source(sourceId('unknown:Y|'), false)];
  const intake = {
    refusal: null,
    backlog: 0,
    waitedMs: 0,
    applyFailure: null,
    isInboxOpen: true,
    inboxSeq: 3,
    notes: [],
    missing: [],
    clock: { count: 0, last: null },
    mllp: null,
  } as unknown as Parameters<typeof stationHealth>[0]['intake'];
  const ledger = { state: 'written', failure: null, head: null, publicKey: null, waiting: 0, lost: 0 } as const;
  const health = stationHealth({ name: 'Prov', startedAt: now, now, intake, sources, notes: [], ledger });
  expect(health).toMatchObject({ undeclaredSenders: 2, sources: [{ source: 'journal' }] });
  expect(JSON.stringify(health)).not.toMatch(/unknown|189001019802/);
});

test('what was lost with a damaged file keeps /health from saying ok, also after the next start', () => {
  const now = { wallMs: Date.UTC(2026, 10, 22), boot: 'a', monotonicMs: 1 };
  const ledger = { state: 'written', failure: null, head: null, publicKey: null, waiting: 0, lost: 0 } as const;
  const none = { clock: { count: 0, last: null }, mllp: null };
  const well = {
    refusal: null,
    backlog: 0,
    waitedMs: 0,
    applyFailure: null,
    isInboxOpen: true,
    inboxSeq: 9,
    notes: [],
    missing: [],
    ...none,
  };
  const health = (more: object): object =>
    stationHealth({
      ...{ name: 'Prov', startedAt: now, now, sources: [], notes: [], ledger },
      intake: { ...well, ...more } as unknown as Parameters<typeof stationHealth>[0]['intake'],
    });
  expect(health({})).toMatchObject({ status: 'ok', missingMessages: 0 });
  const refusal = { code: 'store.read-only', since: now };
  expect(health({ refusal, isInboxOpen: false, inboxSeq: 0, copyCursor: 6 })).toMatchObject({
    ...{ status: 'refusing', refusal: 'store.read-only', inboxSequence: null, backlog: null },
  });
  const missing = [
    { first: 3, last: 5, noticedMs: 1 },
    { first: 9, last: 9, noticedMs: 1 },
  ];
  expect(health({ missing })).toMatchObject({ status: 'damaged', missingMessages: 4 });
  for (const code of ['inbox.damaged', 'inbox.short', 'inbox.forked', 'copy.rebuilt'])
    expect(health({ notes: [{ code, detail: '', wallMs: 1 }] })).toMatchObject({ status: 'damaged' });
});
