// Lists that a source says in several fields are kept a slice each (changes.ts, Slices) and read as one list.

/** `{ telecom: [a], 'telecom:work': [b] }` → `{ telecom: [a, b] }`, slices in name order; a deleted slice (null) adds nothing. */
export function joinSlices(patched: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const joined: Record<string, unknown> = {};
  for (const key of Object.keys(patched).sort()) {
    const at = key.indexOf(':');
    const base = at < 0 ? key : key.slice(0, at);
    const value = patched[key];
    const before = Object.hasOwn(joined, base) ? joined[base] : undefined;
    if (Array.isArray(before) && Array.isArray(value)) joined[base] = [...before, ...value];
    else if (before === undefined || before === null || at < 0) joined[base] = value;
  }
  return joined;
}
