// Hazard H27 at a running station: what leaves by HTTP from its reading threads, and by the terminal's commands, of a person with
// protected identity.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SETTINGS_EXAMPLE } from './support/example.ts';
import { House } from './support/house.ts';

const ANNA = '189001019802';
const TELLING = ['Provgatan', '070-0000001', 'Syrengatan', '070-0000002', 'Anhörig'];

let house: House;
beforeAll(async () => {
  house = await House.start({ settings: SETTINGS_EXAMPLE });
  const admitted = [
    'MSH|^~\\&|JOURNAL|HUS|RK|RK|20260114100000||ADT^A01|1|P|2.5||||||UNICODE UTF-8',
    'EVN|A01|20260114100000',
    `PID|1||${ANNA}^^^SKV^NNSE||Övning^Anna||18900101|F|||Provgatan 1^^Umeå||070-0000001`,
    'PD1||||||||||||Y',
    'NK1|1|Övning^Anhörig|MTH|Syrengatan 2^^Umeå|070-0000002',
    'PV1|1|I|KIR^1^2||||||||||||||||V1',
    '',
  ].join('\r');
  writeFileSync(join(house.folder, 'a.hl7'), admitted);
  await house.run(['send', join(house.folder, 'a.hl7'), '--to', house.mllp]);
  await house.settled();
});
afterAll(() => house.end());

it('no command and no route tells where a protected person lives or who is near, and only the own unit where they lie', async () => {
  const search = { text: 'övning' };
  const [unit, unitText, searched, searchedText, ownText, units, hits, chart] = await Promise.all([
    house.run(['unit', 'KIR', '--json']).then(({ out }) => out),
    house.run(['unit', 'KIR']).then(({ out }) => out),
    house.run(['search', '-', '--json'], 'övning').then(({ out }) => out),
    house.run(['search', '-'], 'övning').then(({ out }) => out),
    house.run(['search', '-', '--unit', 'KIR'], 'övning').then(({ out }) => out),
    house.fetch('/api/units/KIR').then((answer) => answer.text()),
    house.api('/api/patients/search', search).then((answer) => JSON.stringify(answer)),
    house.run(['chart', '-', '--json'], ANNA).then(({ out }) => out),
  ]);
  for (const text of [unit, unitText, searched, searchedText, ownText, units, hits, chart]) {
    expect(text).toContain('Övning');
    for (const word of TELLING) expect(text).not.toContain(word);
  }
  for (const text of [searched, hits]) expect(text).not.toContain('KIR');
  expect(searchedText).toMatch(/Övning, Anna +19?.*skyddad identitet +alla/);
  expect(searchedText).not.toMatch(/KIR|1:2/);
  expect(ownText).toMatch(/1:2, skyddad identitet +enheten/);
  for (const text of [unit, units]) expect(text).toContain('"bed":"2"');
  expect(unitText).toMatch(/1:2 +Övning, Anna[\s\S]*skyddad identitet/);
});
