// One line of the benchmark's table: what was measured, the bare limit measured in the same run, their ratio, and what design §17
// asks for. Figures of a shared machine wander together; their ratios do not.

export interface BenchRow {
  readonly group: string;
  readonly what: string;
  /** What our program did, with its unit. */
  readonly ours: string;
  /** The same work with nothing around it (bare limit) or by another program; null where there is nothing to compare with. */
  readonly bare: string | null;
  /** Ours divided by bare. */
  readonly ratio: number | null;
  /** What is asked for; null for information. */
  readonly budget: string | null;
  readonly isMet: boolean | null;
  readonly note?: string;
}

export interface BenchReport {
  readonly at: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly rows: readonly BenchRow[];
}

const HEADS = ['measured', 'ours', 'bare limit', 'ratio', 'budget', ''] as const;

export function renderReport({ at, machine, rows }: BenchReport): string {
  const lines = rows.map((row) => [
    row.what,
    row.ours,
    row.bare ?? '–',
    row.ratio === null ? '–' : row.ratio.toFixed(2),
    row.budget ?? '–',
    row.isMet === null ? '' : row.isMet ? 'met' : 'NOT MET',
  ]);
  const widths = HEADS.map((head, at) => Math.max(head.length, ...lines.map((line) => line[at]?.length ?? 0)));
  const put = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const out = [`Reservkraft bench, ${at}`, ''];
  for (const [name, value] of Object.entries(machine)) out.push(`  ${name.padEnd(22)}${value}`);
  let group = '';
  rows.forEach((row, at) => {
    if (row.group !== group) out.push('', row.group.toUpperCase(), put(HEADS));
    group = row.group;
    out.push(put(lines[at] ?? []));
    if (row.note !== undefined) out.push(`    ${row.note}`);
  });
  const missed = rows.filter(({ isMet }) => isMet === false);
  out.push('', missed.length === 0 ? 'The budget is met.' : `${missed.length} rows miss the budget.`);
  return `${out.join('\n')}\n`;
}

export const rate = (perSecond: number): string => `${Math.round(perSecond).toLocaleString('en')}/s`;
export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MB`;

/** Of an unsorted list; 0.5 is the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
