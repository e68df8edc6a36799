// Which letters a TrueType font can draw, read from its own table (OpenType `cmap`, formats 4 and 12). A letter no font has makes
// PDF/A refuse the whole document, and a foreign name must never cost a chart.

import { readFileSync } from 'node:fs';

export type Letters = ReadonlySet<number>;

/** @throws {Error} when the file is no TrueType font with a Unicode table: the program's own fonts always are */
export function fontLetters(files: readonly string[]): Letters {
  const letters = new Set<number>();
  for (const file of files) addLetters(readFileSync(file), letters);
  return letters;
}

function addLetters(font: Buffer, letters: Set<number>): void {
  const cmap = tableAt(font, 'cmap');
  const subtables = Array.from({ length: font.readUInt16BE(cmap + 2) }, (_, index) => {
    const record = cmap + 4 + index * 8;
    return { platform: font.readUInt16BE(record), at: cmap + font.readUInt32BE(record + 4) };
  }).filter(({ platform }) => platform === 0 || platform === 3);
  for (const { at } of subtables) {
    const format = font.readUInt16BE(at);
    if (format === 4) addSegments(font, at, letters);
    else if (format === 12) addGroups(font, at, letters);
  }
}

function tableAt(font: Buffer, name: string): number {
  const count = font.readUInt16BE(4);
  for (let index = 0; index < count; index += 1) {
    const record = 12 + index * 16;
    if (font.toString('latin1', record, record + 4) === name) return font.readUInt32BE(record + 8);
  }
  throw new Error(`no ${name} table in a font of the program`);
}

/** Format 4: runs of letters of the basic plane, each by an offset or by a list of glyphs. */
function addSegments(font: Buffer, at: number, letters: Set<number>): void {
  const count = font.readUInt16BE(at + 6) / 2;
  const [ends, starts] = [at + 14, at + 16 + count * 2];
  const [deltas, offsets] = [starts + count * 2, starts + count * 4];
  for (let index = 0; index < count; index += 1) {
    const [start, end] = [font.readUInt16BE(starts + index * 2), font.readUInt16BE(ends + index * 2)];
    const delta = font.readUInt16BE(deltas + index * 2);
    const offset = font.readUInt16BE(offsets + index * 2);
    for (let letter = start; letter <= end && letter < 0xffff; letter += 1) {
      const listed = offset === 0 ? letter : font.readUInt16BE(offsets + index * 2 + offset + (letter - start) * 2);
      if (listed !== 0 && ((listed + delta) & 0xffff) !== 0) letters.add(letter);
    }
  }
}

/** Format 12: runs of letters of all planes. */
function addGroups(font: Buffer, at: number, letters: Set<number>): void {
  const count = font.readUInt32BE(at + 12);
  for (let index = 0; index < count; index += 1) {
    const group = at + 16 + index * 12;
    const [start, end, glyph] = [font.readUInt32BE(group), font.readUInt32BE(group + 4), font.readUInt32BE(group + 8)];
    for (let letter = start; letter <= end; letter += 1) if (glyph + (letter - start) !== 0) letters.add(letter);
  }
}
