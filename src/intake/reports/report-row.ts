// A dropped list as one inbox row: a line of JSON with what is not in the file itself, then the file as it was. The text of
// PDF pages is read before the row is written and kept in it, so that a replay ties the same pages without a PDF reader.

import { asObject, listAt, textAt } from '../fhir/elements.ts';

export interface ReportHeader {
  /** What list it is, by the declared pattern: «Läkemedelslista». The file's name may hold a patient's and is not kept. */
  readonly kind: string;
  readonly unit: string | null;
  /** When the record system wrote the file. */
  readonly fileTimeMs: number;
  /** Pages of a PDF; empty for text, whose pages are read from the file. */
  readonly pdfPages: readonly PdfPage[];
}

export interface PdfPage {
  /** Its text, a line for each printed line; empty when none could be read (a scanned page). */
  readonly text: string;
  /** The page alone as a PDF, base64: nobody is shown another patient's page with their own. Empty where it does not fit. */
  readonly pdf: string;
}

const LINE_FEED = 0x0a;
const HEADER_START = '{"reservkraftReport":1,';

export function packReport(header: ReportHeader, file: Uint8Array): Uint8Array {
  const line = JSON.stringify({ reservkraftReport: 1, ...header });
  return Buffer.concat([Buffer.from(`${line}\n`), file]);
}

/** A file that came without header (sent by hand) is a list of unknown kind. */
export function unpackReport(raw: Uint8Array): { readonly header: ReportHeader; readonly file: Uint8Array } {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const unknown = { header: { kind: '', unit: null, fileTimeMs: Number.NaN, pdfPages: [] }, file: raw };
  if (bytes.subarray(0, HEADER_START.length).toString('latin1') !== HEADER_START) return unknown;
  const end = bytes.indexOf(LINE_FEED);
  if (end < 0) return unknown;
  try {
    const parsed = asObject(JSON.parse(bytes.subarray(0, end).toString()));
    const fileTime = parsed['fileTimeMs'];
    const pdfPages = listAt(parsed, 'pdfPages').map((page) => ({
      text: textAt(page, 'text'),
      pdf: textAt(page, 'pdf'),
    }));
    return {
      header: {
        kind: textAt(parsed, 'kind'),
        unit: textAt(parsed, 'unit') || null,
        fileTimeMs: typeof fileTime === 'number' ? fileTime : Number.NaN,
        pdfPages,
      },
      file: bytes.subarray(end + 1),
    };
  } catch {
    return unknown;
  }
}
