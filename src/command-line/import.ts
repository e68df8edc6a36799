// FHIR files into the copy: bundles, single resources, NDJSON, also packed. Through the running station's inbox, like
// everything else, so that what was imported can be had back and replayed.

import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FAILURES, Failure, type FailureCode } from '../domain/failures.ts';
import { reasonWords } from '../domain/reason-words.ts';
import { limits } from '../limits.ts';
import { harmless } from './census-text.ts';
import type { Command, CommandContext } from './command.ts';
import { bodiesOf } from './import-lines.ts';
import { HandedIn, type ImportOutcome, outcomeOf } from './import-outcome.ts';
import { StationClient } from './station-client.ts';

const ENDINGS = ['.json', '.fhir', '.ndjson', '.json.gz', '.ndjson.gz'];
/** Of what was set aside so many are told one by one; a whole file of another kind is thousands. */
const SET_ASIDE_TOLD = 20;

interface Totals {
  files: number;
  received: number;
  repeated: number;
  refused: number;
}

export const importFiles: Command = {
  name: 'import',
  summary: 'hand FHIR files (bundle, resource, NDJSON, also .gz) to a running station',
  usage: '<files|folders> --source <source>',
  help: `
Each bundle or resource becomes one message in the inbox, under the given source. Handing in the same file again is received
again and changes no chart. A line a file, then what the copy could not read, and totals: ends with 1 when anything was refused or
set aside. With --full-load the source is said to send everything it has:
from the end of it the copy may say "none recorded" where nothing came, and what the source said before and not now is marked as
in doubt, so use it only when that is true.`,
  flags: [
    { flag: '--source', kind: 'value', help: 'whose data it is, as declared in the settings' },
    { flag: '--full-load', kind: 'switch', help: 'the source has hereby sent everything it has' },
  ],
  settings: 'station',
  printsData: true,
  async run(context) {
    const source = context.flags.get('--source');
    if (source === undefined) throw new Failure('request.invalid', 'ange --source');
    if (context.words.length === 0) throw new Failure('request.invalid', 'ange filer eller mappar');
    const client = StationClient.of(context);
    const files = (await Promise.all(context.words.map(filesUnder))).flat();
    const totals: Totals = { files: 0, received: 0, repeated: 0, refused: 0 };
    const handed = new HandedIn();
    const load = context.flags.has('--full-load') ? randomUUID() : null;
    const by = userInfo().username;
    if (load !== null) await client.post('/api/full-load', { source, load, phase: 'begin', by });
    for (const file of files) {
      totals.files++;
      const count = { received: 0, repeated: 0 };
      let refusal: Failure | null = null;
      try {
        for await (const body of bodies(file))
          for (const { seq, duplicate } of await handIn(client, source, body)) {
            handed.add(basename(file), seq);
            duplicate ? count.repeated++ : count.received++;
          }
      } catch (error) {
        if (!(error instanceof Failure) || FROM_NO_STATION.has(error.code)) throw error;
        refusal = error;
        totals.refused++;
      }
      totals.received += count.received;
      totals.repeated += count.repeated;
      // A file refused half-way has been received as far as that.
      if (!context.isJson && (refusal === null || count.received > 0))
        context.out(`${basename(file)}: ${count.received} mottagna${repeatedWords(count.repeated)}\n`);
      if (refusal !== null) context.tell(`${basename(file)}: ${refusalWords(refusal)}\n`);
    }
    if (load !== null) await client.post('/api/full-load', { source, load, by, ...endOf(totals) });
    const onSlow = (): void => context.tell('Väntar på att det mottagna förs in i kopian …\n');
    const outcome = await outcomeOf(client, handed, { source, onSlow });
    if (context.isJson) context.out(`${JSON.stringify({ ...totals, ...outcome })}\n`);
    else tellOutcome(context, source, totals, outcome);
    return totals.refused > 0 || outcome.setAside.length > 0 || outcome.notYet > 0 ? 1 : 0;
  },
};

function tellOutcome({ out, tell }: CommandContext, source: string, totals: Totals, outcome: ImportOutcome): void {
  const { setAside, notYet, isHeld } = outcome;
  for (const { file, seq, reason } of setAside.slice(0, SET_ASIDE_TOLD))
    out(`${harmless(`${file}: nummer ${seq} undanlagt: ${reasonWords(reason ?? '') || 'inget skäl angivet'}`)}\n`);
  if (setAside.length > SET_ASIDE_TOLD)
    out(`… och ${setAside.length - SET_ASIDE_TOLD} till: reservkraft messages --set-aside --source ${source}\n`);
  const aside = setAside.length === 0 ? '' : `, ${setAside.length} undanlagda`;
  const waiting = notYet === 0 ? '' : `, ${notYet} inte införda än`;
  out(
    `${totals.files} filer: ${totals.received} mottagna${repeatedWords(totals.repeated)}${aside}${waiting}, ${totals.refused} avvisade\n`,
  );
  if (setAside.length > 0)
    tell(
      'Det undanlagda finns kvar som det kom, men står inte i någon journalkopia. Rätta det och lämna in det igen, eller\n' +
        `säg att det är genomgånget: reservkraft settle ${source} --up-to ${setAside.at(-1)?.seq} --reason …\n`,
    );
  if (notYet > 0)
    tell('Det som inte är infört är sparat och förs in; reservkraft status säger hur långt det har kommit.\n');
  if (isHeld)
    tell(`Källan ${source} hålls: det mottagna visas inte förrän den släpps (reservkraft release ${source}).\n`);
}

const refusalWords = ({ code, detail }: Failure): string => `${FAILURES[code].happened} ${detail ?? ''}`.trimEnd();

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

async function handIn(
  client: StationClient,
  source: string,
  body: Uint8Array,
): Promise<readonly { readonly seq: number; readonly duplicate: boolean }[]> {
  const path = `/api/intake/${encodeURIComponent(source)}/fhir`;
  const answer = await whenFree(() => client.postBytes(path, body, 'application/fhir+json'));
  return (answer as { received: { seq: number; duplicate: boolean }[] }).received;
}

async function* bodies(file: string): AsyncGenerator<Uint8Array> {
  if (/\.ndjson(\.gz)?$/.test(file)) {
    yield* bodiesOf(file);
    return;
  }
  const { size } = statSync(file);
  if (size > limits.fhirBodyBytesMax) throw new Failure('request.too-large', `${Math.ceil(size / 1e6)} MB`);
  yield await readFile(file);
}
