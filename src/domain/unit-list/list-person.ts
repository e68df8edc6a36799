// Who stands on a line of a list and where, in words: two identifiers at least, no piece ever empty (design §5.4, §5.6).

import type { CensusKind } from '../census-kind.ts';
import { sexWord } from '../chart/who.ts';
import { ageOn, ageWords, formatPersonId, personIdOf } from '../person-id.ts';
import { timeWords } from '../swedish-time.ts';
import { bookedTime } from './booked-lines.ts';
import type { CensusRow } from './census-row.ts';

export interface ListPerson {
  /** *1:1*, *ej angiven*; of somebody booked the time, *10:15*. */
  readonly place: string;
  readonly name: string;
  readonly number: string;
  /** *84 år, kvinna*. */
  readonly ageAndSex: string;
  readonly kindWords: string;
  /** *mån 16/11 09:20*: when the person came, left, went on leave or is expected. */
  readonly since: string;
  /** What must be told of the line itself: two in one bed, sources that differ, protected identity. */
  readonly remarks: readonly string[];
}

const KIND_WORDS: Readonly<Record<CensusKind, string>> = {
  present: 'inneliggande',
  'on-leave': 'på permission',
  expected: 'väntas',
  unknown: 'oklart om kommen',
  booked: 'bokad',
  discharged: 'utskriven',
};

/** Beside the name: who lies here needs no word for it, and of who is booked the line tells it in its own column. */
export const isKindTold = ({ kind }: Pick<CensusRow, 'kind'>): boolean => kind !== 'present' && kind !== 'booked';

/** `todayMs`: the reader's own today; `readAtMs`: the moment read, which decides how old the person is. */
export function listPerson(row: CensusRow, todayMs: number, readAtMs: number): ListPerson {
  const { stay, person, identity } = row;
  const since = stay.dischargedAt ?? stay.leaveSince ?? stay.admittedAt ?? stay.expectedAdmitAt;
  const booked = row.kind === 'booked' ? row.bookings?.[0] : undefined;
  const time = booked === undefined ? null : bookedTime(booked, todayMs);
  return {
    place: time ?? placeOf(row),
    name: nameOf(person),
    number: formatPersonId(identity),
    ageAndSex: `${ageOf(row, readAtMs)}, ${sexWord(person?.gender ?? personIdOf(identity)?.sex ?? null)}`,
    kindWords: booked?.status ?? KIND_WORDS[row.kind],
    since: time ?? (since === null ? 'tid ej angiven' : timeWords(since, todayMs)),
    remarks: remarksOf(row),
  };
}

const placeOf = ({ stay: { room, bed } }: CensusRow): string =>
  [room, bed].filter((piece) => piece !== null).join(':') || 'ej angiven';

const remarksOf = (row: CensusRow): readonly string[] =>
  [
    row.isProtected ? 'skyddad identitet' : '',
    row.bedConflict ? 'två på samma säng' : '',
    row.stay.unlistedAt === null ? '' : `saknades i källans fulla laddning – kontrollera om ${doubtOf(row)}`,
    row.severalPlaces ? 'flera platser samtidigt' : '',
    row.identityConflict ? 'nummer osäkert' : '',
    row.sourceConflict ? 'källorna säger olika om person eller plats – läs journalkopian' : '',
  ].filter((remark) => remark !== '');

const doubtOf = ({ kind }: CensusRow): string => (kind === 'booked' ? 'bokningen gäller' : 'patienten är kvar');

export function nameOf(person: CensusRow['person']): string {
  const name = person?.name?.[0];
  if (name === undefined) return 'namn saknas';
  const given = (name.given ?? []).join(' ');
  return (
    [name.family, given].filter((piece) => piece !== undefined && piece !== '').join(', ') ||
    (name.text ?? 'namn saknas')
  );
}

function ageOf({ identity, person }: CensusRow, atMs: number): string {
  const said = /^(\d{4})-(\d{2})-(\d{2})$/.exec(person?.birthDate ?? '');
  const birthDate =
    said === null
      ? (personIdOf(identity)?.birthDate ?? null)
      : { year: Number(said[1]), month: Number(said[2]), day: Number(said[3]) };
  const age = birthDate === null ? null : ageOn(birthDate, atMs);
  return age === null ? 'ålder okänd' : ageWords(age);
}
