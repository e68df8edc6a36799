// What is told beside the parts of a chart: what was withdrawn, joined or set aside, and what holds as long as its cause does. Without it
// a chart would be silent of what it lacks.

import { sourceId } from '../../domain/identity.ts';
import { PARTS } from '../../domain/parts.ts';
import type { Notice, PatientCopy, Stay } from '../../domain/patient-copy.ts';
import { limits } from '../../limits.ts';
import type { FactReader } from '../fact-reader.ts';
import type { Refusal } from '../identity/join-identities.ts';
import type { IdentityGroup } from '../identity/read-identity.ts';
import { readText } from '../kept-text.ts';
import type { Moment } from '../moment.ts';
import { NOTICE_ROW } from '../part-codes.ts';
import { untoldName } from './join-numbers.ts';
import type { SetAside } from './set-aside.ts';
import type { SourcesAt } from './sources.ts';
import { areSeveralPlaces, isGoingOn, type StayRead } from './stays.ts';

/** What has been read of one person at one moment. */
export interface ReadOfPatient {
  readonly moment: Moment;
  readonly sources: SourcesAt;
  readonly stays: readonly StayRead[];
  readonly conflicts: PatientCopy['personConflicts'];
  readonly parts: PatientCopy['parts'];
  readonly setAside: readonly SetAside[];
  /** Of what is told under several numbers. */
  readonly joined: readonly Notice[];
  readonly untold: ReadonlySet<string>;
}

const UNTELLABLE: ReadonlySet<Notice['kind']> = new Set(['value-withdrawn', 'document-withdrawn', 'allergy-removed']);

const NOTICES_MAX = 200;
/** A removed allergy is told this long (knowledge c3.1). */
const DAY_MS = 24 * 60 * 60 * 1000;

export function readNotices(group: IdentityGroup, read: ReadOfPatient, facts: FactReader): Notice[] {
  return [
    ...keptNotices(group, read, facts),
    ...setAsideNotices(read.setAside, read.sources),
    ...unlistedNotices(read.parts),
  ];
}

function keptNotices(group: IdentityGroup, read: ReadOfPatient, facts: FactReader): Notice[] {
  const { stays, conflicts, joined, untold } = read;
  const { sequence, wall } = read.moment;
  const stored = group.members.flatMap(({ no }) =>
    facts.rows(no, NOTICE_ROW, sequence, NOTICES_MAX).flatMap((row): Notice[] => {
      const { kind, detail, part } = JSON.parse(readText(row.body)) as Notice;
      const name = row.key.slice(row.key.indexOf('/') + 1);
      if (UNTELLABLE.has(kind) && untold.has(untoldName(row.source, name))) return [];
      return [{ kind, source: sourceId(row.source), at: row.received, detail, part }];
    }),
  );
  const told = [...stored, ...joined];
  const isJoined = (id: string): boolean => group.members.some(({ identity }) => identity.id === id);
  const recent = told.filter(
    ({ kind, at, detail }) =>
      wall - at <= (kind === 'allergy-removed' ? DAY_MS : limits.historyKeptMs) &&
      // A merge that is not followed is told as that, never as done.
      (kind !== 'merged' || isJoined(detail)),
  );
  return [...recent, ...standing(group, stays, conflicts)].sort((a, b) => b.at - a.at || compareNotices(a, b));
}

/** One of a kind, until nothing of it puts any part in doubt: what a chart lacks must not be forgotten by time. */
function setAsideNotices(setAside: readonly SetAside[], sources: SourcesAt): Notice[] {
  const open = setAside.filter(({ seq, source }) => seq > sources.settledTo(source, null));
  const newest = new Map<string, Notice>();
  for (const { source, type, received } of open) {
    const kept = newest.get(`${source}\n${type}`);
    if (kept !== undefined) continue;
    const notice = { kind: 'set-aside-message', source: sourceId(source), at: received, part: null } as const;
    newest.set(`${source}\n${type}`, { ...notice, detail: type ?? '' });
  }
  return [...newest.values()];
}

const compareNotices = (a: Notice, b: Notice): number => {
  const [x, y] = [`${a.kind}${a.source}${a.detail}`, `${b.kind}${b.source}${b.detail}`];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** One person in two beds is a person nobody can find, or two people in one chart: every place is told. */
function severalPlaces(stays: readonly Stay[]): Notice[] {
  if (!areSeveralPlaces(stays)) return [];
  const going = stays.filter((stay) => isGoingOn(stay) && stay.class !== 'outpatient');
  const places = going.map(({ unit, room, bed }) =>
    [unit, room, bed].filter((part) => part !== null && part !== '').join(' '),
  );
  return [
    {
      kind: 'source-conflict',
      source: going[0]?.source ?? sourceId(''),
      at: Math.max(...going.map(({ changedAt }) => changedAt)),
      detail: `inskriven på flera platser samtidigt: ${places.map((place) => place || 'okänd plats').join('; ')}`,
      part: 'stay',
    },
  ];
}

/** What was said of the other number and is not done, and why. */
const CONFLICT_WORDS: Readonly<Record<Refusal, string>> = {
  'two-nationals': '',
  'two-lives': 'nummer inte sammanförda, båda är inskrivna: ',
  'two-persons': 'nummer inte sammanförda, födelsedatum eller kön skiljer: ',
  merge: 'sammanslagning inte utförd, båda är inskrivna: ',
  'undeclared-merge': 'sammanslagning inte utförd, avsändaren är okänd: ',
  'undeclared-list': 'nummer inte sammanförda, avsändaren är okänd: ',
};

/** What a source's full load did not name, counted by part; each entry carries the mark itself. */
function unlistedNotices(parts: PatientCopy['parts']): Notice[] {
  const told = new Map<string, { at: number; counts: string[] }>();
  for (const { part, entries } of Object.values(parts)) {
    const bySource = Map.groupBy(
      entries.filter(({ unlistedAt }) => unlistedAt !== null),
      ({ source }) => source,
    );
    for (const [source, missing] of bySource) {
      const kept = told.get(source) ?? { at: 0, counts: [] };
      const at = Math.max(kept.at, ...missing.map(({ unlistedAt }) => unlistedAt ?? 0));
      told.set(source, { at, counts: [...kept.counts, `${PARTS[part].swedish} (${missing.length})`] });
    }
  }
  return [...told].map(([source, { at, counts }]) => ({
    kind: 'not-in-full-load',
    source: sourceId(source),
    at,
    detail: counts.join(', '),
    part: null,
  }));
}

/** Notices that hold as long as their cause does. */
function standing(
  group: IdentityGroup,
  stays: readonly StayRead[],
  personConflicts: PatientCopy['personConflicts'],
): Notice[] {
  const identity = group.conflicts.map(
    ({ identity: { id }, source, since, why }): Notice => ({
      kind: 'identity-conflict',
      source: sourceId(source),
      at: since,
      detail: `${CONFLICT_WORDS[why]}${id}`,
      part: 'person',
    }),
  );
  const linked = group.linked.map(
    ({ identity: { id }, source, since }): Notice => ({
      kind: 'linked',
      source: sourceId(source),
      at: since,
      detail: id,
      part: 'person',
    }),
  );
  const persons = personConflicts.map(
    ({ element, said }): Notice => ({
      kind: 'source-conflict',
      source: said[0]?.source ?? sourceId(''),
      at: Math.max(...said.map(({ at }) => at)),
      detail: element,
      said,
      part: 'person',
    }),
  );
  const places = stays.flatMap(({ stay, conflicting }): Notice[] => [
    ...(conflicting.length > 0
      ? [
          {
            kind: 'source-conflict' as const,
            source: stay.source,
            at: stay.changedAt,
            detail: 'stay',
            said: conflicting,
            part: 'stay' as const,
          },
        ]
      : []),
    ...(stay.bedConflict
      ? [
          {
            kind: 'bed-conflict' as const,
            source: stay.source,
            at: stay.changedAt,
            detail: stay.bed ?? '',
            part: 'stay' as const,
          },
        ]
      : []),
  ]);
  return [...identity, ...linked, ...persons, ...places, ...severalPlaces(stays.map(({ stay }) => stay))];
}
