// One answer of a laboratory or a device (OBX-5) as FHIR: the value as sent, typed only when it can be read in one way.
// Whatever cannot stays the sender's text, and nothing is cut off (knowledge c3.11, c3.13).

import type { Extension, Observation } from 'fhir/r4';
import { EXTENSION } from '../../../domain/extensions.ts';
import type { Hl7Segment } from '../message.ts';
import { readEncapsulated, readPointer, withoutContent } from './results-attachment.ts';
import type { ResultFields } from './results-fields.ts';
import { type Comparator, readStrictNumber, type StrictNumber } from './results-number.ts';
import { readTime } from './values.ts';

const VALUE = 5;

/** A resource under construction: FHIR's own types forbid setting an element to undefined, and so do we. */
export interface ObservationDraft {
  readonly observation: Observation;
  readonly extensions: Extension[];
}

/** Whether OBX-5 says anything; `""` says that there is no value, and marks with nothing between them say nothing. */
export const hasValue = (obx: Hl7Segment): boolean => {
  const written = obx.raw(VALUE);
  return written !== '' && !NOTHING_WRITTEN.test(written);
};

const NOTHING_WRITTEN = /^(?:""|[\s^~&])*$/;

/** Sets value[x] from OBX-5 by OBX-2. Only called where hasValue is true. */
export function setValue(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields): void {
  switch (obx.raw(2).trim().toUpperCase()) {
    case 'NM':
      setNumeric(draft, obx, fields);
      break;
    case 'SN':
      setStructuredNumeric(draft, obx, fields);
      break;
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF':
    case 'IS':
    case 'ID':
      setCoded(draft, obx, fields);
      break;
    case 'DT':
    case 'TS':
    case 'DTM':
      setTime(draft, obx, fields);
      break;
    case 'TM':
      setClock(draft, obx, fields);
      break;
    case 'ED':
    case 'RP':
      setAttachment(draft, obx, fields);
      break;
    case 'ST':
    case '':
      setPlainText(draft, obx, fields);
      break;
    default:
      setText(draft, obx, fields, obx.freeText(VALUE) ?? obx.raw(VALUE));
      break;
  }
}

function setText(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields, text: string): void {
  draft.observation.valueString = text;
  const unit = fields.unit(obx);
  if (unit !== null) draft.extensions.push({ url: EXTENSION.unit, valueString: unit.text });
}

function setQuantity(
  draft: ObservationDraft,
  obx: Hl7Segment,
  fields: ResultFields,
  number: StrictNumber,
  written: string,
): void {
  const quantity: Observation['valueQuantity'] = { value: number.value };
  if (number.comparator !== null) quantity.comparator = number.comparator;
  const unit = fields.unit(obx);
  if (unit !== null) {
    quantity.unit = unit.text;
    if (unit.system !== null && unit.code !== null) {
      quantity.system = unit.system;
      quantity.code = unit.code;
    }
  }
  draft.observation.valueQuantity = quantity;
  draft.extensions.push({ url: EXTENSION.asWritten, valueString: written });
}

function setNumeric(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields): void {
  // What is a number as it stands holds no escape and no repetition: most values need no more than this look.
  const number = readStrictNumber(obx.raw(VALUE));
  if (number !== null) {
    setQuantity(draft, obx, fields, number, obx.raw(VALUE));
    return;
  }
  const written = obx.freeText(VALUE) ?? obx.raw(VALUE);
  const unescaped = readStrictNumber(written);
  if (unescaped !== null) {
    setQuantity(draft, obx, fields, unescaped, written);
    return;
  }
  setOddNumber(draft, obx, fields, written);
}

/** Many senders put numbers in ST. With a unit it is a measured value; without one it stays the text it was sent as. */
function setPlainText(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields): void {
  const written = obx.freeText(VALUE) ?? obx.raw(VALUE);
  const number = obx.raw(6) === '' ? null : readStrictNumber(written);
  if (number !== null) {
    setQuantity(draft, obx, fields, number, written);
    return;
  }
  setText(draft, obx, fields, written);
}

/** Said to be a number and not readable as one: shown as it stands, several of them on one line. */
function setOddNumber(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields, written: string): void {
  const shown = obx.repetitions(VALUE) > 1 ? written.replaceAll('\n', '; ') : written;
  setText(draft, obx, fields, shown);
  draft.extensions.push({ url: EXTENSION.asWritten, valueString: shown });
}

const COMPARATORS: ReadonlySet<string> = new Set<Comparator>(['<', '<=', '>', '>=']);

/** SN: comparator ^ number ^ separator ^ number. Ratios (1:128) and ranges stay text: they are read, not computed with. */
function setStructuredNumeric(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields): void {
  const [comparator = '', first = '', separator = '', second = '', ...more] = (obx.freeText(VALUE) ?? '').split(
    fields.message.delimiters.component || '^',
  );
  const shown = [comparator, first, separator, second, ...more].join('');
  const number = separator === '' && second === '' && more.length === 0 ? readStrictNumber(first) : null;
  const isPlain = comparator === '' || comparator === '=';
  if (number !== null && obx.repetitions(VALUE) === 1 && (isPlain || COMPARATORS.has(comparator))) {
    const stated = isPlain ? number.comparator : (comparator as Comparator);
    setQuantity(draft, obx, fields, { comparator: stated, value: number.value }, shown);
    return;
  }
  setOddNumber(draft, obx, fields, shown);
}

function setCoded(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields): void {
  const count = obx.repetitions(VALUE);
  const texts: string[] = [];
  for (let repetition = 1; repetition <= count; repetition += 1) {
    const concept = fields.codedUncut(obx, VALUE, repetition);
    const text = concept?.text ?? obx.freeText(VALUE, repetition);
    if (typeof text !== 'string') continue;
    texts.push(text);
    if (concept === null) continue;
    if (count === 1) draft.observation.valueCodeableConcept = concept;
    else draft.extensions.push({ url: EXTENSION.repetition, valueCodeableConcept: concept });
  }
  if (draft.observation.valueCodeableConcept === undefined) {
    setText(draft, obx, fields, texts.join('; ') || (obx.freeText(VALUE) ?? ''));
    return;
  }
  const unit = fields.unit(obx);
  if (unit !== null) draft.extensions.push({ url: EXTENSION.unit, valueString: unit.text });
}

function setTime(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields): void {
  const written = obx.freeText(VALUE) ?? '';
  const { source, arrivalMs } = fields.context;
  const time = obx.repetitions(VALUE) === 1 ? readTime(obx.value(VALUE) ?? '', source.hl7.timeZone, arrivalMs) : null;
  if (time === null) {
    setText(draft, obx, fields, written);
    return;
  }
  draft.observation.valueDateTime = time.fhir;
}

/** TM: HHMM[SS]. A clock time that is none stays text. */
function setClock(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields): void {
  const written = obx.freeText(VALUE) ?? '';
  const parts = /^([01]\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d))?$/.exec(written.trim());
  if (parts === null) {
    setText(draft, obx, fields, written);
    return;
  }
  draft.observation.valueTime = `${parts[1]}:${parts[2]}:${parts[3] ?? '00'}`;
}

function setAttachment(draft: ObservationDraft, obx: Hl7Segment, fields: ResultFields): void {
  const isPointer = obx.raw(2).trim().toUpperCase() === 'RP';
  const read = isPointer ? readPointer : readEncapsulated;
  const attachment = read(fields.message, obx, VALUE);
  if (attachment === null) {
    setText(draft, obx, fields, withoutContent(fields.message, obx, VALUE) ?? obx.freeText(VALUE) ?? '');
    return;
  }
  draft.observation.valueString = isPointer
    ? `Finns hos avsändaren: ${attachment.url ?? ''}`
    : `Bilaga (${attachment.contentType ?? 'okänt format'})`;
  draft.extensions.push({ url: EXTENSION.attachment, valueAttachment: attachment });
}
