// A thread that reads and answers one question after another, with a connection of its own: a search, or a whole chart for a
// machine, never keeps the thread waiting that shows charts to people.

import { parentPort, workerData } from 'node:worker_threads';
import type { Database } from 'better-sqlite3-multiple-ciphers';
import { CopyReader } from '../../copy/read/copy-reader.ts';
import { notBefore } from '../../domain/age.ts';
import { Failure } from '../../domain/failures.ts';
import { unreachable } from '../../domain/unreachable.ts';
import type { FacadeAnswers } from '../../server/fhir/answers.ts';
import { SystemClock } from '../clock.ts';
import { patientHandles } from '../files/keys.ts';
import { isDamage, openDatabase } from '../files/open-database.ts';
import type {
  FromReading,
  ReadingAnswers,
  ReadingQuestion,
  ReadingThreadSettings,
  ToReading,
} from './reading-messages.ts';

/** Pages kept in memory: the beginnings of common names, and those who are here. */
const CACHE_KIB = 8 * 1024;

const settings = workerData as ReadingThreadSettings;
const clock = new SystemClock(settings.boot);
let db: Database | null = null;
let reader: CopyReader | null = null;
let facade: FacadeAnswers | null = null;

function opened(): CopyReader {
  if (reader !== null) return reader;
  try {
    const key = Buffer.from(settings.copyKey);
    db = openDatabase({ file: settings.copyFile, key, role: 'copy', readonly: true });
    db.pragma(`cache_size=-${CACHE_KIB}`);
    reader = new CopyReader({ db, units: settings.units });
    return reader;
  } catch (error) {
    close();
    throw new Failure('copy.starting', null, { cause: error });
  }
}

const surelyNow = () => notBefore(clock.now(), opened().heard());

function close(): void {
  reader = null;
  db?.close();
  db = null;
}

async function answer(question: ReadingQuestion): Promise<ReadingAnswers[ReadingQuestion['ask']]> {
  switch (question.ask) {
    case 'search':
      return opened().search(question.text, question.options);
    case 'units':
      return opened().units(question.asOf === undefined ? {} : { asOf: question.asOf });
    case 'unit-list': {
      const { readUnitList } = await import('./unit-list.ts');
      const { units, names } = settings;
      const { unit, asOf, withheld, marks } = question;
      return readUnitList(unit, asOf, { reader: opened(), units, names, now: surelyNow(), withheld, marks });
    }
    case 'unit-copy': {
      const { readUnitCopy } = await import('./unit-copy.ts');
      const { units, names, station } = settings;
      const { withheld, marks } = question;
      const now = surelyNow();
      return readUnitCopy(question, { reader: opened(), units, names, station, now, withheld, marks });
    }
    case 'unit-print': {
      const { readUnitPrint } = await import('../printing/unit-print.ts');
      const { units, names } = settings;
      const { marks } = question;
      return readUnitPrint(question.question, { reader: opened(), units, names, now: surelyNow(), marks });
    }
    case 'facade':
      facade ??= await facadeAnswers();
      return JSON.stringify(facade.answer(question.question, question.marks));
    default:
      return unreachable(question);
  }
}

/** Loaded when first asked for: a thread that only searches needs none of it. */
async function facadeAnswers(): Promise<FacadeAnswers> {
  const [answers, summaries, charts] = await Promise.all([
    import('../../server/fhir/answers.ts'),
    import('../../server/fhir/summary.ts'),
    import('../../domain/chart/compose.ts'),
  ]);
  return new answers.FacadeAnswers({
    reader: opened,
    handleOf: patientHandles(Buffer.from(settings.handleKey)),
    clock,
    summary: (copy, resources, profile) => {
      const chart = charts.composeChart(copy, surelyNow(), settings.names);
      return summaries.composeSummary({
        copy,
        resources,
        chart,
        at: new Date(clock.now().wallMs).toISOString(),
        profile,
      });
    },
  });
}

function refusal(error: unknown): FromReading {
  if (error instanceof Failure && !isDamage(error)) return { say: 'refused', code: error.code, detail: error.detail };
  // What is open may be what is wrong.
  close();
  return isDamage(error)
    ? { say: 'damaged' }
    : { say: 'fault', cause: error instanceof Error ? error.name : 'unknown' };
}

parentPort?.on('message', async (message: ToReading) => {
  if (message.say === 'reopen') {
    close();
    return;
  }
  const told = await answer(message.question).then(
    (is): FromReading => ({ say: 'answer', answer: is }),
    (error: unknown) => refusal(error),
  );
  parentPort?.postMessage(told);
  // A unit's charts, read to be printed, are some tens of megabytes that the engine would keep until it needs them.
  if (message.question.ask === 'unit-print') globalThis.gc?.();
});
