// What has been made of kept entries before, handed in by whoever opens charts again and again. The copy hands out the same
// entries, as the same objects, as long as they are unchanged: what was made of them then still holds, if nothing else it was made
// of has changed either. Whatever depends on the time that passes (ages, states, *senast*, what comes next) is never kept.

interface Kept {
  readonly of: readonly unknown[];
  readonly made: unknown;
}

/** `what` names the making; `of` is everything besides `holder` that it is made of: compared one by one, objects by identity. */
export type Remember = <Made>(holder: object, what: string, of: readonly unknown[], make: () => Made) => Made;

/** Each chart from the beginning. */
export const rememberNothing: Remember = (_holder, _what, _of, make) => make();

/** Holds on to nothing: when the copy lets its entries go, what was made of them goes too. */
export class ChartMemory {
  readonly #kept = new WeakMap<object, Map<string, Kept>>();

  readonly remember: Remember = (holder, what, of, make) => {
    let known = this.#kept.get(holder);
    if (known === undefined) {
      known = new Map();
      this.#kept.set(holder, known);
    }
    const kept = known.get(what);
    if (kept !== undefined && isSame(kept.of, of)) return kept.made as ReturnType<typeof make>;
    const made = make();
    known.set(what, { of, made });
    return made;
  };
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, at) => Object.is(one, b[at]));
