// A chart as JSON, byte for byte what JSON.stringify gives. The long pieces of it (entries, tables) are the same objects as long
// as the copy is unchanged (domain/chart/memory.ts): each is written once and its bytes kept beside it.

import type { Block, Chart, ChartPart } from '../../domain/chart/chart.ts';

/** Shorter pieces are written anew: their bytes would lie in a shared slab, and keep the whole of it. */
const PIECE_CHARACTERS_MIN = 4_096;

/** Members that hold a long piece, and how each is written. */
type Plan<T> = { readonly [Name in keyof T]?: (value: T[Name], out: Pieces) => void };

export class ChartJson {
  /** Goes when the object goes. */
  readonly #kept = new WeakMap<object, Buffer>();

  bytes(chart: Chart): Buffer {
    const out = new Pieces(this.#kept);
    writeObject(chart, { blocks: (blocks, to) => writeList(blocks, writeBlock, to) }, out);
    return out.bytes();
  }
}

const writeBlock = (block: Block, out: Pieces): void =>
  writeObject(block, { parts: (parts, to) => writeList(parts, writePart, to), view: writeView }, out);

const writePart = (part: ChartPart, out: Pieces): void =>
  writeObject(part, { entries: (entries, to) => to.piece(entries) }, out);

function writeView(view: Block['view'], out: Pieces): void {
  if (view?.kind === 'results')
    writeObject(view, { table: (table, to) => to.piece(table), documents: (list, to) => to.piece(list) }, out);
  else if (view?.kind === 'vitals') writeObject(view, { table: (table, to) => to.piece(table) }, out);
  else out.text(JSON.stringify(view));
}

function writeObject<T extends object>(value: T, plan: Plan<T>, out: Pieces): void {
  let before = '{';
  for (const name of Object.keys(value) as (keyof T & string)[]) {
    const member = value[name];
    if (member === undefined) continue;
    out.text(`${before}${JSON.stringify(name)}:`);
    const write = plan[name];
    if (write === undefined) out.text(JSON.stringify(member));
    else write(member, out);
    before = ',';
  }
  out.text(before === '{' ? '{}' : '}');
}

function writeList<T>(values: readonly T[], write: (value: T, out: Pieces) => void, out: Pieces): void {
  out.text('[');
  for (const [at, value] of values.entries()) {
    if (at > 0) out.text(',');
    write(value, out);
  }
  out.text(']');
}

class Pieces {
  readonly #kept: WeakMap<object, Buffer>;
  readonly #done: Buffer[] = [];
  #text = '';

  constructor(kept: WeakMap<object, Buffer>) {
    this.#kept = kept;
  }

  text(text: string): void {
    this.#text += text;
  }

  piece(value: object): void {
    let bytes = this.#kept.get(value);
    if (bytes === undefined) {
      const text = JSON.stringify(value);
      if (text.length < PIECE_CHARACTERS_MIN) {
        this.#text += text;
        return;
      }
      bytes = Buffer.from(text, 'utf8');
      this.#kept.set(value, bytes);
    }
    this.#flush();
    this.#done.push(bytes);
  }

  bytes(): Buffer {
    this.#flush();
    return Buffer.concat(this.#done);
  }

  #flush(): void {
    if (this.#text !== '') this.#done.push(Buffer.from(this.#text, 'utf8'));
    this.#text = '';
  }
}
