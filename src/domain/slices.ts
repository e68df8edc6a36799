// Lists that a source says in several fields are kept a slice each (changes.ts, Slices) and read as one list.

/**
 * `{ telecom: [a], 'telecom:home': [a], 'telecom:work': [b] }` → `{ telecom: [a, b] }`: where slices are kept they are the list,
 * in name order, and the whole as one message last said it is not read. A deleted slice (null) adds nothing.
 */
export function joinSlices(patched: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const joined: Record<string, unknown> = {};
  const slices = new Map<string, unknown[]>();
  for (const key of Object.keys(patched).sort()) {
    const at = key.indexOf(':');
    const value = patched[key];
    if (at < 0) joined[key] = value;
    else if (value !== undefined) {
      const list = slices.get(key.slice(0, at)) ?? [];
      slices.set(key.slice(0, at), Array.isArray(value) ? [...list, ...value] : list);
    }
  }
  for (const [base, list] of slices) joined[base] = list.length === 0 ? null : list;
  return joined;
}
