import type { SearchHit } from '../copy/read/search.ts';
import { requireUnit } from '../domain/known-names.ts';
import { formatPersonId } from '../domain/person-id.ts';
import { searchRemark } from '../domain/search-remark.ts';
import { nameOf } from '../domain/unit-list/list-person.ts';
import { limits } from '../limits.ts';
import { openForReading } from '../station/reading/reading.ts';
import { readSettings } from '../station/settings/settings.ts';
import { ask } from './ask.ts';
import { columns, harmless } from './census-text.ts';
import { chartNames } from './chart.ts';
import type { Command } from './command.ts';
import { reportRead } from './report-read.ts';

const NOBODY =
  'Ingen träff i kopian. Patienten kan ändå finnas i journalsystemet. Kontrollera numret, eller sök på en del av namnet.\n';
const FOUND_WORDS = { number: 'nummer', unit: 'enheten', house: 'aktuella', everyone: 'alla' } as const;

type UnitNames = Readonly<Record<string, string>>;

/** Who looks for somebody wants to know where: the unit by name, and the bed. Of the protected only their own unit is told that. */
function whereIs(hit: SearchHit, unitNames: UnitNames): string {
  if (!hit.isProtected) return placeOf(hit, unitNames);
  const isTold = hit.stay !== null || hit.expected !== null;
  return isTold ? `${placeOf(hit, unitNames)}, skyddad identitet` : 'skyddad identitet';
}

function placeOf({ stay, expected }: SearchHit, unitNames: UnitNames): string {
  const nameOfUnit = (unit: string | null): string => (unit === null ? 'okänd enhet' : (unitNames[unit] ?? unit));
  if (stay !== null) {
    const place = [stay.room, stay.bed].filter((part) => part !== null && part !== '').join(':');
    const leave = stay.status === 'on-leave' ? ', permission' : '';
    return `${[nameOfUnit(stay.unit), place].filter((part) => part !== '').join(' ')}${leave}`;
  }
  if (expected === null) return 'inte inne';
  return expected.status === 'planned'
    ? `väntas: ${nameOfUnit(expected.plannedUnit ?? expected.unit)}`
    : `oklart om inne: ${nameOfUnit(expected.unit)}`;
}

const table = (hits: readonly SearchHit[], unitNames: UnitNames): string =>
  columns([
    ['Patient', 'Nummer', 'Var', 'Funnen bland', 'Nyckel'],
    ...hits.map((hit) =>
      [nameOf(hit.person), formatPersonId(hit.identity), whereIs(hit, unitNames), FOUND_WORDS[hit.found], hit.key].map(
        harmless,
      ),
    ),
  ]);

export const search: Command = {
  name: 'search',
  summary: 'find a person by number or name; what to look for is asked for',
  usage: '[-] [--unit …]',
  help: `
Asks for a number or a name, or reads it from standard input with "-". Looks for the exact number, then among the patients who
are or are expected in the unit and the house, then (from three letters) among everyone the copy has. å, ä and ö may be written a, a and o.`,
  flags: [{ flag: '--unit', kind: 'value', help: 'look among this unit’s patients first' }],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const station = openForReading(readSettings(context.flags, context.environment));
    try {
      const { reader, units } = station;
      const asked = context.flags.get('--unit');
      const unit =
        asked === undefined ? undefined : requireUnit(asked, [...units.map(({ id }) => id), ...reader.unitIds()]);
      const text = (await ask('Nummer eller namn', context.words)).slice(0, limits.searchTextMax);
      const answer = reader.search(text, {
        limit: limits.searchHitsMax,
        ...(unit === undefined ? {} : { unit }),
      });
      const { hits } = answer;
      const remark = searchRemark(text, answer);
      if (context.isJson) context.out(`${JSON.stringify({ ...answer, remark })}\n`);
      else
        context.out(
          [
            ...(hits.length === 0 ? [NOBODY] : [table(hits, chartNames(station).unitNames)]),
            ...(remark === null ? [] : [`${remark}\n`]),
          ].join('\n'),
        );
      await reportRead(context, {
        kind: 'search.made',
        patients: hits.map(({ key }) => key),
        ...(unit === undefined ? {} : { unit }),
      });
      return hits.length === 0 ? 1 : 0;
    } finally {
      station.close();
    }
  },
};
