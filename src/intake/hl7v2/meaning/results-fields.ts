// The fields of results as they come thousands of times a minute: the same few codes, units, ranges and flags over and
// over. Each written form is read once and remembered; what is remembered is frozen, so one chart can't change another's.

import type { CodeableConcept, ObservationReferenceRange } from 'fhir/r4';
import { limits } from '../../../limits.ts';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import { codeSystemOf } from './code-systems.ts';
import type { MeaningContext } from './context.ts';
import { componentsOfPower } from './units.ts';
import { type ReadTime, readCoded, readTime } from './values.ts';

/** Written forms remembered of one kind of field. A region's laboratories use some thousand codes; senders choose the text. */
const REMEMBERED_MAX = 5_000;
/** Longer texts are no codes and would only fill the memory. */
const REMEMBERED_TEXT_MAX = 400;

class Memory<T> {
  readonly #known = new Map<string, T>();

  get(written: string, read: () => T): T {
    const known = this.#known.get(written);
    if (known !== undefined) return known;
    const value = read();
    if (written.length <= REMEMBERED_TEXT_MAX && this.#known.size < REMEMBERED_MAX) {
      this.#known.set(written, freeze(value));
    }
    return value;
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}

export interface Unit {
  /** As people read it, as the sender wrote it. */
  readonly text: string;
  readonly system: string | null;
  readonly code: string | null;
}

const concepts = new Memory<CodeableConcept | null>();
const units = new Memory<Unit | null>();
const flags = new Memory<CodeableConcept[] | null>();
const ranges = new Memory<ObservationReferenceRange[]>();

/** One message's results: its delimiters, the zone of its clock, and the last time read, since a panel repeats it. */
export class ResultFields {
  readonly message: Hl7Message;
  readonly context: MeaningContext;
  /** Only text without escapes and under the usual delimiters means the same in every message. */
  readonly #isUsual: boolean;
  /** Once a message: each value of a set would tell the same. */
  readonly #toldAhead = new Set<string>();
  #timeText = '';
  #time: ReadTime | undefined = undefined;

  constructor(message: Hl7Message, context: MeaningContext) {
    this.message = message;
    this.context = context;
    const marks = message.delimiters;
    this.#isUsual =
      marks.component === '^' && marks.repetition === '~' && marks.escape === '\\' && marks.subcomponent === '&';
  }

  #remember<T>(memory: Memory<T>, written: string, read: () => T): T {
    return this.#isUsual && !written.includes('\\') ? memory.get(written, read) : read();
  }

  /** A coded field that stands once. Null when absent or deleted. */
  coded(segment: Hl7Segment, field: number): CodeableConcept | null {
    const written = segment.raw(field);
    if (written === '') return null;
    return this.#remember(concepts, written, () => this.codedUncut(segment, field, 1));
  }

  /** As coded, but the words are not cut at a subcomponent mark that the sender forgot to escape («Hjärta & kärl»). */
  codedUncut(segment: Hl7Segment, field: number, repetition: number): CodeableConcept | null {
    const concept = readCoded(segment, field, repetition) ?? null;
    if (concept === null || !segment.raw(field).includes(this.message.delimiters.subcomponent || '&')) return concept;
    const parts = (segment.freeText(field, repetition) ?? '').split(this.message.delimiters.component || '^');
    const text = [parts[8], parts[1], parts[4], parts[0], parts[3]].find((part) => part !== undefined && part !== '');
    return text === undefined ? concept : { ...concept, text };
  }

  /** OBX-6, verbatim (µ stays µ). Device gateways put MDC words first and the readable unit as the alternative. */
  unit(segment: Hl7Segment): Unit | null {
    const written = segment.raw(6);
    if (written === '') return null;
    return this.#remember(units, written, () => {
      const power = componentsOfPower(segment, 6);
      if (power !== null) {
        const [code = '', text = '', system = ''] = power;
        return { text: text || code, system: codeSystemOf(system, null), code: code || null };
      }
      const concept = readCoded(segment, 6) ?? null;
      const codings = concept?.coding ?? [];
      const isDevice = segment.value(6, 3) === 'MDC' && codings.length > 1;
      const coding = isDevice ? codings[1] : codings[0];
      const text = isDevice ? (coding?.display ?? coding?.code) : (concept?.text ?? coding?.code);
      return text === undefined ? null : { text, system: coding?.system ?? null, code: coding?.code ?? null };
    });
  }

  /** OBX-8: HL7's own letters keep their letter, laboratories' own words stay words. */
  interpretation(segment: Hl7Segment): CodeableConcept[] | null {
    const written = segment.raw(8);
    if (written === '') return null;
    return this.#remember(flags, written, () => {
      const found: CodeableConcept[] = [];
      for (let repetition = 1; repetition <= segment.repetitions(8); repetition += 1) {
        const concept = readCoded(segment, 8, repetition);
        if (concept) found.push(isBareCode(concept) ? interpretationOf(concept.text ?? '') : concept);
      }
      return found.length === 0 ? null : found;
    });
  }

  /** OBX-7 verbatim: never taken apart, never computed with. */
  referenceRange(segment: Hl7Segment): ObservationReferenceRange[] | null {
    const written = segment.raw(7);
    if (written === '' || written === '""') return null;
    return this.#remember(ranges, written, () => [{ text: segment.freeText(7) ?? written }]);
  }

  /**
   * When something was measured or given. Ahead of when it came, the chart shows it without a time (*tid oklar*), and IT is told of a
   * clock at the bedside that nothing else tells of: the message's own time is another system's.
   */
  happened(segment: Hl7Segment, field: number): ReadTime | null {
    const time = this.time(segment, field);
    const { arrivalMs } = this.context;
    if (time === null || time.ms <= arrivalMs + limits.futureEventToleratedMs) return time;
    const place = `${segment.name}-${field}`;
    if (!this.#toldAhead.has(place))
      this.context.alarm({
        code: 'clock-ahead',
        detail: `${place} by ${Math.round((time.ms - arrivalMs) / 60_000)} minutes`,
      });
    this.#toldAhead.add(place);
    return time;
  }

  time(segment: Hl7Segment, field: number): ReadTime | null {
    const written = segment.raw(field);
    if (written === '') return null;
    if (written === this.#timeText && this.#time !== undefined) return this.#time;
    const text = segment.value(field);
    if (typeof text !== 'string') return null;
    const time = readTime(text, this.context.source.hl7.timeZone, this.context.arrivalMs);
    if (time === null) {
      this.context.alarm({ code: 'time-unreadable', detail: `${segment.name}-${field}` });
      return null;
    }
    if (time.flag !== null) {
      this.context.alarm({ code: 'time-fold', detail: `${segment.name}-${field} (${time.flag})` });
    }
    this.#timeText = written;
    this.#time = time;
    return time;
  }
}

const isBareCode = (concept: CodeableConcept): boolean =>
  concept.coding?.length === 1 && concept.coding[0]?.system === undefined;

/** HL7 table 0078, which FHIR took over letter for letter. */
const INTERPRETATIONS = new Set(
  'L H LL HH < > N A AA S R I MS VS U D B W POS NEG IND DET ND NR RR WR SDD SYN-R SYN-S HX LX HU LU NS E EX UNE IE CAR AC TOX QCF OBX'.split(
    ' ',
  ),
);

const interpretationOf = (written: string): CodeableConcept => {
  const code = INTERPRETATIONS.has(written) ? written : written.toUpperCase();
  return INTERPRETATIONS.has(code)
    ? { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code }], text: code }
    : { text: written };
};

/** A text field as one string; null when absent, deleted or empty. */
export function textOf(segment: Hl7Segment, field: number, component = 1, subcomponent = 1): string | null {
  const text = segment.value(field, component, subcomponent);
  return typeof text === 'string' && text !== '' ? text : null;
}
