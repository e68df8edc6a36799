// The keys of UX "Keyboard". Single letters act only outside fields and open dialogs, and can be turned off.

import { preferences } from './preferences.svelte.ts';

type Act = (event: KeyboardEvent) => void;

/** Two letters within this time are one key. */
const CHORD_MS = 900;

export class Keyboard {
  readonly #acts: Readonly<Record<string, Act>>;
  #first: { readonly key: string; readonly atMs: number } | null = null;

  /** `acts` by key (`/`, `ArrowDown`) or by two (`g l`). */
  constructor(acts: Readonly<Record<string, Act>>) {
    this.#acts = acts;
  }

  pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('dialog[open]') !== null || isField(event.target)) return;
    const isLetter = event.key.length === 1;
    if (isLetter && !preferences.hasKeys) return;
    const before = this.#first;
    this.#first = null;
    if (before !== null && performance.now() - before.atMs <= CHORD_MS) {
      const act = this.#acts[`${before.key} ${event.key}`];
      if (act !== undefined) {
        this.#do(act, event);
        return;
      }
    }
    if (Object.keys(this.#acts).some((name) => name.startsWith(`${event.key} `))) {
      this.#first = { key: event.key, atMs: performance.now() };
      return;
    }
    const act = this.#acts[/^[1-9]$/.test(event.key) ? 'digit' : event.key];
    if (act !== undefined) this.#do(act, event);
  }

  #do(act: Act, event: KeyboardEvent): void {
    event.preventDefault();
    act(event);
  }
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
