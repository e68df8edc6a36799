// The head, chips and foot of a sheet about one patient: the same on each of its pages (design §5.6, §5.26).

import type { BannerChip, Chart } from '../../domain/chart/chart.ts';
import { durationWords } from '../../domain/swedish-time.ts';
import { datedTime, nearTime, type Printing, printDay } from '../printing.ts';
import { WORDS } from '../words.ts';
import { barcodeOf, type Icon, type Sheet, type SheetChip, type SheetHead } from './sheet.ts';

export function chartHead({ banner }: Chart): SheetHead {
  const code = barcodeOf(banner.barcode, banner.number);
  const [, , birthDate = '', ...others] = banner.identifiers;
  // A national number tells the birth date itself.
  const more = banner.numberSeries === NATIONAL ? others : [birthDate, ...others];
  return {
    name: banner.name,
    number: numberParts(banner.number),
    sub: `${banner.age}, ${banner.sex}`,
    place: [banner.unitName, bedWords(banner.bed)].join(', '),
    also: [...more, banner.stayWords].filter((words) => words !== '').join(' · '),
    code,
    codeText: code === null ? (banner.barcode === '' ? WORDS.noNumber : WORDS.noCode) : code.shown,
  };
}

const NATIONAL = 'Personnummer';

/** *säng 4:4*, but *korridor* as it is. */
const bedWords = (bed: string): string => (/^[\d:]+$/.test(bed) ? `säng ${bed}` : bed);

/** `19420608-9205` → the last four bold; other series stand as they are. */
export function numberParts(number: string): { lead: string; tail: string } {
  const match = /^(\d{8}-)(\w{4})(.*)$/.exec(number);
  if (match === null) return { lead: number, tail: '' };
  const [, lead = '', tail = '', rest = ''] = match;
  return rest === '' ? { lead, tail } : { lead: `${lead}${tail}${rest}`, tail: '' };
}

/** Ages of the sources, those alike together; the place to write; the print time; what is declared. */
export function barWords({ chart, printing }: ForChart): readonly string[] {
  const byAge = Map.groupBy(chart.sources, (source) => `${lowerFirst(source.short)}${sinceWords(source, printing)}`);
  return [
    ...(printing.watermark === null ? [] : [printing.watermark]),
    ...(printing.situation === null ? [] : [printing.situation]),
    ...[...byAge].map(([words, sources]) => `${sources.map(({ name }) => name).join(', ')} ${words}`),
    ...(chart.sources.length === 0 ? [chart.banner.copyFrom] : []),
    ...(chart.clockIsUnsure || printing.clockIsUnsure ? [WORDS.clockUnsure] : []),
    ...(chart.asOfWords === null ? [] : [chart.asOfWords]),
    WORDS.writeIn(printing.writeIn),
    WORDS.printed(datedTime(printing.at, printing)),
  ];
}

/** How old it was when it was printed, for whoever reads it later. */
function sinceWords({ proofMs, short }: Chart['sources'][number], printing: Printing): string {
  if (proofMs === null || printing.clockIsUnsure || printing.at - proofMs < 60_000 || short.endsWith(')')) return '';
  return ` (${durationWords(printing.at - proofMs)})`;
}

export const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

export interface ForChart {
  readonly chart: Chart;
  readonly printing: Printing;
}

const ICONS: Readonly<Record<BannerChip['kind'], Icon | null>> = {
  allergy: 'allergy',
  limit: 'nocpr',
  infection: 'iso',
  alert: 'unverified',
  'near-name': 'twins',
  protected: 'lock',
  blocked: 'lock',
  identity: 'unverified',
  'news2-scale': null,
};

export const chipsOf = ({ banner }: Chart): readonly SheetChip[] => [
  ...banner.chips.map(({ kind, tone, words }): SheetChip => ({ tone, words, icon: chipIcon(kind, tone) })),
  ...banner.remarks.map((words): SheetChip => ({ tone: 'strong', icon: 'unverified', words })),
];

const chipIcon = (kind: BannerChip['kind'], tone: BannerChip['tone']): Icon | null =>
  tone === 'doubt' ? 'ask' : tone === 'plain' && kind !== 'near-name' ? null : ICONS[kind];

type FootWords = Sheet['foot']['left'][number];

/** The foot of what is replaced by the next print. */
export function readingFoot(title: string, printing: Printing): Sheet['foot'] {
  const { version, replaces } = printing;
  return {
    left: [
      plain(version === null ? title : `${title} ${WORDS.version(version)}`),
      ...(replaces === null ? [] : [bold(WORDS.replaces(replaces.version, nearTime(replaces.at, printing)))]),
      plain(WORDS.untimed(printDay(printing))),
    ],
    right: WORDS.printedBy(printing.by),
    code: null,
  };
}

export const plain = (words: string): FootWords => ({ words, strong: false });
export const bold = (words: string): FootWords => ({ words, strong: true });

export const validUntil = (printing: Printing): string => WORDS.validUntil(nearTime(printing.validUntil, printing));
