// Careful reading of kept FHIR resources. The copy keeps what a source sent, also what no profile allows, so nothing here
// trusts a shape: what is not what it should be is simply not there, and no resource can stop a chart from being shown.

/** A member of an object; undefined for anything that is not one. */
export function field(value: unknown, name: string): unknown {
  // Names are ours and none is one that every object has; a plain read is what makes a chart of thousands of values quick.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

export function path(value: unknown, ...names: readonly string[]): unknown {
  let at = value;
  for (const name of names) at = Array.isArray(at) ? field(at[0], name) : field(at, name);
  return at;
}

/** A list as a list; one object where FHIR wants a list is taken as a list of one. */
export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? [value] : [];
}

export function text(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  return null;
}
export const textAt = (value: unknown, ...names: readonly string[]): string | null => text(path(value, ...names));
export const flag = (value: unknown): boolean => value === true;
export const numberAt = (value: unknown, ...names: readonly string[]): number | null => {
  const at = path(value, ...names);
  return typeof at === 'number' && Number.isFinite(at) ? at : null;
};

/** `system|code` of every coding. */
export function codesOf(concept: unknown): readonly string[] {
  const codes: string[] = [];
  for (const one of Array.isArray(concept) ? concept : [concept]) {
    for (const coding of list(field(one, 'coding'))) {
      const code = text(field(coding, 'code'));
      if (code !== null) codes.push(`${text(field(coding, 'system')) ?? ''}|${code}`);
    }
  }
  return codes;
}

/** Values of one extension (domain/extensions.ts), each under its own `value…` name. */
export function extensionsOf(holder: unknown, url: string): readonly unknown[] {
  const extensions = field(holder, 'extension');
  return extensions === undefined ? [] : list(extensions).filter((extension) => field(extension, 'url') === url);
}
export const extensionText = (holder: unknown, url: string): string | null =>
  text(field(extensionsOf(holder, url)[0], 'valueString'));

export const bareCode = (code: string): string => code.slice(code.indexOf('|') + 1);

/** What a concept is called: its text as the source wrote it, else a display, else the bare code. */
export function conceptText(concept: unknown): string | null {
  const one = Array.isArray(concept) ? concept[0] : concept;
  const written = text(field(one, 'text'));
  if (written !== null) return written;
  const codings = list(field(one, 'coding'));
  for (const coding of codings) {
    const display = text(field(coding, 'display'));
    if (display !== null) return display;
  }
  for (const coding of codings) {
    const code = text(field(coding, 'code'));
    if (code !== null) return code;
  }
  return null;
}

/** All concepts of a list, each named once. */
export const conceptTexts = (concepts: unknown): readonly string[] => [
  ...new Set(list(concepts).flatMap((concept) => conceptText(concept) ?? [])),
];

/** Who or what a reference means: its display, the contained resource's name, else its identifier. */
export function referenceText(reference: unknown, resource: unknown): string | null {
  const display = text(field(reference, 'display'));
  if (display !== null) return display;
  const contained = containedOf(reference, resource);
  if (contained !== undefined) {
    const name = field(contained, 'name');
    return (
      humanName(Array.isArray(name) ? name[0] : name) ??
      text(name) ??
      conceptText(field(contained, 'code')) ??
      conceptText(field(contained, 'type'))
    );
  }
  return textAt(reference, 'identifier', 'value');
}

export function containedOf(reference: unknown, resource: unknown): unknown {
  const target = text(field(reference, 'reference'));
  if (target === null || !target.startsWith('#')) return undefined;
  return list(field(resource, 'contained')).find((one) => field(one, 'id') === target.slice(1));
}

/** `Lind, Karin Elisabet`: family name, comma, given names (ux §2). */
export function humanName(name: unknown): string | null {
  const family = text(field(name, 'family'));
  const given = listOfText(field(name, 'given')).join(' ');
  if (family !== null) return given === '' ? family : `${family}, ${given}`;
  return given === '' ? text(field(name, 'text')) : given;
}

/** The official name before others; a name that is no longer used never. */
export function officialName(names: readonly unknown[]): string | null {
  const inUse = names.filter((name) => textAt(name, 'use') !== 'old');
  return humanName(inUse.find((name) => textAt(name, 'use') === 'official') ?? inUse[0]);
}

export const listOfText = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) => text(one) ?? []);
export const notesOf = (resource: unknown): string =>
  list(field(resource, 'note'))
    .flatMap((note) => text(field(note, 'text')) ?? [])
    .join(' · ');
