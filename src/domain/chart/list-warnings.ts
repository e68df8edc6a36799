// What a unit's list says of one patient beside name and bed: allergy, limit of treatment, infection, NEWS2, given doses. Always
// all of them: a list where an empty cell means *none* for one and *nobody knows* for the next harms (design §5.4). What is
// unknown for the same reason is told together, so that a true warning is not lost among sentences.

import { isTrusted } from '../age.ts';
import { isInquiryRemark } from '../daily-check.ts';
import type { BannerChip, Chart, ChartPart } from './chart.ts';

interface Told {
  readonly label: string;
  readonly words: string;
  readonly isKnown: boolean;
}

export function listWarnings(chart: Chart): readonly string[] {
  const told = [
    chipsTold(chart, 'Allergi', 'allergy', 'allergies'),
    chipsTold(chart, 'Begränsning', 'limit', 'limits'),
    chipsTold(chart, 'Smitta', 'infection', 'infection'),
    vitalsTold(chart),
    ...dosesTold(chart),
  ];
  const unknown = Map.groupBy(
    told.filter(({ isKnown }) => !isKnown),
    ({ words }) => words,
  );
  const besides = chart.banner.chips.filter(
    ({ kind, tone }) => kind === 'blocked' || kind === 'near-name' || (kind === 'alert' && tone !== 'doubt'),
  );
  return [
    ...told.filter(({ isKnown }) => isKnown).map(({ label, words }) => (label === '' ? words : `${label}: ${words}`)),
    ...besides.map(({ words }) => words),
    ...chart.banner.remarks.filter(isInquiryRemark),
    ...[...unknown].map(
      ([words, group]) =>
        `${words}: ${group.map(({ label }) => (label === 'NEWS2' ? label : label.toLowerCase())).join(', ')}`,
    ),
  ];
}

const partOf = (chart: Chart, name: ChartPart['part']): ChartPart | undefined =>
  chart.blocks.flatMap(({ parts }) => parts).find((one) => one.part === name);
const NOT_FED = 'Ej i kopian';

function chipsTold(chart: Chart, label: string, kind: BannerChip['kind'], name: ChartPart['part']): Told {
  const part = partOf(chart, name);
  if (part === undefined) return { label, words: NOT_FED, isKnown: false };
  if (part.content.kind === 'entries') {
    const chips = chart.banner.chips.filter((chip) => chip.kind === kind && chip.tone !== 'doubt');
    const words = chips.map((chip) => (chip.tone === 'danger' ? `▲ ${chip.words}` : chip.words)).join('; ');
    const doubt = isTrusted(part.state.state) ? '' : ` (${lowerFirst(part.state.short)} – fråga)`;
    return { label, words: `${words || 'oklart – läs journalkopian'}${doubt}`, isKnown: true };
  }
  switch (part.content.reason) {
    case 'stated-none':
      return { label, words: name === 'allergies' ? 'inga kända' : 'ingen enligt källan', isKnown: true };
    case 'blocked':
      return { label, words: 'spärrade uppgifter finns', isKnown: true };
    case 'not-fed':
      return { label, words: NOT_FED, isKnown: false };
    case 'unknown':
      return { label, words: 'Okänt – fråga', isKnown: false };
    default:
      return { label, words: part.state.short, isKnown: false };
  }
}

function vitalsTold(chart: Chart): Told {
  const part = partOf(chart, 'vitals');
  const view = chart.blocks.find(({ name }) => name === 'vitals')?.view;
  if (part === undefined || part.state.state === 'not-fed') return { label: 'NEWS2', words: NOT_FED, isKnown: false };
  const words = view?.kind === 'vitals' ? view.news2.words : 'NEWS2 räknas inte';
  return {
    label: '',
    words: isTrusted(part.state.state) ? words : `${words} (${lowerFirst(part.state.short)})`,
    isKnown: true,
  };
}

/** Only when they are not known: a list says nothing of doses that are. */
function dosesTold(chart: Chart): readonly Told[] {
  const view = chart.blocks.find(({ name }) => name === 'medication')?.view;
  if (view?.kind !== 'medication' || view.dosesWords === null) return [];
  const isFed = partOf(chart, 'doses-given')?.state.state !== 'not-fed';
  return isFed
    ? [{ label: '', words: view.dosesWords, isKnown: true }]
    : [{ label: 'Givna doser', words: NOT_FED, isKnown: false }];
}

const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);
