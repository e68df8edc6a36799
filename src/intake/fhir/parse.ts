// JSON text to elements, without losing how a number was written: a potassium of 4.10 and one of 4.1 were measured
// differently, and JavaScript keeps neither the last zero nor the nineteenth digit.

import { EXTENSION } from '../../domain/extensions.ts';
import { element, isObject, type JsonObject, listAt, textAt } from './elements.ts';

export interface DecodedText {
  readonly text: string;
  /** The bytes were not UTF-8, as JSON must be (RFC 8259 §8.1), and were read as Windows-1252. */
  readonly isGuessed: boolean;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

export function decodeJson(bytes: Uint8Array): DecodedText {
  try {
    return { text: strictUtf8.decode(bytes), isGuessed: false };
  } catch {
    return { text: windows1252.decode(bytes), isGuessed: true };
  }
}

/** Numbers of elements that may not survive: trailing zero, exponent, minus zero, more than 15 digits. */
const MAY_BE_ALTERED = /"\s{0,9}:\s{0,9}(-?(?:\d+\.\d*0|\d+(?:\.\d+)?[eE][+-]?\d+|[\d.]{16,})|-0)(?=[\s,}])/g;

/** `undefined` when the text is not JSON. `__proto__` becomes an ordinary element, a repeated key keeps its last value. */
export function parseJson(text: string): unknown {
  try {
    return hasAlteredNumber(text) ? JSON.parse(text, keepAsWritten) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasAlteredNumber(text: string): boolean {
  for (const match of text.matchAll(MAY_BE_ALTERED)) {
    if (String(Number(match[1])) !== match[1]) return true;
  }
  return false;
}

/** The text goes on the primitive itself, in the element FHIR has for it (`_value`; R4 §2.6.1.0.3 JSON of primitives). */
function keepAsWritten(this: unknown, name: string, value: unknown, context?: { source?: string }): unknown {
  if (
    typeof value === 'number' &&
    context?.source !== undefined &&
    String(value) !== context.source &&
    isObject(this)
  ) {
    const beside = this[`_${name}`];
    const kept = isObject(beside) ? beside : {};
    this[`_${name}`] = { ...kept, extension: [...listAt(kept, 'extension'), asWritten(context.source)] };
  }
  return value;
}

const asWritten = (text: string): JsonObject => ({ url: EXTENSION.asWritten, valueString: text });

/** An Observation and each component also carry their value's text where readers of the chart look for it. */
export function liftAsWritten(observation: JsonObject): void {
  for (const holder of [observation, ...listAt(observation, 'component')]) {
    if (!isObject(holder)) continue;
    const beside = [element(element(holder, 'valueQuantity'), '_value'), element(holder, '_valueInteger')];
    const kept = beside
      .flatMap((primitive) => listAt(primitive, 'extension'))
      .filter((extension) => textAt(extension, 'url') === EXTENSION.asWritten);
    if (kept.length > 0) holder['extension'] = [...listAt(holder, 'extension'), ...kept];
  }
}
