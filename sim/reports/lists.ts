// The lists the poor hospital's record system can print: a page a patient, with number, name and print time on each page.
// Here stands what no interface sends: sensitivities, limits, orders and given doses.

import { prescriptionsOf } from '../course/medication.ts';
import { clockTime, writtenTime } from '../local-time.ts';
import { ageAt, type Person } from '../people.ts';
import type { Unit } from '../places.ts';
import { isPresent, personAt, placeAt, type SimStay } from '../stay.ts';

const LINE_MAX = 92;

function sensitivities(person: Person): string {
  if (person.allergies === 'unknown') return 'ej tillfrågad';
  if (person.allergies === 'none') return 'inga kända';
  return person.allergies.map((a) => `${a.text} (${a.reaction.toLowerCase()})`).join('; ');
}

function doseLines(stay: SimStay, at: number): string[] {
  const active = prescriptionsOf(stay).filter((p) => p.from <= at && (p.until === null || p.until > at));
  if (active.length === 0) return ['  Inga ordinationer'];
  const hour = clockTime(at).hour;
  return active.flatMap((p) => {
    const last = p.medicine.hours.filter((h) => h < hour).at(-1);
    const given = last === undefined ? '' : `   senast signerad kl. ${String(last).padStart(2, '0')}`;
    return [`  ${p.medicine.name}`, `     ${p.medicine.instruction}${given}`];
  });
}

const cut = (line: string): string => (line.length <= LINE_MAX ? line : `${line.slice(0, LINE_MAX - 1)}…`);

/** One patient's page. */
function pageOf(unit: Unit, stay: SimStay, printedAt: number, page: string): string[] {
  const person = personAt(stay, printedAt);
  const place = placeAt(stay, printedAt);
  const age = person.birth === '' ? '' : `, ${ageAt(person, clockTime(printedAt).date)} år`;
  const number = `${person.number.slice(0, 8)}-${person.number.slice(8)}`;
  return [
    `FJÄLLNÄS SJUKSTUGA   ${unit.name}   Patientlista`,
    `Utskriven ${writtenTime(printedAt)}   ${page}`,
    '',
    `Personnummer: ${number}`,
    `Namn: ${person.family}, ${person.given}${age}`,
    `Rum ${place.room} säng ${place.bed}   Inskriven ${writtenTime(stay.admittedAt)}   Ansvarig läkare: ${stay.doctor.given} ${stay.doctor.family}`,
    '',
    `Inskrivningsorsak: ${stay.reason}`,
    `Överkänslighet: ${sensitivities(person)}`,
    '',
    'Läkemedelsordinationer',
    ...doseLines(stay, printedAt),
    '',
    ...(stay.course === null ? [] : [`Plan: ${stay.course.plan}`]),
  ].map(cut);
}

/** The pages of one unit's list: who is there when it is printed, by room and bed. */
export function listPages(unit: Unit, stays: readonly SimStay[], printedAt: number): string[][] {
  const here = stays
    .filter((stay) => isPresent(stay, printedAt) && placeAt(stay, printedAt).unit === unit.code)
    .sort((a, b) => {
      const [x, y] = [placeAt(a, printedAt), placeAt(b, printedAt)];
      return `${x.room}:${x.bed}`.localeCompare(`${y.room}:${y.bed}`, 'sv', { numeric: true });
    });
  return here.map((stay, i) => pageOf(unit, stay, printedAt, `Sida ${i + 1} av ${here.length}`));
}

/** The same list as text, a form feed between pages, as printers were fed for forty years. */
export const listText = (pages: readonly (readonly string[])[]): string =>
  pages.map((lines) => lines.join('\r\n')).join('\r\n\f');
