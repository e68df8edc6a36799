import { toSVG } from 'bwip-js/node';
import { expect, it } from 'vitest';
import { barcodeSvg } from './barcode.ts';

/** Each bar as where it begins and how wide it is, in modules. */
function bars(svg: string): readonly (readonly [number, number])[] {
  const wide = Number(/viewBox="0 0 ([\d.]+)/.exec(svg)?.[1]);
  const strokes = [...svg.matchAll(/stroke-width="([\d.]+)" d="([^"]*)"/g)].flatMap(([, width, path = '']) =>
    [...path.matchAll(/M([\d.]+)/g)].map(([, middle]) => [Number(middle), Number(width)] as const),
  );
  return strokes
    .map(([middle, width]) => [(middle - width / 2) / wide, width / wide] as const)
    .sort(([one], [other]) => one - other);
}

it('a number has on paper the bars that the library of bar codes would draw, each where it would stand', () => {
  for (const text of ['198206262399', 'KIR2-37-04', 'IVA-1', '!"#$%&/()=?', 'a']) {
    const [ours, theirs] = [bars(barcodeSvg(text)), bars(toSVG({ bcid: 'code128', text, includetext: false }))];
    expect(ours.length).toBeGreaterThan(9);
    expect(ours.map((bar) => bar.map((at) => at.toFixed(6)))).toEqual(
      theirs.map((bar) => bar.map((at) => at.toFixed(6))),
    );
  }
});
