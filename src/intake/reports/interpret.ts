// A printed list as received to changes: each page that is surely one patient's becomes a document of that patient, shown as
// the page it is, with the time printed on it. Nothing on a page is ever read as a value.

import type { Extension, FhirResource } from 'fhir/r4';
import type { FeedAlarm, ResourceChange } from '../../domain/changes.ts';
import { EXTENSION } from '../../domain/extensions.ts';
import type { Identity } from '../../domain/identity.ts';
import { fhirSystemOf } from '../../domain/identity-domains.ts';
import type { Interpreter, Received } from '../../domain/received.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { limits } from '../../limits.ts';
import { decodeJson } from '../fhir/parse.ts';
import { localToUtc } from '../hl7v2/meaning/time-zone.ts';
import { unpackReport } from './report-row.ts';
import { type PageTie, printedSeries, tiePage } from './tie-page.ts';

const PDF = 'application/pdf';
const TEXT = 'text/plain; charset=utf-8';

interface ReportPage {
  readonly number: number;
  readonly text: string;
  /** Its text was read out of a PDF. */
  readonly isFromPdf: boolean;
  readonly contentType: 'application/pdf' | 'text/plain; charset=utf-8';
  /** Base64. */
  readonly data: string;
  readonly tie: PageTie;
  /** Print time on the page, else the file's, ms UTC. */
  readonly atMs: number;
}

export interface Report {
  readonly kind: string;
  readonly unit: string | null;
  readonly pages: readonly ReportPage[];
  readonly isGuessedCharset: boolean;
}

/** The pages of a report row: those tied to a patient and those that are only shown at the unit. */
export function readReport(received: Received, source: SourceDeclaration): Report {
  const { timeZone } = source.hl7;
  const series = printedSeries(source);
  const { header, file } = unpackReport(received.raw);
  const arrivalMs = received.arrival.wallMs;
  const fileTimeMs = Number.isNaN(header.fileTimeMs) ? arrivalMs : Math.min(header.fileTimeMs, arrivalMs);
  const isPdf = received.format === 'report-pdf';
  const decoded = isPdf ? { text: '', isGuessed: false } : decodeJson(file);
  const pages = isPdf ? header.pdfPages : decoded.text.split('\f').map((text) => ({ text, pdf: '' }));
  return {
    kind: header.kind || 'Rapport',
    unit: header.unit,
    isGuessedCharset: decoded.isGuessed,
    pages: pages
      .slice(0, limits.reportPagesMax)
      .map(
        (page, index): ReportPage => ({
          number: index + 1,
          text: page.text,
          isFromPdf: isPdf,
          contentType: page.pdf === '' ? TEXT : PDF,
          data: page.pdf === '' ? Buffer.from(page.text).toString('base64') : page.pdf,
          tie: tiePage(page.text, series),
          atMs: printTime(page.text, timeZone, arrivalMs) ?? fileTimeMs,
        }),
      )
      .filter((page) => isPdf || page.text.trim() !== ''),
  };
}

const PRINTED =
  /(?:utskri(?:ven|ft|fts\w*)|skapad|rapporttid|framtagen|printed)\D{0,20}(\d{4})-(\d{2})-(\d{2})[ T,]*(?:kl\.? ?)?(\d{2})[:.](\d{2})/i;

/** Null when the page has none, or one that cannot be: ahead of our clock, or a date that does not exist. */
function printTime(text: string, timeZone: string, arrivalMs: number): number | null {
  const match = PRINTED.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1).map(Number);
  const localMs = Date.UTC(year, month - 1, day, hour, minute);
  if (new Date(localMs).getUTCMonth() !== month - 1 || hour > 23 || minute > 59) return null;
  const { ms } = localToUtc(localMs, timeZone, arrivalMs);
  return ms <= arrivalMs + limits.futureEventToleratedMs ? ms : null;
}

export const interpretReport: Interpreter = (received, source) => {
  const report = readReport(received, source);
  const type = received.format === 'report-pdf' ? 'report/pdf' : 'report/text';
  const alarms: FeedAlarm[] = [];
  const untied = report.pages.filter(({ tie }) => !tie.tied);
  if (report.isGuessedCharset) alarms.push({ code: 'charset-mismatch', detail: 'a text list that is not UTF-8' });
  if (untied.length > 0) {
    alarms.push({ code: 'other', detail: `${untied.length} of ${report.pages.length} pages tied to no patient` });
  }
  const changes = documentsOf(report);
  return {
    outcome: changes.length > 0 ? 'understood' : 'unread',
    type,
    ...(changes.length > 0 ? {} : { reason: 'no page could be tied to one patient' }),
    eventAt: report.pages.length > 0 ? Math.max(...report.pages.map(({ atMs }) => atMs)) : received.arrival.wallMs,
    sequence: null,
    changes,
    subjects: [],
    alarms,
  };
};

type TiedPage = ReportPage & { readonly tie: PageTie & { readonly tied: true } };

/** One document a patient and kind of list: the next print of the list replaces all its pages at once. */
function documentsOf(report: Report): ResourceChange[] {
  const pagesOf = new Map<string, TiedPage[]>();
  for (const page of report.pages) {
    if (!page.tie.tied) continue;
    const { domain, id } = page.tie.identity;
    const key = `${domain}|${id}`;
    pagesOf.set(key, [...(pagesOf.get(key) ?? []), page as TiedPage]);
  }
  return [...pagesOf.values()].flatMap((pages): ResourceChange[] => {
    const [first] = pages;
    if (first === undefined) return [];
    const at = Math.min(...pages.map(({ atMs }) => atMs));
    return [
      {
        kind: 'resource',
        subject: first.tie.identity,
        part: 'reports',
        key: `DocumentReference/report/${report.unit ?? ''}/${report.kind}`,
        at,
        state: 'final',
        resource: documentOf(report, pages, first.tie.identity, at),
        mode: 'replace',
      },
    ];
  });
}

/** What the reader of one patient's pages must know: that the page counts and not its text, and that others went to nobody. */
function remarksOf({ pages: all }: Report, own: readonly TiedPage[]): { extension?: Extension[] } {
  const untied = all.filter(({ tie }) => !tie.tied).length;
  const remarks = [
    ...(own.some(({ isFromPdf, contentType }) => isFromPdf && contentType !== PDF)
      ? ['Originalsidan är för stor för kopian: här står bara dess text']
      : []),
    ...(own.some(({ isFromPdf }) => isFromPdf)
      ? ['Text ur en PDF: spalter och rader kan ha hamnat fel, jämför med originalet']
      : []),
    ...(untied === 0
      ? []
      : [`${untied} av ${all.length} sidor i utskriften kunde inte knytas till någon patient: mer kan finnas`]),
  ];
  return remarks.length === 0
    ? {}
    : { extension: remarks.map((valueString) => ({ url: EXTENSION.receptionRemark, valueString })) };
}

function documentOf(report: Report, pages: readonly TiedPage[], identity: Identity, at: number): FhirResource {
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    type: { text: report.kind },
    date: new Date(at).toISOString(),
    description: report.kind,
    ...remarksOf(report, pages),
    context: {
      // What the page itself says of whom it is about, so that a reader can compare it with the chart's own name.
      sourcePatientInfo: {
        identifier: { system: fhirSystemOf(identity.domain), value: identity.id },
        display: pages[0]?.tie.name ?? '',
      },
    },
    content: pages.flatMap((page) => {
      const about = { title: `${report.kind}, sida ${page.number}`, creation: new Date(page.atMs).toISOString() };
      const original = { attachment: { contentType: page.contentType, data: page.data, ...about } };
      if (page.contentType !== PDF) return [original];
      // The page's own words, for whoever can't open it where they stand.
      const words = { contentType: TEXT, data: Buffer.from(page.text).toString('base64'), ...about };
      return [original, { attachment: words }];
    }),
  };
}
