// Numbers as Code 128, drawn once for each number however many pages carry it.

import { toSVG } from 'bwip-js/node';

const REMEMBERED_MAX = 4_000;
const made = new Map<string, string>();

export function barcodeSvg(text: string): string {
  const known = made.get(text);
  if (known !== undefined) return known;
  if (made.size >= REMEMBERED_MAX) made.clear();
  const svg = toSVG({ bcid: 'code128', text, height: 9, includetext: false });
  made.set(text, svg);
  return svg;
}
