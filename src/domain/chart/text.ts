// The chart as Swedish text for a terminal: dense, calm, aligned; the age at the right of each block; two identifiers at the
// top of each screenful, so that no screen is ever read without knowing whose it is (design §5.6).

import { unreachable } from '../unreachable.ts';
import type { Block, Chart, ChartEntry, ChartPart } from './chart.ts';
import { joined } from './description.ts';
import { ANSWERED_WORDS } from './pending.ts';
import { between, bounded, hanging, harmless, lengthOf, wrap } from './text-layout.ts';
import { medicationLines, resultsLines, vitalsLines } from './text-tables.ts';

const WIDTH_MIN = 60;
const WIDTH_MAX = 160;

export interface ChartTextOptions {
  /** Lines of one screenful; the identifiers are repeated at the top of each. 0: once. */
  readonly screenLines?: number;
}

export function renderChartText(chart: Chart, width: number, options: ChartTextOptions = {}): string {
  const columns = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, Math.floor(width)));
  const body = [...bannerLines(chart, columns), ...chart.blocks.flatMap((block) => blockLines(block, columns))];
  return `${withIdentifiers(body.map(harmless), chart, columns, options.screenLines ?? 0).join('\n')}\n`;
}

const identityLine = (chart: Chart): string => harmless(joined(...chart.banner.identifiers));

function withIdentifiers(
  lines: readonly string[],
  chart: Chart,
  width: number,
  screenLines: number,
): readonly string[] {
  if (screenLines < 8 || lines.length <= screenLines) return lines;
  const [first, rest] = [lines.slice(0, screenLines), lines.slice(screenLines)];
  const head = between(identityLine(chart), harmless(chart.banner.copyFrom), width);
  const perScreen = screenLines - head.length;
  const screens: string[] = [...first];
  for (let at = 0; at < rest.length; at += perScreen) screens.push(...head, ...rest.slice(at, at + perScreen));
  return screens;
}

function bannerLines(chart: Chart, width: number): readonly string[] {
  const { banner } = chart;
  return [
    '═'.repeat(width),
    ...between(joined(banner.name, banner.number, `${banner.age}, ${banner.sex}`), banner.copyFrom, width),
    ...between(joined(banner.stayWords, banner.responsible), joined(banner.unitName, banner.bed), width),
    ...banner.chips.flatMap((chip) => hanging(TONE[chip.tone], chip.words, 2, width)),
    ...banner.remarks.flatMap((remark) => hanging('!', remark, 2, width)),
    ...(chart.asOfWords === null ? [] : wrap(chart.asOfWords, width)),
    ...(chart.clockIsUnsure ? wrap('Klockan osäker: åldrar kan vara större än de står.', width) : []),
    '─'.repeat(width),
    ...hanging(
      'Källor',
      chart.sources.map(({ name, short }) => `${name} ${short}`).join(' · ') || 'inga källor matar den här kopian',
      8,
      width,
    ),
    ...wrap(chart.missing.words, width),
    // Unread types are counted in the line above and stand in the last block.
    ...chart.notices
      .filter(({ kind }) => kind !== 'unread-message')
      .flatMap((notice) => hanging('!', notice.words, 2, width)),
    '═'.repeat(width),
  ];
}

const TONE = { danger: '▲', strong: '■', plain: '·', doubt: '?' } as const;

function blockLines(block: Block, width: number): readonly string[] {
  return [...between(`▌ ${block.title}`, block.short, width), ...contentLines(block, width), ''];
}

function contentLines(block: Block, width: number): readonly string[] {
  switch (block.view?.kind) {
    case 'medication':
      return medicationLines(block, block.view, width);
    case 'vitals':
      return vitalsLines(block, block.view, width);
    case 'results':
      return resultsLines(block, block.view, width);
    case undefined:
      return block.parts.flatMap((part) => partLines(part, block.parts.length > 1, width));
    default:
      return unreachable(block.view);
  }
}

function partLines(part: ChartPart, isNamed: boolean, width: number): readonly string[] {
  const head = isNamed
    ? between(`  ${part.title}`, part.content.kind === 'entries' ? part.state.short : '', width)
    : [];
  const remarks = part.remarks.flatMap((remark) => hanging('  !', remark, 4, width));
  if (part.content.kind === 'empty')
    return [...head, ...remarks, ...hanging('', part.content.words, isNamed ? 4 : 2, width)];
  const isAnswered = (entry: ChartEntry): boolean => part.part === 'orders' && entry.remarks.includes(ANSWERED_WORDS);
  return [
    ...head,
    ...remarks,
    ...part.entries.filter((entry) => !isAnswered(entry)).flatMap((entry) => entryLines(entry, width)),
    ...answeredLines(part.entries.filter(isAnswered), width),
  ];
}

/** Orders whose answers stand above, told together: what is left to wait for is not hidden among them. */
function answeredLines(answered: readonly ChartEntry[], width: number): readonly string[] {
  if (answered.length === 0) return [];
  const byTime = Map.groupBy(answered, ({ time, sourceName }) => `${time.text} (${sourceName})`);
  const told = [...byTime].map(([at, entries]) => `${entries.map(({ title }) => title).join(', ')} ${at}`);
  return hanging('  Besvarade', told.join(' · '), INDENT, width);
}

const INDENT = 16;

function entryLines(entry: ChartEntry, width: number): readonly string[] {
  const remarks = [
    ...entry.remarks,
    ...(entry.receivedUnder === null ? [] : [`mottaget under ${entry.receivedUnder}`]),
  ];
  const words = joined(
    `${entry.isDanger ? '▲ ' : ''}${entry.title}`,
    entry.text,
    entry.status,
    ...entry.details.map(({ label, text }) => `${label}: ${text}`),
    ...remarks,
    entry.sourceName,
  );
  // A time nobody gave is a sentence: it stands above, and pushes nothing aside.
  const indent = entry.time.notOwn === undefined ? Math.max(INDENT, lengthOf(entry.time.text) + 4) : INDENT;
  return hanging(`  ${entry.time.text}`, bounded(words), indent, width);
}
