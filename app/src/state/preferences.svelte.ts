// What a reader chose for this device's screen. Says nothing of anyone, so it may lie in the clear.

type Theme = 'light' | 'dark' | 'system';

class Preferences {
  theme: Theme = $state(read('theme', ['light', 'dark', 'system'], 'system'));
  /** Single letters as keys can be turned off (WCAG 2.1.4). */
  hasKeys: boolean = $state(read('keys', ['on', 'off'], 'on') === 'on');
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #isPrinting = false;

  constructor() {
    this.#dark.addEventListener('change', () => this.#apply());
    for (const name of ['beforeprint', 'afterprint'])
      addEventListener(name, () => {
        this.#isPrinting = name === 'beforeprint';
        this.#apply();
      });
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

  /** Paper is white: the night's light letters could not be read on it, also when the night falls while it is printed. */
  #apply(): void {
    document.documentElement.dataset['theme'] = this.isDark && !this.#isPrinting ? 'dark' : 'light';
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
