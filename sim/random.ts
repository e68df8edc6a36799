// Chance that can be repeated: the same words give the same numbers on every machine, so a simulated hospital is the same
// hospital each time it is started with the same seed (design §5.18).

/** Four 32-bit words from any text (cyrb128, public domain), so that close texts give unrelated sequences. */
function wordsOf(text: string): [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [(a ^ b ^ c ^ d) >>> 0, (b ^ a) >>> 0, (c ^ a) >>> 0, (d ^ a) >>> 0];
}

/** A short name for a text: twelve characters, letters and digits, fit for a message control id. */
export function shortHash(text: string): string {
  const [a, b] = wordsOf(text);
  return (a.toString(36).padStart(7, '0') + b.toString(36).padStart(7, '0')).slice(-12).toUpperCase();
}

/** A sequence of chances (sfc32). */
export class Random {
  readonly #state: [number, number, number, number];

  constructor(seed: string) {
    this.#state = wordsOf(seed);
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    const s = this.#state;
    const t = (((s[0] + s[1]) | 0) + s[3]) | 0;
    s[3] = (s[3] + 1) | 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = (s[2] + (s[2] << 3)) | 0;
    s[2] = (s[2] << 21) | (s[2] >>> 11);
    s[2] = (s[2] + t) | 0;
    return (t >>> 0) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number, both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  between(min: number, max: number): number {
    return min + this.next() * (max - min);
  }

  /** Roughly bell-shaped around 0, almost always within ±2.5 (the sum of four dice). */
  noise(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * 1.7;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() * list.length)];
    if (item === undefined) throw new RangeError('sim: nothing to pick from');
    return item;
  }

  /** Early items oftener than late ones, as family names are in life. */
  pickEarly<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() ** 1.8 * list.length)];
    if (item === undefined) throw new RangeError('sim: nothing to pick from');
    return item;
  }

  weighted<T>(list: readonly (readonly [T, number])[]): T {
    let rest = this.next() * list.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of list) {
      rest -= weight;
      if (rest < 0) return item;
    }
    const last = list.at(-1);
    if (last === undefined) throw new RangeError('sim: nothing to choose from');
    return last[0];
  }
}
