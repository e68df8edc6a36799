// How wide words are in the list's own letters, asked of the browser.

import type { Measure } from './widths.ts';

/** In the list all digits are as wide as a nought (tokens.css), which a canvas does not know. */
const DIGIT = /\d/gu;
const ROUNDING = 1.02;
let context: CanvasRenderingContext2D | null = null;
let font = '';

export const measure: Measure = (words, as) => {
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return words.length * Number.parseFloat(as.split(' ')[1] ?? '') * 0.55;
  if (font !== as) {
    context.font = `${as} Inter, "Segoe UI", Roboto, sans-serif`;
    font = as;
  }
  return context.measureText(words.replaceAll(DIGIT, '0')).width * ROUNDING;
};
