// Writing HL7 v2 as the simulated source systems do: fields by their number in the standard, text escaped once.

/** A component is text; a field is components; a list of fields is repetitions. Already written parts are `Written`. */
export type Field = string | number | null | undefined | readonly (string | number | null | undefined)[];

/** `null` is HL7's "" (delete); absent is absent. */
const componentText = (component: string | number | null | undefined): string =>
  component === null ? '""' : component === undefined ? '' : escapeText(String(component));

const ESCAPES: Readonly<Record<string, string>> = {
  '|': '\\F\\',
  '^': '\\S\\',
  '~': '\\R\\',
  '\\': '\\E\\',
  '&': '\\T\\',
  '\n': '\\.br\\',
  '\r': '',
};

const escapeText = (text: string): string => text.replace(/[|^~\\&\n\r]/gu, (letter) => ESCAPES[letter] ?? '');

const trimmed = (parts: readonly string[], separator: string): string =>
  parts.join(separator).replace(new RegExp(`\\${separator}+$`, 'u'), '');

function fieldText(field: Field): string {
  if (Array.isArray(field)) return trimmed(field.map(componentText), '^');
  return componentText(field as string | number | null | undefined);
}

/** Several repetitions of one field, or a text that is already HL7 (subcomponents). */
export class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export const repeated = (...fields: readonly Field[]): Written => new Written(fields.map(fieldText).join('~'));

/** A segment from its field numbers: `segment('PV1', { 2: 'I', 3: ['KIR2', '1', '2'] })`. */
export function segment(name: string, fields: Readonly<Record<number, Field | Written>>): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number));
  const texts = Array.from({ length: last }, (_, i) => {
    const field = fields[i + 1];
    return field instanceof Written ? field.text : fieldText(field);
  });
  return trimmed([name, ...texts], '|');
}
