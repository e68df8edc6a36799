// What the copy says of the person besides the banner: address, telephone, relatives. With protected identity none of it is
// shown, anywhere (design §10).

import type { Patient } from 'fhir/r4';
import type { PatientCopy } from '../patient-copy.ts';
import { ADDRESS_HIDDEN_WORDS, type WhoIs } from './banner.ts';
import type { ChartEntry } from './chart.ts';
import type { ComposeContext } from './context.ts';
import { addressText } from './describe-care.ts';
import { details, joined } from './description.ts';
import { conceptText, conceptTexts, field, humanName, list, referenceText, text, textAt } from './fhir-read.ts';

type Contact = NonNullable<Patient['contact']>[number];

export function personEntries(copy: PatientCopy, who: WhoIs, context: ComposeContext): readonly ChartEntry[] {
  const person: unknown = copy.person;
  if (person === null) return [];
  const isHidden = context.isProtected;
  const addresses = list(field(person, 'address')).flatMap((address) => addressText(address) ?? []);
  const languages = list(field(person, 'communication')).flatMap((one) => conceptText(field(one, 'language')) ?? []);
  return [
    {
      ...blank(copy, context),
      kind: 'person',
      key: 'Patient',
      title: who.name,
      text: isHidden ? ADDRESS_HIDDEN_WORDS : joined(...telecoms(person)),
      details: isHidden
        ? []
        : details(
            ['Adress', addresses.join('; ')],
            ['Språk', languages.join(', ')],
            [
              'Vårdcentral',
              list(field(person, 'generalPractitioner'))
                .flatMap((one) => referenceText(one, person) ?? [])
                .join(', '),
            ],
          ),
      remarks: who.remarks,
    },
  ];
}

/** Relatives that came as part of the person. */
export function contactEntries(copy: PatientCopy, context: ComposeContext): readonly ChartEntry[] {
  if (context.isProtected) return [];
  return list(field(copy.person, 'contact')).map((contact, index) => ({
    ...blank(copy, context),
    kind: 'contact',
    key: `Patient/contact/${index}`,
    title:
      humanName(field(contact as Contact, 'name')) ??
      textAt(contact, 'organization', 'display') ??
      'Namn saknas i källan',
    text: joined(conceptTexts(field(contact, 'relationship')).join(', '), ...telecoms(contact)),
    details: details(['Adress', addressText(field(contact, 'address'))]),
  }));
}

const telecoms = (holder: unknown): readonly string[] =>
  list(field(holder, 'telecom')).flatMap((one) => text(field(one, 'value')) ?? []);

/** The person is resolved over sources by the copy: the head's source and the moment read stand for it. */
function blank(copy: PatientCopy, context: ComposeContext): Omit<ChartEntry, 'kind' | 'key' | 'title'> {
  const head = copy.identities[0];
  const feeds = copy.parts.person.feeds.flatMap(({ proof }) => proof?.wallMs ?? []);
  const since = head?.since ?? 0;
  const source = head?.source ?? copy.parts.person.feeds[0]?.source;
  return {
    source: source ?? ('' as NonNullable<typeof source>),
    sourceName: source === undefined ? 'okänd källa' : context.sourceName(source),
    time: context.time(feeds.length > 0 ? Math.min(...feeds) : since),
    state: 'final',
    text: '',
    status: null,
    isDanger: false,
    details: [],
    remarks: [],
    values: [],
    receivedUnder: null,
  };
}

/** Messages of types the copy does not read: counted and named, so that nobody thinks that nothing came. */
export function unreadEntries(copy: PatientCopy, context: ComposeContext): readonly ChartEntry[] {
  const byType = new Map<string, { count: number; lastMs: number; source: ChartEntry['source'] }>();
  for (const notice of copy.notices) {
    if (notice.kind !== 'unread-message') continue;
    const former = byType.get(`${notice.source} ${notice.detail}`);
    byType.set(`${notice.source} ${notice.detail}`, {
      count: (former?.count ?? 0) + 1,
      lastMs: Math.max(former?.lastMs ?? notice.at, notice.at),
      source: notice.source,
    });
  }
  return [...byType].map(([key, { count, lastMs, source }]) => ({
    ...blank(copy, context),
    kind: 'unread',
    key: `unread/${key}`,
    source,
    sourceName: context.sourceName(source),
    time: context.time(lastMs),
    title: count === 1 ? '1 meddelande av oläst typ' : `${count} meddelanden av oläst typ`,
    text: key.slice(source.length + 1),
  }));
}
