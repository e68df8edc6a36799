// FHIR files into the copy: bundles, single resources, NDJSON, also packed. Through the running station's inbox, like
// everything else, so that what was imported can be had back and replayed.

import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { FAILURES, Failure, type FailureCode } from '../domain/failures.ts';
import { limits } from '../limits.ts';
import type { Command } from './command.ts';
import { StationClient } from './station-client.ts';

const ENDINGS = ['.json', '.fhir', '.ndjson', '.json.gz', '.ndjson.gz'];

export const importFiles: Command = {
  name: 'import',
  summary: 'hand FHIR files (bundle, resource, NDJSON, also .gz) to a running station',
  usage: '<files|folders> --source <source>',
  help: `
Each bundle or resource becomes one message in the inbox, under the given source. Handing in the same file again is received
again and changes no chart. A line a file, then totals. With --full-load the source is said to send everything it has:
from the end of it the copy may say "none recorded" where nothing came, and what the source said before and not now is marked as
in doubt, so use it only when that is true.`,
  flags: [
    { flag: '--source', kind: 'value', help: 'whose data it is, as declared in the settings' },
    { flag: '--full-load', kind: 'switch', help: 'the source has hereby sent everything it has' },
  ],
  takesSettings: true,
  printsData: true,
  async run(context) {
    const source = context.flags.get('--source');
    if (source === undefined) throw new Failure('request.invalid', 'ange --source');
    if (context.words.length === 0) throw new Failure('request.invalid', 'ange filer eller mappar');
    const client = StationClient.of(context);
    const files = (await Promise.all(context.words.map(filesUnder))).flat();
    const totals = { files: 0, received: 0, repeated: 0, refused: 0 };
    const load = context.flags.has('--full-load') ? randomUUID() : null;
    const by = userInfo().username;
    if (load !== null) await client.post('/api/full-load', { source, load, phase: 'begin', by });
    for (const file of files) {
      totals.files++;
      try {
        const count = await importFile(client, source, file);
        totals.received += count.received;
        totals.repeated += count.repeated;
        if (!context.isJson)
          context.out(`${basename(file)}: ${count.received} mottagna${repeatedWords(count.repeated)}\n`);
      } catch (error) {
        if (!(error instanceof Failure) || FROM_NO_STATION.has(error.code)) throw error;
        totals.refused++;
        context.tell(
          `${[`${basename(file)}:`, FAILURES[error.code].happened, error.detail ?? ''].join(' ').trimEnd()}\n`,
        );
      }
    }
    if (load !== null) await client.post('/api/full-load', { source, load, by, ...endOf(totals) });
    context.out(
      context.isJson
        ? `${JSON.stringify(totals)}\n`
        : `${totals.files} filer: ${totals.received} mottagna${repeatedWords(totals.repeated)}, ${totals.refused} avvisade\n`,
    );
    return totals.refused > 0 ? 1 : 0;
  },
};

/** The next file would be refused too. */
const FROM_NO_STATION: ReadonlySet<FailureCode> = new Set(['station.not-running', 'request.unauthorized']);

/** What was received before makes no new row: the copy then can't tell what this load left out, and doubts nothing. */
const endOf = ({ repeated, refused }: { repeated: number; refused: number }): object =>
  refused > 0 ? { phase: 'given-up' } : { phase: 'end', isPartial: repeated > 0 };

const repeatedWords = (count: number): string => (count === 0 ? '' : `, ${count} fanns redan`);

async function filesUnder(path: string): Promise<string[]> {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new Failure('request.invalid', `${path} finns inte`);
  }
  if (!isFolder) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => ENDINGS.some((ending) => name.endsWith(ending)))
    .sort()
    .map((name) => join(path, name));
}

/** Another large import is let through first. */
async function whenFree<T>(handIn: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + limits.importWaitsMs; ; ) {
    try {
      return await handIn();
    } catch (error) {
      const isBusy = error instanceof Failure && error.code === 'intake.busy';
      if (!isBusy || performance.now() >= until) throw error;
      await setTimeout(limits.retryAfterMs);
    }
  }
}

async function importFile(
  client: StationClient,
  source: string,
  file: string,
): Promise<{ received: number; repeated: number }> {
  const totals = { received: 0, repeated: 0 };
  const hand = async (bytes: Uint8Array, contentType: string): Promise<void> => {
    const path = `/api/intake/${encodeURIComponent(source)}/fhir`;
    const answer = (await whenFree(() => client.postBytes(path, bytes, contentType))) as {
      received: { duplicate: boolean }[];
    };
    for (const { duplicate } of answer.received) duplicate ? totals.repeated++ : totals.received++;
  };
  if (/\.ndjson(\.gz)?$/.test(file)) {
    // A line at a time: a file of a whole region never has to fit in memory.
    const bytes = createReadStream(file);
    const lines = createInterface({
      input: file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes,
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    for await (const line of lines) if (line.trim() !== '') await hand(Buffer.from(line), 'application/fhir+json');
    return totals;
  }
  if (statSync(file).size > limits.fhirBodyBytesMax)
    throw new Failure('request.too-large', `${Math.ceil(statSync(file).size / 1e6)} MB`);
  await hand(await readFile(file), 'application/fhir+json');
  return totals;
}
