// Numbers as Code 128, drawn once for each number however many pages carry it.

import bwip from 'bwip-js/node';

const REMEMBERED_MAX = 4_000;
const made = new Map<string, string>();

/** Stretched to its place by whoever shows it: a module is one wide, and all is one high. */
export function barcodeSvg(text: string): string {
  const known = made.get(text);
  if (known !== undefined) return known;
  if (made.size >= REMEMBERED_MAX) made.clear();
  const svg = drawn(widthsOf(text));
  made.set(text, svg);
  return svg;
}

/** Of bars and gaps by turns, a bar first and last. */
function widthsOf(text: string): readonly number[] {
  const [code] = bwip.raw({ bcid: 'code128', text });
  if (code === undefined || !('sbs' in code)) throw new Error('a bar code without bars');
  return code.sbs;
}

/** As the library draws it, a stroke a bar, which takes it twenty times as long. */
function drawn(widths: readonly number[]): string {
  const strokes = new Map<number, string>();
  let at = 0;
  for (const [index, width] of widths.entries()) {
    if (index % 2 === 0) strokes.set(width, `${strokes.get(width) ?? ''}M${at + width / 2} 1V0`);
    at += width;
  }
  const paths = [...strokes].map(([width, path]) => `<path stroke="#000" stroke-width="${width}" d="${path}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${at} 1">${paths.join('')}</svg>`;
}
