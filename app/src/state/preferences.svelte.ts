// What a reader chose for this device's screen. Says nothing of anyone, so it may lie in the clear.

type Theme = 'light' | 'dark' | 'system';

class Preferences {
  theme: Theme = $state(read('theme', ['light', 'dark', 'system'], 'system'));
  /** Single letters as keys can be turned off (WCAG 2.1.4). */
  hasKeys: boolean = $state(read('keys', ['on', 'off'], 'on') === 'on');
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    this.#dark.addEventListener('change', () => this.#apply());
    // Paper is white: the night's light letters could not be read on it.
    addEventListener('beforeprint', () => this.#apply(false));
    addEventListener('afterprint', () => this.#apply());
    this.#apply();
  }

  get isDark(): boolean {
    return this.theme === 'system' ? this.#dark.matches : this.theme === 'dark';
  }

  turnTheme(): void {
    this.theme = this.isDark ? 'light' : 'dark';
    keep('theme', this.theme);
    this.#apply();
  }

  turnKeys(): void {
    this.hasKeys = !this.hasKeys;
    keep('keys', this.hasKeys ? 'on' : 'off');
  }

  #apply(isDark = this.isDark): void {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  }
}

function read<Word extends string>(name: string, known: readonly Word[], otherwise: Word): Word {
  try {
    const kept = localStorage.getItem(`reservkraft.${name}`);
    return known.find((word) => word === kept) ?? otherwise;
  } catch {
    return otherwise; // a browser that keeps nothing still reads charts
  }
}

function keep(name: string, word: string): void {
  try {
    localStorage.setItem(`reservkraft.${name}`, word);
  } catch {
    // as above
  }
}

export const preferences = new Preferences();
