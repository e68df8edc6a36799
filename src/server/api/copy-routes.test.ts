// What an app that keeps its own copy is handed, and what it makes of it hours later.

import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeChart } from '../../domain/chart/compose.ts';
import type { PatientKey } from '../../domain/identity.ts';
import { type PatientAnswer, type UnitCopy, withFeeds } from '../../domain/unit-copy.ts';
import { composeUnitList, type UnitList } from '../../domain/unit-list/unit-list.ts';
import { admitAnna, potassium, report } from '../anna.fixture.ts';
import { ServedCopy } from '../server.fixture.ts';

let copy: ServedCopy;
let anna: PatientKey;

beforeEach(async () => {
  copy = await ServedCopy.started();
  anna = admitAnna(copy);
});
afterEach(() => copy.close());

const unitCopy = async (more: object = {}): Promise<UnitCopy> => {
  const { status, json } = await copy.ask({
    method: 'POST',
    url: '/api/copies/unit',
    payload: { unit: 'KIR2', ...more },
  });
  expect(status).toBe(200);
  return json as UnitCopy;
};
const versionsOf = ({ patients }: UnitCopy) => Object.fromEntries(patients.map(({ key, version }) => [key, version]));

function listFrom(handed: UnitCopy, later = 0): UnitList {
  const kept = new Map(
    handed.patients.flatMap(({ key, copy: bare, feeds }) =>
      bare === null ? [] : [[key, withFeeds(bare, (part) => feeds[part])] as const],
    ),
  );
  const now = { ...handed.now, wallMs: handed.now.wallMs + later, monotonicMs: handed.now.monotonicMs + later };
  return composeUnitList({ ...handed, copyOf: (key) => kept.get(key) ?? null, now });
}

describe('a unit’s copy in an app', () => {
  it('gives the very list and chart that the station itself shows', async () => {
    const handed = await unitCopy();
    expect(JSON.parse(JSON.stringify(listFrom(handed)))).toEqual((await copy.ask('/api/units/KIR2')).json);
    const [patient] = handed.patients;
    if (patient?.copy == null) throw new Error('nobody was handed out');
    const chart = composeChart(
      withFeeds(patient.copy, (part) => patient.feeds[part]),
      handed.now,
    );
    expect(JSON.parse(JSON.stringify(chart))).toEqual((await copy.ask(`/api/charts/${anna}`)).json);
  });

  it('hours later says of every feed that it is silent, and of no block that there is nothing', async () => {
    const handed = await unitCopy();
    const later = listFrom(handed, 5 * 3_600_000);
    expect(later.header).toMatchObject({ state: 'silent', words: expect.stringMatching(/^Kopian: .*tyst sedan/) });
    expect(JSON.stringify(later.rows[0]?.cells)).not.toMatch(
      /"words":"(Inga kända|ingen enligt|ingen registrerad|inget väntar)/i,
    );
  });

  it('is handed out whole once, and then only what has changed, with the feeds of the moment', async () => {
    const first = await unitCopy();
    const have = versionsOf(first);
    const second = await unitCopy({ have });
    expect(second.patients.map(({ copy: sent }) => sent)).toEqual([null]);
    expect(second.patients[0]?.feeds.results).toHaveLength(1);
    report(copy, 'L9', [potassium('5.9', 'F')]);
    const third = await unitCopy({ have });
    expect(JSON.stringify(third.patients[0]?.copy)).toContain('5.9');
    expect(versionsOf(third)).not.toEqual(have);
  });

  it('stands in the ledger with whose it was, once; a question that hands out nothing does not', async () => {
    const have = versionsOf(await unitCopy());
    await unitCopy({ have });
    const sent = copy.entries.filter(({ kind }) => kind === 'copy.sent');
    expect(sent).toMatchObject([{ unit: 'KIR2', body: { patients: [anna] } }]);
  });

  it('can be of an earlier moment, and one patient can be asked for alone', async () => {
    const then = copy.now.wallMs;
    report(copy, 'L9', [potassium('5.9', 'F')]);
    expect(JSON.stringify(await unitCopy({ at: then }))).not.toContain('5.9');
    const { json } = await copy.ask({ method: 'POST', url: '/api/copies/patient', payload: { key: anna } });
    expect((json as PatientAnswer).copy.key).toBe(anna);
    expect(copy.entries.at(-1)).toMatchObject({ kind: 'chart.read', patient: anna });
  });

  it('goes packed to who can unpack it', async () => {
    const { headers, raw } = await copy.askRaw('/api/copies/unit', { unit: 'KIR2' }, { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect((JSON.parse(gunzipSync(raw).toString('utf8')) as UnitCopy).unit.id).toBe('KIR2');
  });

  it.each([
    ['an unknown unit', { unit: 'NOPE' }, 404],
    ['a name for a key', { unit: 'KIR2', have: { 'Övning, Åsa': 'x' } }, 400],
    ['more than is asked for', { unit: 'KIR2', everything: true }, 400],
  ])('%s is refused', async (_, payload, status) => {
    expect((await copy.ask({ method: 'POST', url: '/api/copies/unit', payload })).status).toBe(status);
  });
});
