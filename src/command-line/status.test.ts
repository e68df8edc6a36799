// What the person on call reads of a station: nothing that is not known is a number, and what is wrong is said with what to do.

import { describe, expect, it } from 'vitest';
import type { SourceLine } from '../station/source-line.ts';
import type { StationStatus } from '../station/status.ts';
import { sourcesText, stationText } from './status.ts';

const AT = '2026-11-22T10:00:00.000Z';
const line = (change: Partial<SourceLine> = {}): SourceLine => ({
  source: 'lab',
  name: 'Laboratoriet',
  state: 'fresh',
  words: '10:59',
  reasons: [],
  lastHeardAt: AT,
  silentForMs: null,
  holds: [],
  unread: 0,
  setAside: 0,
  settled: null,
  held: 0,
  waiting: 0,
  received: 3,
  repeated: 0,
  ...change,
});
const station = (change: Partial<StationStatus> = {}): StationStatus => ({
  name: 'Prov',
  at: AT,
  startedAt: AT,
  state: 'receiving',
  inboxSequence: 9,
  copySequence: 9,
  backlog: 0,
  refusal: null,
  applyFailure: null,
  answerMs: null,
  sources: [line()],
  notes: [],
  printers: [],
  places: [],
  provider: null,
  snapshots: [],
  purgeStoppedBy: [],
  damagedFiles: [],
  missing: [],
  scrub: null,
  counts: null,
  inquiries: {},
  underConstruction: [],
  ledger: { state: 'written', failure: null, head: null, publicKey: null, waiting: 0, lost: 0 },
  clockSteps: 0,
  tokenFile: '/etc/reservkraft/station.token',
  ...change,
});
const sources = (change: Partial<SourceLine>): string => sourcesText([line(change)], Date.parse(AT));

describe('the station', () => {
  it('names the file of its token, which a refusal without one points to', () => {
    expect(stationText(station())).toContain('Token för /api och /fhir: /etc/reservkraft/station.token');
  });

  it('tells whether the card’s service answers and since when, and that nobody waits for it', () => {
    const told = (provider: StationStatus['provider']): string => stationText(station({ provider }));
    expect(told(null)).not.toContain('Legitimeringstjänsten');
    expect(told({ label: 'SITHS', state: 'answers', since: AT })).toMatch(
      /Legitimeringstjänsten SITHS svarar, sedan .*\d\d:\d\d\./,
    );
    expect(told({ label: 'SITHS', state: 'silent', since: AT })).toMatch(
      /har inte svarat sedan .*\d\d:\d\d\. .*egna ord gäller/,
    );
    expect(told({ label: 'SITHS', state: 'silent', since: null })).toContain('sedan stationen startades');
  });

  it('tells its answers with a decimal comma and of how many, and as – before there are any', () => {
    expect(stationText(station())).toContain('Svarstid till sändare p99: – (inget har kommit sedan start)');
    expect(stationText(station({ answerMs: { p50: 1, p99: 9.84, answers: 312 } }))).toContain(
      'Svarstid till sändare p99: 9,8 ms (de senaste 312 svaren)',
    );
  });

  it('tells how much did not agree with the record system and is not settled, unit by unit', () => {
    expect(stationText(station())).not.toContain('Under utredning');
    const text = stationText(station({ inquiries: { KIR: 2, MED: 1 } }));
    expect(text).toContain('! Under utredning på KIR: 2 rutor stämde inte med journalsystemet');
    expect(text).toContain('! Under utredning på MED: 1 ruta stämde inte');
  });

  it('names what was received and is lost, and what to do, and never calls itself level then', () => {
    const missing = [
      { first: 12, last: 14, noticedAt: AT },
      { first: 20, last: 20, noticedAt: AT },
    ];
    const text = stationText(station({ state: 'damaged', missing }));
    expect(text).toMatch(/! Mottagna meddelanden saknas: 4 \(nummer 12–14, 20\), funnet/);
    expect(text).toContain('Gör nu: be källsystemen sända om dem');
    expect(text).not.toContain('i fas');
  });

  it('never says 0 of an inbox that can’t be opened', () => {
    const closed = { inboxSequence: null, copySequence: 6, backlog: null, refusal: 'store.read-only' };
    const text = stationText(station({ state: 'refusing', ...closed }));
    expect(text).toContain('kan inte ta emot nu');
    expect(text).toContain('Inkorgen –, kopian 6, – väntar på att föras in');
  });

  it('is never level while something waits', () => {
    expect(stationText(station())).toMatch(/kopian är i fas[\s\S]*0 väntar/);
    const behind = stationText(station({ state: 'behind', copySequence: 2, backlog: 7 }));
    expect(behind).toContain('kopian släpar, 7 väntar på att föras in');
    for (const state of ['behind', 'receiving'] as const)
      expect(stationText(station({ state, copySequence: 2, backlog: 7 }))).not.toContain('i fas');
  });
});

describe('its sources', () => {
  it('what came since the start is headed so, and is – where nobody has counted', () => {
    expect(sources({})).toMatch(/Mottagna sedan start[\s\S]* 3 /);
    const [, row = ''] = sources({ received: null, repeated: null }).split('\n');
    expect(row.match(/ – /g)).toHaveLength(2);
  });

  it('one that is not well is told in whole sentences with what to do', () => {
    const silent = sources({
      state: 'silent',
      words: 'Tyst sedan 06:20',
      reasons: ['Tyst sedan 06:20. Det kan ha tillkommit.'],
    });
    expect(silent).toContain(
      '! Laboratoriet: Tyst sedan 06:20. Det kan ha tillkommit.\n  Gör nu: Ring den som sköter källan',
    );
    expect(sources({ setAside: 2 })).toMatch(
      /2 meddelanden har inte kunnat läsas in[\s\S]*messages --set-aside --source lab/,
    );
    expect(sources({})).not.toContain('Gör nu');
  });

  it('one that is not whole yet says why, and calls for nobody', () => {
    const text = sources({
      state: 'incomplete',
      words: 'Ofullständig, per 11:20',
      reasons: ['Ofullständig: uppgifter från före 11:19 kan saknas. Per 11:20.'],
    });
    expect(text).toContain('\nLaboratoriet: Ofullständig: uppgifter från före 11:19 kan saknas. Per 11:20.\n');
    expect(text).not.toContain('Gör nu');
  });
});
