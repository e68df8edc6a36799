// The chart's screen comes a little after the list: the first chart opens at once, and the list need not wait for it.

export const chartScreen = () => import('./Chart.svelte');
