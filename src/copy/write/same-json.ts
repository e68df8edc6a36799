// Whether two values would be written as the same JSON, told without writing them. In doubt (an element that is there without a
// value, elements in another order) they are not: the texts themselves are compared then.

export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b);
  return !Array.isArray(b) && sameElements(a as Elements, b as Elements);
}

type Elements = Readonly<Record<string, unknown>>;

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (!sameJson(a[at], b[at])) return false;
  return true;
}

function sameElements(a: Elements, b: Elements): boolean {
  const names = Object.keys(a);
  const others = Object.keys(b);
  if (names.length !== others.length) return false;
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at];
    if (name === undefined || name !== others[at] || !sameJson(a[name], b[name])) return false;
  }
  return true;
}
