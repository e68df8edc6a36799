// Which screen is shown. The address never changes and holds nothing: each step is a number, and what it means is known only in
// this page's memory, so that no history, bookmark or log can tell whom somebody looked at (design §5.13).

import type { PatientKey } from '../../../src/domain/identity.ts';

export type View =
  | { readonly screen: 'list' }
  | { readonly screen: 'chart'; readonly patient: PatientKey; readonly asOf: number | null }
  | { readonly screen: 'sources' }
  | { readonly screen: 'checks' }
  /** *I drift* or *under uppbyggnad*. */
  | { readonly screen: 'use' }
  /** Reserve places and printers. */
  | { readonly screen: 'places' }
  /** Which computers keep the unit's copy. */
  | { readonly screen: 'devices' }
  /** *Öva själv*: the invented patient, with or without somebody signed in. */
  | { readonly screen: 'practice'; readonly shown: 'list' | 'chart'; readonly asOf: number | null }
  /** A list to write on, of the whole unit or of *mina patienter*. */
  | { readonly screen: 'round' | 'work'; readonly isMine: boolean };

const LIST: View = { screen: 'list' };
const PRACTICE: View = { screen: 'practice', shown: 'list', asOf: null };

class Views {
  current: View = $state.raw(LIST);
  /** The row a chart was opened from: focus goes back to it. */
  cameFrom: PatientKey | null = null;
  readonly #known = new Map<number, View>([[0, LIST]]);
  #step = 0;

  constructor() {
    history.replaceState({ ...history.state, step: 0 }, '');
    addEventListener('popstate', ({ state }) => {
      const step = typeof state?.step === 'number' ? state.step : 0;
      this.#step = step;
      this.current = this.#known.get(step) ?? LIST;
    });
  }

  open(view: View): void {
    this.#step += 1;
    this.#known.set(this.#step, view);
    history.pushState({ ...history.state, step: this.#step }, '');
    this.current = view;
    scrollTo(0, 0);
  }

  practise(): void {
    this.open(PRACTICE);
  }

  /** In place of the one shown: the next patient, another moment. */
  replace(view: View): void {
    this.#known.set(this.#step, view);
    this.current = view;
    scrollTo(0, 0);
  }

  back(): void {
    if (this.#step > 0) history.back();
    else this.current = LIST;
  }

  /** Somebody else signs in, or the screen is locked for good: nothing of before can be stepped back to. */
  forget(): void {
    this.#known.clear();
    this.#known.set(this.#step, LIST);
    this.cameFrom = null;
    this.current = LIST;
  }
}

export const views = new Views();
