// A source's line in the status: what is held of it, for whom and why, and nothing said as zero that nobody has counted.

import { describe, expect, it } from 'vitest';
import type { SourceStatus } from '../copy/read/status.ts';
import { feed, HOUR_MS, NOW_MS, now } from '../domain/chart/chart.fixture.ts';
import type { Holding } from '../domain/holding.ts';
import { sourceId, unitId } from '../domain/identity.ts';
import { undeclaredSource } from '../domain/source.ts';
import type { IntakeStatus } from './receiving/intake.ts';
import { sourceLine } from './source-line.ts';

const LAB = sourceId('lab');
const holding: Holding = {
  part: 'results',
  unit: unitId('KIR2'),
  reason: 'fel provrör',
  by: 'Anna Berg',
  since: NOW_MS - HOUR_MS,
  isBeingReleased: false,
};
const status = (change: Partial<SourceStatus> = {}): SourceStatus => ({
  source: LAB,
  declaration: undeclaredSource(LAB, 'Laboratoriet'),
  isDeclared: true,
  heard: now,
  proof: now,
  holds: [],
  counts: { unread: 0, 'set-aside': 0, held: 0, waiting: 0, 'left-out': 0 },
  openSetAside: 0,
  settled: null,
  feeds: [feed('results', { source: LAB, proof: now })],
  ...change,
});
const lineOf = (source: SourceStatus, intake: IntakeStatus | null = null) =>
  sourceLine(source, now, 'Laboratoriet', intake);

describe('what is held', () => {
  it('is told with part, unit, reason, who and since when; the rest of the source is not told as held', () => {
    const held = feed('results', { source: LAB, proof: now, heldSince: holding.since, holds: [holding] });
    const line = lineOf(status({ holds: [holding], feeds: [held] }));
    expect(line.holds).toEqual([{ ...holding, since: new Date(holding.since).toISOString() }]);
    expect(line).toMatchObject({ state: 'held', words: 'Delvis hållen sedan 10:20: provsvar på KIR2' });
    expect(line.reasons).toEqual([
      'Laboratoriet: provsvar på KIR2 hålls sedan 10:20 av Anna Berg, skäl: fel provrör. Nyare uppgifter tas emot men visas inte.',
    ]);
  });

  it('all of a source', () => {
    const whole = { ...holding, part: null, unit: null };
    const held = feed('results', { source: LAB, proof: now, heldSince: whole.since, holds: [whole] });
    const line = lineOf(status({ holds: [whole], feeds: [held] }));
    expect(line).toMatchObject({ state: 'held', words: 'Hållen sedan 10:20' });
    expect(line.reasons.join()).toMatch(/^Laboratoriet hålls sedan 10:20 av Anna Berg, skäl: fel provrör\./);
  });
});

describe('what is not known', () => {
  it('is never a zero: without a running station nobody has counted what came', () => {
    expect(lineOf(status())).toMatchObject({ received: null, repeated: null });
    const running = { sources: [] } as unknown as IntakeStatus;
    expect(lineOf(status(), running)).toMatchObject({ received: 0, repeated: 0 });
  });
});

describe('why a source is not well', () => {
  it('stands in whole sentences; a well one has no reasons', () => {
    expect(lineOf(status()).reasons).toEqual([]);
    const old = { ...now, wallMs: NOW_MS - 5 * HOUR_MS, monotonicMs: now.monotonicMs - 5 * HOUR_MS };
    const silent = status({
      heard: old,
      feeds: [feed('results', { source: LAB, proof: old, fullyLoadedAt: NOW_MS - HOUR_MS })],
    });
    expect(lineOf(silent)).toMatchObject({ state: 'silent', reasons: ['Tyst sedan 06:20. Det kan ha tillkommit.'] });
    expect(lineOf(status({ heard: null })).reasons).toEqual(['Tyst: inget har kommit ännu.']);
  });

  it('stands also of one that has only just begun, or was rebuilt, whichever of its parts that is', () => {
    const whole = feed('allergies', { source: LAB, proof: now });
    const begun = feed('results', { source: LAB, proof: now, fullyLoadedAt: null, wholeSince: NOW_MS - HOUR_MS / 60 });
    expect(lineOf(status({ feeds: [whole, begun] }))).toMatchObject({
      state: 'incomplete',
      words: 'Ofullständig, per 11:20',
      reasons: ['Ofullständig: uppgifter från före 11:19 kan saknas. Per 11:20.'],
      silentForMs: null,
    });
    const never = feed('reports', { source: LAB, proof: now, fullyLoadedAt: null, wholeSince: null });
    expect(lineOf(status({ feeds: [never] })).reasons).toEqual([
      'Ofullständig: källan har inte sänt allt den har. Per 11:20.',
    ]);
    const rebuilt = feed('results', { source: LAB, proof: now, fullyLoadedAt: null, rebuiltAt: NOW_MS });
    expect(lineOf(status({ feeds: [rebuilt] })).reasons.join()).toMatch(
      /^Återuppbyggd 11:20: äldre uppgifter kan saknas/,
    );
    expect(lineOf(status({ isDeclared: false })).reasons.join()).toMatch(/^Okänd avsändare: /);
  });
});
