// What the station's operator does about access besides accounts: emergency openings gone through, sealed codes, patients' blocks.

import { Failure } from '../domain/failures.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { type EmergencyOpening, emergencyOpenings } from '../ledger/emergency-openings.ts';
import { openLedgerForReading } from '../station/ledger/reading-ledger.ts';
import { readSettings } from '../station/settings/settings.ts';
import { checkFolder, codesToFiles } from './access-codes.ts';
import { columns, harmless } from './census-text.ts';
import type { Command, CommandContext } from './command.ts';
import { BY, decidedBy } from './decided-by.ts';
import { readPatients, readRange } from './ledger-filter.ts';
import { reportRead } from './report-read.ts';
import { StationClient } from './station-client.ts';

export const access: Command = {
  name: 'access',
  summary: 'emergency openings to review, sealed emergency codes, patients’ blocks',
  usage: 'reviews | reviewed <entry> --finding … | codes <unit> | block <unit> | unblock <unit>',
  help: `
reviews: every emergency opening, and every active choice of a person with protected identity, that nobody has gone through yet, oldest first:
who, when, of whom, why. --all: also those gone through.
reviewed: says that one has been gone through, and what was found.
codes: makes a new set of sealed codes for a unit, shown once; the unit's unused older ones are void. With --out each half is a PDF of its own
(koder-A.pdf, koder-B.pdf), else it is shown to be copied: one envelope each, and two people open them.
block, unblock: the patient has had the unit's data blocked for other units, or has taken it back. The number is asked for, or read from
standard input with --patient -.`,
  flags: [
    { flag: '--all', kind: 'switch', help: 'reviews: also those gone through' },
    { flag: '--from', kind: 'value', help: 'reviews: done at or after: 06:00, "2026-11-22 06:00" or 2026-11-22' },
    { flag: '--to', kind: 'value', help: 'reviews: done before (a day: to its end)' },
    { flag: '--finding', kind: 'value', help: 'reviewed: what was found' },
    { flag: '--out', kind: 'value', help: 'codes: the folder for koder-A.pdf and koder-B.pdf' },
    { flag: '--count', kind: 'value', help: 'codes: how many (10)' },
    { flag: '--patient', kind: 'value', help: 'block, unblock: "ask", or "-" to read the number from standard input' },
    BY,
  ],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const [what, given, extra] = context.words;
    if (extra !== undefined) throw new Failure('request.invalid', 'för många ord (reservkraft access --help)');
    if (what === 'reviews' && given === undefined) return showReviews(context);
    if (given !== undefined) {
      if (what === 'reviewed') return review(context, given);
      if (what === 'codes') return makeCodes(context, given);
      if (what === 'block' || what === 'unblock') return changeBlock(context, what, given);
    }
    throw new Failure(
      'request.invalid',
      'ange reviews, reviewed, codes, block eller unblock (reservkraft access --help)',
    );
  },
};

async function showReviews(context: CommandContext): Promise<number> {
  const kept = openLedgerForReading(readSettings(context.flags, context.environment));
  let openings: EmergencyOpening[];
  try {
    openings = emergencyOpenings(kept.reader, readRange(context, Date.now()));
  } finally {
    kept.close();
  }
  const shown = context.flags.has('--all') ? openings : openings.filter(({ review }) => review === null);
  await reportRead(context, { kind: 'ledger.read' });
  if (context.isJson) {
    context.out(`${JSON.stringify(shown)}\n`);
    return 0;
  }
  if (shown.length === 0) {
    context.out(openings.length === 0 ? 'Inga nödöppningar.\n' : 'Alla nödöppningar är granskade.\n');
    return 0;
  }
  const rows = shown.map(({ entry, what, at, author, name, unit, patient, reason, consent, review }) =>
    [
      timeWords(at, Date.now()),
      `${name} (${author})`,
      unit ?? '–',
      patient ?? '–',
      what === 'emergency' ? `${reason} (${consent})` : `Aktivt val, skyddad identitet: ${reason}`,
      review === null ? 'ej granskad' : `${review.finding} (${review.by})`,
      entry,
    ].map(harmless),
  );
  context.out(columns([['När', 'Vem', 'Enhet', 'Patient', 'Skäl', 'Granskning', 'Post'], ...rows]));
  return shown.some(({ review }) => review === null) ? 1 : 0;
}

async function review(context: CommandContext, entry: string): Promise<number> {
  const finding = context.flags.get('--finding');
  if (finding === undefined) throw new Failure('request.invalid', 'skriv vad granskningen visade: --finding "…"');
  const answer = await StationClient.of(context).post('/api/reviews', { entry, finding, by: decidedBy(context) });
  context.out(context.isJson ? `${JSON.stringify(answer)}\n` : 'Nödöppningen är granskad.\n');
  return 0;
}

interface Sheet {
  readonly set: number;
  readonly voided: readonly string[];
  readonly codes: readonly {
    readonly number: string;
    readonly halfA: readonly string[];
    readonly halfB: readonly string[];
  }[];
}

async function makeCodes(context: CommandContext, unit: string): Promise<number> {
  checkFolder(context);
  const count = Number(context.flags.get('--count') ?? '10');
  const answer = (await StationClient.of(context).post('/api/emergency-codes', {
    unit,
    count: Number.isInteger(count) ? count : 0,
    by: decidedBy(context),
  })) as Sheet;
  const folder = context.flags.get('--out');
  if (folder !== undefined) await codesToFiles(context, folder, { ...answer, unit });
  if (context.isJson) {
    context.out(`${JSON.stringify(answer)}\n`);
    return 0;
  }
  if (folder !== undefined) return 0;
  const half = (which: 'halfA' | 'halfB'): string =>
    answer.codes.map((code) => `  ${code.number.padEnd(16)}${code[which].join(' ')}`).join('\n');
  context.out(`Visas bara nu. Lägg halvorna i var sitt kuvert.

Kuvert A, ${unit}, omgång ${answer.set}:
${half('halfA')}

Kuvert B, ${unit}, omgång ${answer.set}:
${half('halfB')}
`);
  if (answer.voided.length > 0) context.out(`\nGäller inte längre: ${answer.voided.join(', ')}\n`);
  return 0;
}

async function changeBlock(context: CommandContext, what: 'block' | 'unblock', unit: string): Promise<number> {
  const settings = readSettings(context.flags, context.environment);
  const flags = new Map(context.flags).set('--patient', context.flags.get('--patient') ?? 'ask');
  const kept = openLedgerForReading(settings);
  let patients: readonly string[] | undefined;
  try {
    patients = await readPatients({ ...context, flags }, settings, kept);
  } finally {
    kept.close();
  }
  const [patient] = patients ?? [];
  const path = what === 'block' ? '/api/blocks' : '/api/blocks/lift';
  const answer = await StationClient.of(context).post(path, { patient, unit, by: decidedBy(context) });
  const words = what === 'block' ? 'är spärrade för andra enheter' : 'är inte längre spärrade';
  context.out(context.isJson ? `${JSON.stringify(answer)}\n` : `Uppgifterna från ${unit} ${words}.\n`);
  return 0;
}
