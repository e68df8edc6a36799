// What came in and did not simply become part of the charts: for the technician who is asked why something is missing.

import { Failure } from '../domain/failures.ts';
import { requireSource } from '../domain/known-names.ts';
import { alarmWords, reasonWords } from '../domain/reason-words.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { openForReading } from '../station/reading/reading.ts';
import { readSettings } from '../station/settings/settings.ts';
import { columns, harmless } from './census-text.ts';
import type { Command } from './command.ts';
import { reportRead } from './report-read.ts';

const OUTCOME_WORDS = {
  applied: 'införd, med larm',
  unread: 'oläst typ',
  'set-aside': 'undanlagd',
  held: 'hålls',
  waiting: 'väntar',
  'left-out': 'utelämnad',
} as const;
const SHOWN = 50;

function sequence(flag: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Failure('request.invalid', `${flag}: ange ett nummer ur listan (reservkraft messages)`);
}

export const messages: Command = {
  name: 'messages',
  summary: 'messages that were set aside, not read, held or waiting; the bytes of one',
  usage: '[--set-aside] [--source …] [--before <seq>] | --raw <seq>',
  takesNoWords: true,
  help: `
Newest first, with the reason; --json gives it as the program says it, for whoever answers for the source. --raw writes one message exactly as it was received to standard output: it holds patient data,
so mind where it goes. What was set aside makes its source incomplete in the charts until it is gone through ("reservkraft settle"). Reads the disk, so it works with or without a running station.`,
  flags: [
    { flag: '--set-aside', kind: 'switch', help: 'only what could not be understood or applied' },
    { flag: '--source', kind: 'value', help: 'only this source' },
    { flag: '--before', kind: 'value', help: 'older than this sequence number (the next page)' },
    { flag: '--raw', kind: 'value', help: 'the bytes of the message with this sequence number' },
  ],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const station = openForReading(readSettings(context.flags, context.environment));
    try {
      const raw = context.flags.get('--raw');
      if (raw !== undefined) {
        const bytes = station.inbox().raw(sequence('--raw', raw));
        if (bytes === undefined) throw new Failure('request.invalid', 'det numret finns inte (längre) i inkorgen');
        process.stdout.write(bytes);
        await reportRead(context, { kind: 'message.read', what: `inkorgens nummer ${raw}` });
        return 0;
      }
      const before = context.flags.get('--before');
      const asked = context.flags.get('--source');
      const source =
        asked === undefined
          ? undefined
          : requireSource(
              asked,
              station.reader.sources().map((known) => known.source),
            );
      const rows = station.reader.outcomes({
        limit: SHOWN,
        ...(context.flags.has('--set-aside') ? { outcome: 'set-aside' as const } : {}),
        ...(before === undefined ? {} : { before: sequence('--before', before) }),
        ...(source === undefined ? {} : { source }),
      });
      await reportRead(context, { kind: 'messages.read' });
      if (context.isJson) {
        context.out(`${JSON.stringify(rows)}\n`);
        return 0;
      }
      if (rows.length === 0) {
        context.out('Inga sådana meddelanden.\n');
        return 0;
      }
      const nowMs = Date.now();
      context.out(
        columns([
          ['Nummer', 'Mottaget', 'Källa', 'Typ', 'Utfall', 'Skäl'],
          ...rows.map((row) =>
            [
              String(row.seq),
              timeWords(row.receivedAt, nowMs),
              row.source,
              row.type ?? 'okänd',
              row.isSettled ? 'undanlagd, genomgången' : OUTCOME_WORDS[row.outcome],
              [reasonWords(row.reason ?? ''), ...row.alarms.map(alarmWords)].filter((text) => text !== '').join('; ') ||
                'inget angivet',
            ].map(harmless),
          ),
        ]),
      );
      if (rows.length === SHOWN) context.tell(`Fler: reservkraft messages --before ${rows.at(-1)?.seq}\n`);
      return 0;
    } finally {
      station.close();
    }
  },
};
