// Writes a parsed message back, from the parts it was cut into: the proof that the parser lost nothing.

import { decodeAs, encodeText, isReversible } from './charset.ts';
import type { Hl7Message, Hl7Segment } from './message.ts';

/**
 * The message's bytes, put together again from its segments and fields, with the line ends between them as received. Where
 * letters were broken (U+FFFD) text cannot tell which bytes stood there, and the kept bytes themselves are given.
 */
export function serialise(message: Hl7Message): Uint8Array {
  const { used } = message.charset;
  if (!isReversible(message.charset) || message.tooLarge) return message.raw;
  const text = decodeAs(message.raw, used);
  let out = '';
  let from = 0;
  for (const segment of message.segments) {
    const at = text.indexOf(segment.text, from);
    out += text.slice(from, at) + rejoin(segment, message.delimiters.field);
    from = at + segment.text.length;
  }
  return encodeText(out + text.slice(from), used);
}

function rejoin(segment: Hl7Segment, separator: string): string {
  const isHeader = segment.raw(1) === separator;
  const fields = segment.text.split(separator, 1);
  for (let field = isHeader ? 2 : 1; field <= segment.fieldCount; field += 1) fields.push(segment.raw(field));
  return fields.join(separator);
}
