// The chart's screen comes a little after the list: the first chart opens at once, and the list need not wait for it.

export const chartScreen = () => import('./Chart.svelte');

const FETCH_AFTER_MS = 4_000;
let isAsked = false;

/** The list is on the screen. */
export function fetchChartScreen(): void {
  if (isAsked) return;
  isAsked = true;
  setTimeout(() => void chartScreen().catch(() => undefined), FETCH_AFTER_MS);
}
