// A small plot: dots at true values on a scale of its own, the reference range as a band behind. It never stands without its numbers.

export interface PlotInput {
  readonly values: readonly number[];
  readonly low: number | null;
  readonly high: number | null;
}

export interface PlotShape {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly band: { readonly y: number; readonly height: number } | null;
}

const PAD = 3;

export function plotShape({ values, low, high }: PlotInput, width: number, height: number): PlotShape | null {
  if (values.length < 2) return null;
  const bounds = [low, high].filter((bound) => bound !== null);
  const [least, most] = [Math.min(...values, ...bounds), Math.max(...values, ...bounds)];
  const span = most - least || 1;
  const y = (value: number): number => height - PAD - ((value - least) / span) * (height - 2 * PAD);
  const step = (width - 2 * PAD) / (values.length - 1);
  const points = values.map((value, at) => ({ x: PAD + at * step, y: y(value) }));
  if (low === null && high === null) return { points, band: null };
  const top = high === null ? 0 : y(high);
  const bottom = low === null ? height : y(low);
  return { points, band: { y: top, height: Math.max(1.5, bottom - top) } };
}
