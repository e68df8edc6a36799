// A printer that answers (IPP, RFC 8011): asked first what it takes and whether it can print, then given the document, then followed
// until its pages are out.

import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../../domain/failures.ts';
import { limits } from '../../limits.ts';
import { askPrinter, type IppAnswer } from './ipp-message.ts';
import type { Outcome, PrintDocument, Printer } from './printer.ts';

export class IppPrinter implements Printer {
  readonly #address: URL;

  constructor(address: URL) {
    this.#address = address;
  }

  async print(document: PrintDocument, onProgress: (words: string) => void): Promise<Outcome> {
    const able = await this.#ready();
    const answer = await askPrinter(this.#address, {
      operation: 'Print-Job',
      attributes: { 'job-name': document.title, 'document-format': 'application/pdf' },
      job: {
        copies: document.copies,
        // What it does not know it would refuse the whole job for.
        ...(able.isTwoSided ? { sides: document.isTwoSided ? 'two-sided-long-edge' : 'one-sided' } : {}),
      },
      data: document.pdf,
      withinMs: limits.printerTakesMs,
    });
    refuseUnlessOk(answer);
    const id = answer.job['job-id'];
    return typeof id === 'number' ? this.#followed(id, answer, onProgress) : 'sent';
  }

  async #ready(): Promise<{ readonly isTwoSided: boolean }> {
    const answer = await this.#asked({
      operation: 'Get-Printer-Attributes',
      attributes: {
        'requested-attributes': [
          'printer-state',
          'printer-state-reasons',
          'printer-is-accepting-jobs',
          'document-format-supported',
          'sides-supported',
        ],
      },
    });
    refuseUnlessOk(answer);
    const { printer } = answer;
    if (printer['printer-is-accepting-jobs'] === false)
      throw new Failure('paper.printer-refused', reasonWords(printer['printer-state-reasons']) ?? 'tar inte emot');
    const formats = texts(printer['document-format-supported']);
    if (formats.length > 0 && !formats.includes('application/pdf'))
      throw new Failure('paper.printer-refused', 'skrivaren kan inte PDF; ange den som socket:// eller välj en annan');
    return { isTwoSided: texts(printer['sides-supported']).includes('two-sided-long-edge') };
  }

  /** A question that hands nothing over: an answer that never comes is a printer that is silent, never a print that is unclear. */
  async #asked(question: Pick<Parameters<typeof askPrinter>[1], 'operation' | 'attributes'>): Promise<IppAnswer> {
    try {
      return await askPrinter(this.#address, { ...question, withinMs: limits.printerAnswerMs });
    } catch (error) {
      if (error instanceof Failure && error.code === 'paper.print-unclear')
        throw new Failure('paper.printer-silent', this.#address.host, { cause: error });
      throw error;
    }
  }

  async #followed(id: number, first: IppAnswer, onProgress: (words: string) => void): Promise<Outcome> {
    const until = performance.now() + limits.printerFollowedMs;
    for (let { job } = first; ; ) {
      const state = job['job-state'];
      if (isState(state, 'completed', 9)) return 'printed';
      if (isState(state, 'aborted', 8) || isState(state, 'canceled', 7))
        throw new Failure('paper.print-unclear', reasonWords(job['job-state-reasons']) ?? 'skrivaren avbröt jobbet');
      const told = progressWords(job);
      if (told !== null) onProgress(told);
      if (performance.now() > until) return 'sent';
      await wait(limits.printerFollowEveryMs);
      try {
        ({ job } = await this.#asked({
          operation: 'Get-Job-Attributes',
          attributes: {
            'job-id': id,
            'requested-attributes': [
              'job-state',
              'job-state-reasons',
              'job-impressions-completed',
              'job-printer-state-reasons',
            ],
          },
        }));
      } catch {
        // It has the whole document; that it stops telling of it is no reason to print once more.
        return 'sent';
      }
    }
  }
}

const isState = (state: unknown, name: string, code: number): boolean => state === name || state === code;

function refuseUnlessOk({ statusCode, unsupported }: IppAnswer): void {
  if (statusCode.startsWith('successful')) return;
  const names = Object.keys(unsupported).filter((name) => name !== 'tag');
  throw new Failure('paper.printer-refused', [statusCode, ...names].join(', '));
}

const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^media-(empty|needed)/, 'papperet är slut'],
  [/^media-jam/, 'papper har fastnat'],
  [/^(toner|marker-supply)-empty/, 'tonern är slut'],
  [/^cover-open|^door-open|^interlock-open/, 'en lucka är öppen'],
  [/^paused|^stopped|^moving-to-paused/, 'skrivaren är stoppad'],
  [/^shutdown|^offline/, 'skrivaren är avstängd'],
];

function reasonWords(reasons: unknown): string | null {
  const told = texts(reasons).flatMap((reason) => REASONS.find(([form]) => form.test(reason))?.[1] ?? []);
  return told.length === 0 ? null : [...new Set(told)].join(', ');
}

function progressWords(job: IppAnswer['job']): string | null {
  const stopped = reasonWords(job['job-printer-state-reasons']);
  if (stopped !== null) return stopped;
  const pages = job['job-impressions-completed'];
  return typeof pages === 'number' && pages > 0 ? `${pages} ${pages === 1 ? 'sida' : 'sidor'} ute` : null;
}
