// *Just nu*: at most four facts of a chart that cannot wait, each with the block it stands in. Facts, never advice, and nothing that
// is not said again below (ux §3).

import { isTrusted } from '../age.ts';
import type { BlockName } from './blocks.ts';
import type { Chart } from './chart.ts';
import { atTime } from './context.ts';
import { withUnit } from './value-text.ts';

export interface AttentionFact {
  readonly block: BlockName;
  readonly tone: 'danger' | 'warn' | 'doubt';
  readonly icon: 'critical' | 'up' | 'unsure' | 'conflict';
  readonly what: string;
  readonly words: string;
}

const FACTS_MAX = 4;
const CRITICAL_WORDS: Readonly<Record<string, string>> = {
  'critical-low': 'kritiskt lågt',
  'critical-high': 'kritiskt högt',
  critical: 'kritiskt',
};

export function attentionOf(chart: Chart): readonly AttentionFact[] {
  return [...criticalValues(chart), ...highScore(chart), ...unknownDoses(chart)].slice(0, FACTS_MAX);
}

function criticalValues(chart: Chart): readonly AttentionFact[] {
  const view = chart.blocks.find(({ name }) => name === 'results')?.view;
  if (view?.kind !== 'results') return [];
  return view.table.rows
    .flatMap(({ latest }) => {
      const words = CRITICAL_WORDS[latest.interpretation ?? ''];
      return words === undefined ? [] : [{ latest, words }];
    })
    .sort((a, b) => b.latest.time.ms - a.latest.time.ms)
    .map(({ latest, words }) => ({
      block: 'results',
      tone: 'danger',
      icon: 'critical',
      what: `${latest.name} ${withUnit(latest)}`,
      // What the value must not be trusted for stands with it here too.
      words: [atTime(`${words}, taget`, latest.time), ...latest.remarks].join(', '),
    }));
}

/** Five or more, a single three, or two more than the score before. */
function highScore(chart: Chart): readonly AttentionFact[] {
  const view = chart.blocks.find(({ name }) => name === 'vitals')?.view;
  if (view?.kind !== 'vitals' || view.news2.kind !== 'score') return [];
  const { total, level } = view.news2.score;
  const known = view.scores.filter((score) => score !== null);
  const before = known.at(-2);
  const hasRisen = before !== undefined && total - before >= 2;
  if (total < 5 && level !== 'single-three' && !hasRisen) return [];
  const from = before === undefined || before === total ? '' : `från ${before}, `;
  return [
    {
      block: 'vitals',
      tone: level === 'high' ? 'danger' : 'warn',
      icon: 'up',
      what: `NEWS2 ${total}`,
      words: `${from}${view.news2.time.text}`,
    },
  ];
}

/** Only where they are fed: where they never were, the block says so and nothing has happened just now. */
function unknownDoses(chart: Chart): readonly AttentionFact[] {
  const block = chart.blocks.find(({ name }) => name === 'medication');
  const part = block?.parts.find((one) => one.part === 'doses-given');
  if (block?.view?.kind !== 'medication' || block.view.dosesWords === null || part === undefined) return [];
  if (part.state.state === 'not-fed' || isTrusted(part.state.state)) return [];
  const [what = '', ...rest] = block.view.dosesWords.split('. ');
  return [{ block: 'medication', tone: 'doubt', icon: 'unsure', what, words: rest[0] ?? 'kontrollera innan du ger' }];
}
