// Whether what is on the screen may be used for care (design §5.22): of the unit that is read, as its copy says; before there is one, as this
// device last heard of it. What it does not know it takes for *under uppbyggnad*. Units' names and no more are kept in the clear.

import { isInUse, type UnitUse } from '../../../src/domain/unit-use/unit-use.ts';
import { session } from './session.svelte.ts';
import { unit } from './unit.svelte.ts';

interface Heard {
  /** The unit this device showed last. */
  readonly last: string | null;
  readonly units: Readonly<Record<string, { readonly name: string; readonly state: UnitUse['state'] }>>;
}
const NAME = 'reservkraft.uses';

class Use {
  #heard: Heard = $state.raw(read());

  /** Why the screen says *ÖVNINGSKOPIA*; null: it does not, the unit is in use. */
  readonly practice: string | null = $derived.by(() => {
    const { head, id } = unit;
    if (head !== null) return isInUse(head.use) ? null : head.use.words;
    const { me } = session;
    const of = me === null ? this.#heard.last : id;
    if (of === null) return null;
    const heard = this.#heard.units[of];
    const name = heard?.name ?? me?.units.find((one) => one.unit === of)?.name ?? of;
    if (isInUse(heard)) return null;
    // While it is being fetched nothing of it stands on the screen: nothing is said of it before it is known.
    const isComing = me !== null && !unit.isAlone && unit.refused === null;
    return heard === undefined && isComing ? null : `${name} är under uppbyggnad, så långt den här datorn vet.`;
  });

  /** A copy of the unit is shown. */
  shown({
    unit: of,
    name,
    use: { state },
  }: {
    readonly unit: string;
    readonly name: string;
    readonly use: UnitUse;
  }): void {
    const { last, units } = this.#heard;
    if (last === of && units[of]?.state === state && units[of].name === name) return;
    this.#heard = { last: of, units: { ...units, [of]: { name, state } } };
    try {
      localStorage.setItem(NAME, JSON.stringify(this.#heard));
    } catch {
      // A browser that keeps nothing: the next start knows no unit.
    }
  }
}

function read(): Heard {
  const nothing: Heard = { last: null, units: {} };
  try {
    return { ...nothing, ...(JSON.parse(localStorage.getItem(NAME) ?? '{}') as Partial<Heard>) };
  } catch {
    return nothing;
  }
}

export const use = new Use();
