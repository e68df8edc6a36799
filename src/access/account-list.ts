// A list of colleagues as a clinic has it: a CSV file with a heading, one line a person and unit. Read whole or not at all, with every
// fault told by its line.

import {
  type Assignment,
  GIVEN_ROLES,
  type GivenRole,
  type Person,
  readHsaId,
  readProfession,
  UNIT_ROLES,
} from '../domain/access/people.ts';
import { Failure } from '../domain/failures.ts';
import { type UnitId, unitId } from '../domain/identity.ts';
import { stockholmToUtc } from '../domain/swedish-time.ts';
import { limits } from '../limits.ts';

export interface ListedPerson {
  readonly person: Person;
  readonly assignments: readonly Assignment[];
}

const COLUMNS = ['hsa-id', 'namn', 'titel', 'yrke', 'enhet', 'roll', 'rollnamn', 'från', 'till'] as const;
type Column = (typeof COLUMNS)[number];
const NEEDED: readonly Column[] = ['hsa-id', 'namn', 'titel', 'yrke', 'enhet', 'roll'];

/** Faults told one by one; the number of all is told too. */
const FAULTS_TOLD = 50;
const DAY_MS = 86_400_000;

/** @throws {Failure} `access.people-refused` with every line that can't be read. */
export function readAccountList(text: string, units: readonly UnitId[]): ListedPerson[] {
  const faults: string[] = [];
  const rows = csvRows(text);
  const [heading] = rows;
  const names = heading?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const missing = NEEDED.filter((column) => !names.includes(column));
  if (heading === undefined || missing.length > 0)
    throw new Failure('access.people-refused', `rad 1: rubrikraden saknar ${missing.join(', ')}`);
  const strange = names.filter((name) => !COLUMNS.includes(name as Column));
  if (strange.length > 0) faults.push(`rad 1: kolumnen ${strange.map(quoted).join(', ')} finns inte`);
  const people = new Map<string, { person: Person; assignments: Assignment[]; line: number }>();
  for (const { line, cells } of rows.slice(1)) {
    const told = (what: string): void => void faults.push(`rad ${line}: ${what}`);
    if (cells.length !== names.length) {
      told(`${cells.length} kolumner i stället för ${names.length}`);
      continue;
    }
    const cell = (column: Column): string => (cells[names.indexOf(column)] ?? '').trim();
    const person = readPerson(cell, told);
    const assignment = readAssignment(cell, units, told);
    if (person === null || assignment === null) continue;
    const known = people.get(person.id);
    if (known === undefined) people.set(person.id, { person, assignments: [assignment], line });
    else if (JSON.stringify(known.person) !== JSON.stringify(person))
      told(`${person.id} har annat namn, titel eller yrke än på rad ${known.line}`);
    else known.assignments.push(assignment);
    if ((known?.assignments.length ?? 0) > limits.assignmentsAPersonMax)
      told(`${person.id} har fler än ${limits.assignmentsAPersonMax} enheter`);
  }
  if (faults.length === 0 && people.size === 0) faults.push('listan har ingen person');
  refuse(faults);
  return [...people.values()].map(({ person, assignments }) => ({ person, assignments }));
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const more = faults.length > FAULTS_TOLD ? [`… och ${faults.length - FAULTS_TOLD} fel till`] : [];
  throw new Failure('access.people-refused', [...faults.slice(0, FAULTS_TOLD), ...more].join('\n'));
}

type Cell = (column: Column) => string;
type ToldFault = (what: string) => void;

function readPerson(cell: Cell, told: ToldFault): Person | null {
  const id = readHsaId(cell('hsa-id'));
  // A personal number in the wrong column is not said back.
  if (id === null) told('hsa-id ska se ut som SE2321000016-1ABC');
  const profession = readProfession(cell('yrke'));
  if (profession === null) told(`yrket ${quoted(cell('yrke'))} finns inte`);
  const [name, title] = (['namn', 'titel'] as const).map((column) => {
    const text = cell(column);
    if (isText(text)) return text;
    told(`${column} ska ha 1 till ${limits.personTextMax} tecken`);
    return null;
  });
  if (id === null || profession === null || name == null || title == null) return null;
  return { id, name, title, profession };
}

function readAssignment(cell: Cell, units: readonly UnitId[], told: ToldFault): Assignment | null {
  const asked = cell('enhet').toLowerCase();
  const unit = asked === 'alla' ? 'all' : units.find((known) => known.toLowerCase() === asked);
  const role = readRole(cell('roll'));
  if (unit === undefined) told(`enheten ${quoted(cell('enhet'))} finns inte`);
  if (role === null)
    told(`rollen ${quoted(cell('roll'))} finns inte: ${GIVEN_ROLES.map((one) => UNIT_ROLES[one]).join(', ')}`);
  if (unit === 'all' && role !== null && role !== 'on-call') told('alla enheter kan bara jour ha');
  const name = cell('rollnamn');
  if (name !== '' && !isText(name)) told(`rollnamn ska ha högst ${limits.personTextMax} tecken`);
  const from = readDay(cell('från'), 0, 'från', told);
  // The last day is a whole one.
  const until = readDay(cell('till'), 1, 'till', told);
  if (from !== null && until !== null && until <= from) told('till ligger före från');
  if (unit === undefined || role === null || (unit === 'all' && role !== 'on-call')) return null;
  return { unit: unit === 'all' ? 'all' : unitId(unit), role, name: name === '' ? null : name, from, until };
}

function readRole(text: string): GivenRole | null {
  const asked = text.trim().toLowerCase();
  return GIVEN_ROLES.find((role) => role === asked || UNIT_ROLES[role] === asked) ?? null;
}

function readDay(text: string, daysLater: number, column: Column, told: ToldFault): number | null {
  if (text === '') return null;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(day)) return stockholmToUtc(day / DAY_MS + daysLater, 0, 0);
  told(`${column} ska vara en dag, 2026-11-22`);
  return null;
}

export const isText = (text: string): boolean =>
  text.length > 0 && text.length <= limits.personTextMax && text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text);

const quoted = (text: string): string => `«${text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').slice(0, 40)}»`;

/** RFC 4180 with comma or semicolon, as Swedish spreadsheets save it. `line`: where the row begins in the file. */
function csvRows(text: string): { readonly line: number; readonly cells: readonly string[] }[] {
  const body = text.replace(/^\uFEFF/, '');
  const separator = (body.split(/\r?\n/, 1)[0] ?? '').includes(';') ? ';' : ',';
  const rows: { line: number; cells: string[] }[] = [];
  let [cell, line, isQuoted] = ['', 1, false];
  let row = { line, cells: [] as string[] };
  const endRow = (): void => {
    row.cells.push(cell);
    if (row.cells.some((one) => one.trim() !== '')) rows.push(row);
    cell = '';
    row = { line, cells: [] };
  };
  for (let at = 0; at < body.length; at++) {
    const letter = body[at];
    if (letter === '\n') line++;
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (body[at + 1] === '"') cell += body[at++];
      else isQuoted = false;
    } else if (letter === '"' && cell === '') isQuoted = true;
    else if (letter === separator) {
      row.cells.push(cell);
      cell = '';
    } else if (letter === '\n') endRow();
    else if (letter !== '\r') cell += letter;
  }
  endRow();
  return rows;
}
