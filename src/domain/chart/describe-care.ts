// Everything that is neither a warning, a drug nor a value, in words: orders, bookings, problems, procedures, notes, devices,
// relatives. A type nobody foresaw is still shown, by its name and whatever it calls itself.

import { bookingStatusWords } from '../booking.ts';
import { EXTENSION } from '../extensions.ts';
import { orderStatusWords, statusOf } from './describe-medication.ts';
import { type Description, description, details, joined } from './description.ts';
import {
  bareCode,
  codesOf,
  conceptText,
  conceptTexts,
  extensionsOf,
  field,
  humanName,
  list,
  listOfText,
  notesOf,
  referenceText,
  text,
  textAt,
} from './fhir-read.ts';
import { doseQuantityText } from './value-text.ts';

const references = (value: unknown, resource: unknown): string =>
  list(value)
    .flatMap((one) => referenceText(one, resource) ?? [])
    .join(', ');
const PRIORITY: Readonly<Record<string, string>> = { urgent: 'brådskande', asap: 'snarast', stat: 'akut' };

function describeOrder(resource: unknown): Description {
  const priority = textAt(resource, 'priority');
  return description(
    'order',
    conceptText(field(resource, 'code')) ??
      conceptText(field(resource, 'codeCodeableConcept')) ??
      text(field(resource, 'description')),
    {
      text: joined(
        priority === null ? null : (PRIORITY[priority] ?? null),
        conceptTexts(field(resource, 'category')).join(', '),
        conceptTexts(field(resource, 'bodySite')).join(', '),
      ),
      status: statusOf(resource),
      details: details(
        ['Planerad', textAt(resource, 'occurrenceDateTime') ?? textAt(resource, 'occurrencePeriod', 'start')],
        ['Beställt av', referenceText(field(resource, 'requester'), resource)],
        ['Utförs av', references(field(resource, 'performer'), resource)],
        ['Frågeställning', conceptTexts(field(resource, 'reasonCode')).join(', ')],
        ['Anvisning', textAt(resource, 'patientInstruction')],
        ['Kommentar', notesOf(resource)],
      ),
      written: textAt(resource, 'authoredOn'),
    },
  );
}

function describeNutrition(resource: unknown): Description {
  const diet = conceptTexts(field(field(resource, 'oralDiet'), 'type')).join(', ');
  return description('order', diet || textAt(resource, 'oralDiet', 'instruction') || 'Kost', {
    text: joined(
      textAt(resource, 'oralDiet', 'instruction'),
      conceptText(field(field(resource, 'enteralFormula'), 'baseFormulaType')),
    ),
    status: orderStatusWords(textAt(resource, 'status')),
    details: details(['Kommentar', notesOf(resource)]),
    written: textAt(resource, 'dateTime'),
  });
}

function describeAppointment(resource: unknown): Description {
  const participants = list(field(resource, 'participant')).flatMap((one) => {
    const who = referenceText(field(one, 'actor'), resource);
    const role = conceptText(field(one, 'type'));
    return who === null ? [] : [role === null ? who : `${who} (${role})`];
  });
  return description(
    'appointment',
    conceptText(field(resource, 'serviceType')) ??
      text(field(resource, 'description')) ??
      conceptText(field(resource, 'appointmentType')),
    {
      text: joined(conceptTexts(field(resource, 'reasonCode')).join(', '), participants.join(', ')),
      status: bookingStatusWords(resource),
      details: details(
        ['Inställd på grund av', conceptText(field(resource, 'cancelationReason'))],
        ['Kommentar', text(field(resource, 'comment'))],
        ['Anvisning', textAt(resource, 'patientInstruction')],
      ),
      written: textAt(resource, 'start') ?? textAt(resource, 'requestedPeriod', 'start'),
    },
  );
}

const CONDITION_STATUS: Readonly<Record<string, string>> = {
  active: 'aktuell',
  recurrence: 'återfall',
  relapse: 'återfall',
  inactive: 'ej aktuell',
  remission: 'remission',
  resolved: 'avslutad',
  unconfirmed: 'ej bekräftad',
  provisional: 'preliminär',
  differential: 'differentialdiagnos',
  confirmed: 'bekräftad',
  refuted: 'avfärdad',
  'entered-in-error': 'felregistrerad',
};
const conditionStatus = (concept: unknown): string | null => {
  const code = codesOf(concept)[0];
  return code === undefined ? null : (CONDITION_STATUS[bareCode(code)] ?? bareCode(code));
};

function describeCondition(resource: unknown): Description {
  const icd = codesOf(field(resource, 'code')).find((code) => /icd-?10|1\.2\.752\.116\.1\.1\.1|6\.3/i.test(code));
  return description('problem', conceptText(field(resource, 'code')), {
    text: joined(
      icd === undefined ? null : bareCode(icd),
      conceptText(field(resource, 'severity')),
      conceptTexts(field(resource, 'bodySite')).join(', '),
    ),
    status:
      joined(
        conditionStatus(field(resource, 'clinicalStatus')),
        conditionStatus(field(resource, 'verificationStatus')),
      ) || null,
    details: details(
      [
        'Debut',
        textAt(resource, 'onsetDateTime') ??
          text(field(resource, 'onsetString')) ??
          textAt(resource, 'onsetPeriod', 'start'),
      ],
      ['Slut', textAt(resource, 'abatementDateTime') ?? textAt(resource, 'abatementString')],
      ['Kommentar', notesOf(resource)],
    ),
    written: textAt(resource, 'recordedDate') ?? textAt(resource, 'onsetDateTime'),
  });
}

function describeProcedure(resource: unknown): Description {
  return description('line', conceptText(field(resource, 'code')), {
    text: joined(conceptTexts(field(resource, 'bodySite')).join(', '), conceptText(field(resource, 'outcome'))),
    status: orderStatusWords(textAt(resource, 'status')),
    details: details(
      [
        'Utfört av',
        list(field(resource, 'performer'))
          .flatMap((one) => referenceText(field(one, 'actor'), resource) ?? [])
          .join(', '),
      ],
      ['Kommentar', notesOf(resource)],
    ),
    written: textAt(resource, 'performedDateTime') ?? textAt(resource, 'performedPeriod', 'start'),
  });
}

function describeImmunization(resource: unknown): Description {
  return description('line', conceptText(field(resource, 'vaccineCode')), {
    text: joined(
      doseQuantityText(field(resource, 'doseQuantity')),
      textAt(resource, 'lotNumber') === null ? null : `batch ${textAt(resource, 'lotNumber')}`,
    ),
    status: orderStatusWords(textAt(resource, 'status')),
    details: details(['Kommentar', notesOf(resource)]),
    written: textAt(resource, 'occurrenceDateTime') ?? textAt(resource, 'occurrenceString'),
  });
}

const decoder = new TextDecoder('utf-8');

/** The note's own words, where it carries them as text: `data` is base64, and only plain text is text. */
function attachmentText(attachment: unknown): string | null {
  const type = textAt(attachment, 'contentType') ?? '';
  const data = textAt(attachment, 'data');
  if (data === null || !/^text\/plain/i.test(type)) return null;
  try {
    const letters = atob(data);
    const bytes = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
    return text(decoder.decode(bytes));
  } catch {
    return null; // Not base64: the page is still listed, without words.
  }
}

function describeDocument(resource: unknown): Description {
  const attachments = list(field(resource, 'content')).map((content) => field(content, 'attachment'));
  const words = attachments.flatMap((attachment) => attachmentText(attachment) ?? []).join('\n');
  const titles = attachments.flatMap((attachment) => text(field(attachment, 'title')) ?? []).join(', ');
  const unread =
    words === '' && attachments.length > 0
      ? `Originaldokument (${textAt(attachments[0], 'contentType') ?? 'okänt format'})`
      : '';
  return description(
    'document',
    conceptText(field(resource, 'type')) ?? text(field(resource, 'description')) ?? (titles || null),
    {
      text: words || joined(text(field(resource, 'description')), titles, unread),
      status: textAt(resource, 'docStatus') === 'preliminary' ? 'preliminär' : null,
      details: details(['Författare', references(field(resource, 'author'), resource)]),
      remarks: [
        ...(textAt(resource, 'docStatus') === 'amended' ? ['Ändrad'] : []),
        ...extensionsOf(resource, EXTENSION.receptionRemark).flatMap((one) => textAt(one, 'valueString') ?? []),
      ],
      written: textAt(resource, 'date'),
    },
  );
}

const TAG = /<[^>]*>/g;
const plainWords = (div: string | null): string => (div ?? '').replace(TAG, ' ').replace(/\s+/g, ' ').trim();

function describeComposition(resource: unknown): Description {
  const sections = list(field(resource, 'section')).map((section) =>
    joined(textAt(section, 'title'), plainWords(textAt(section, 'text', 'div'))),
  );
  return description('document', textAt(resource, 'title') ?? conceptText(field(resource, 'type')), {
    text: sections.filter((words) => words !== '').join('\n') || plainWords(textAt(resource, 'text', 'div')),
    details: details(['Författare', references(field(resource, 'author'), resource)]),
    written: textAt(resource, 'date'),
  });
}

function describeDeviceUse(resource: unknown): Description {
  return description(
    'line',
    referenceText(field(resource, 'device'), resource) ?? conceptTexts(field(resource, 'reasonCode'))[0] ?? null,
    {
      text: joined(conceptText(field(resource, 'bodySite'))),
      status: orderStatusWords(textAt(resource, 'status')),
      details: details(['Borttagen', textAt(resource, 'timingPeriod', 'end')], ['Kommentar', notesOf(resource)]),
      written:
        textAt(resource, 'timingPeriod', 'start') ??
        textAt(resource, 'timingDateTime') ??
        textAt(resource, 'recordedOn'),
    },
  );
}

function describeDevice(resource: unknown): Description {
  const names = list(field(resource, 'deviceName')).flatMap((one) => text(field(one, 'name')) ?? []);
  return description('line', names[0] ?? conceptText(field(resource, 'type')), {
    text: joined(textAt(resource, 'manufacturer'), textAt(resource, 'modelNumber')),
    details: details(['Kommentar', notesOf(resource)]),
    written: textAt(resource, 'manufactureDate'),
  });
}

function describeRisk(resource: unknown): Description {
  const predictions = list(field(resource, 'prediction'));
  const outcome = predictions.flatMap((one) => conceptText(field(one, 'outcome')) ?? []).join(', ');
  const risk = predictions.flatMap((one) => conceptText(field(one, 'qualitativeRisk')) ?? []).join(', ');
  return description('line', conceptText(field(resource, 'code')) ?? (outcome || 'Riskbedömning'), {
    text: joined(outcome, risk, textAt(resource, 'mitigation')),
    details: details(['Kommentar', notesOf(resource)]),
    written: textAt(resource, 'occurrenceDateTime'),
  });
}

function describeRelative(resource: unknown): Description {
  const telecoms = list(field(resource, 'telecom')).flatMap((one) => text(field(one, 'value')) ?? []);
  const name = list(field(resource, 'name'))[0];
  const relation = conceptTexts(field(resource, 'relationship')).join(', ');
  return description('contact', humanName(name), {
    text: joined(relation, telecoms.join(', ')),
    details: details(['Adress', addressText(list(field(resource, 'address'))[0])]),
    written: textAt(resource, 'period', 'start'),
  });
}

export const addressText = (address: unknown): string | null =>
  text(field(address, 'text')) ??
  (joined(
    [
      ...listOfText(field(address, 'line')),
      joined(textAt(address, 'postalCode'), textAt(address, 'city')).replace(' · ', ' '),
    ].join(', '),
  ) ||
    null);

function describeCareTeam(resource: unknown): Description {
  const members = list(field(resource, 'participant')).flatMap((one) => {
    const who = referenceText(field(one, 'member'), resource);
    const role = conceptTexts(field(one, 'role')).join(', ');
    return who === null ? [] : [role === '' ? who : `${role}: ${who}`];
  });
  return description('caregiver', textAt(resource, 'name') ?? members[0] ?? null, {
    text: members.join(' · '),
    written: textAt(resource, 'period', 'start'),
  });
}

function describeEncounter(resource: unknown): Description {
  const places = list(field(resource, 'location')).flatMap(
    (one) => referenceText(field(one, 'location'), resource) ?? [],
  );
  return description(
    'stay',
    textAt(resource, 'class', 'display') ?? conceptTexts(field(resource, 'type'))[0] ?? 'Vårdkontakt',
    {
      text: joined(places.join(', '), conceptTexts(field(resource, 'reasonCode')).join(', ')),
      status: textAt(resource, 'status'),
      details: details(['Slut', textAt(resource, 'period', 'end')]),
      written: textAt(resource, 'period', 'start'),
    },
  );
}

function describePlan(resource: unknown): Description {
  const title =
    textAt(resource, 'title') ??
    conceptTexts(field(resource, 'category'))[0] ??
    conceptText(field(resource, 'description')) ??
    textAt(resource, 'description');
  const activities = list(field(resource, 'activity')).flatMap(
    (one) => conceptText(field(field(one, 'detail'), 'code')) ?? textAt(one, 'detail', 'description') ?? [],
  );
  return description('line', title, {
    text: joined(activities.join(', '), plainWords(textAt(resource, 'text', 'div')).slice(0, PLAN_WORDS_MAX)),
    status: orderStatusWords(textAt(resource, 'status') ?? textAt(resource, 'lifecycleStatus')),
    details: details(['Kommentar', notesOf(resource)]),
    written: textAt(resource, 'created') ?? textAt(resource, 'period', 'start') ?? textAt(resource, 'startDate'),
  });
}
const PLAN_WORDS_MAX = 600;

function describeFamilyHistory(resource: unknown): Description {
  const conditions = list(field(resource, 'condition')).flatMap((one) => conceptText(field(one, 'code')) ?? []);
  return description('line', conceptText(field(resource, 'relationship')), {
    text: conditions.join(', '),
    written: textAt(resource, 'date'),
  });
}

/** Whatever it is: its type, and the first thing in it that names it. */
export function describeOther(resource: unknown): Description {
  const type = textAt(resource, 'resourceType') ?? 'Okänd typ';
  const name =
    conceptText(field(resource, 'code')) ??
    conceptText(field(resource, 'type')) ??
    conceptTexts(field(resource, 'category'))[0] ??
    textAt(resource, 'title') ??
    textAt(resource, 'description');
  return description('line', name ?? type, {
    text: joined(name === null ? null : type, plainWords(textAt(resource, 'text', 'div')).slice(0, PLAN_WORDS_MAX)),
    details: details(['Kommentar', notesOf(resource)]),
    written:
      textAt(resource, 'date') ??
      textAt(resource, 'authored') ??
      textAt(resource, 'started') ??
      textAt(resource, 'created'),
  });
}

export const CARE_DESCRIBERS: Readonly<Record<string, (resource: unknown) => Description>> = {
  ServiceRequest: describeOrder,
  DeviceRequest: describeOrder,
  Task: describeOrder,
  CommunicationRequest: describeOrder,
  NutritionOrder: describeNutrition,
  Appointment: describeAppointment,
  Condition: describeCondition,
  Procedure: describeProcedure,
  Immunization: describeImmunization,
  DocumentReference: describeDocument,
  Composition: describeComposition,
  DeviceUseStatement: describeDeviceUse,
  Device: describeDevice,
  RiskAssessment: describeRisk,
  RelatedPerson: describeRelative,
  CareTeam: describeCareTeam,
  Encounter: describeEncounter,
  CarePlan: describePlan,
  Goal: describePlan,
  FamilyMemberHistory: describeFamilyHistory,
};
