// How the station is: of the station itself when it runs, else what its disk tells.

import { Failure } from '../domain/failures.ts';
import { durationWords, timeWords } from '../domain/swedish-time.ts';
import { SystemClock } from '../station/clock.ts';
import { openForReading } from '../station/reading.ts';
import { readSettings } from '../station/settings.ts';
import { type SourceLine, type StationStatus, sourceLine } from '../station/status.ts';
import { surelyNow } from '../station/surely-now.ts';
import { columns } from './census-text.ts';
import type { Command } from './command.ts';
import { StationClient } from './station-client.ts';

const STATE_WORDS = {
  receiving: 'tar emot, kopian är i fas',
  behind: 'tar emot, kopian är på väg ikapp',
  refusing: 'kan inte ta emot nu; sändande system sparar det nya',
} as const;

export const status: Command = {
  name: 'status',
  summary: 'the station, its sources and since when each is silent',
  usage: '',
  help: `
Asks the running station; without one it reads the disk and says so. Ends with 0 when all is well, 1 when a source is silent,
held or something needs a person.`,
  flags: [],
  takesSettings: true,
  printsData: true,
  async run(context) {
    const settings = readSettings(context.flags, context.environment);
    try {
      const answer = (await new StationClient(settings).get('/api/status')) as StationStatus;
      context.out(context.isJson ? `${JSON.stringify(answer)}\n` : stationText(answer));
      return answer.state === 'receiving' && answer.sources.every(isWell) && answer.notes.length === 0 ? 0 : 1;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'station.not-running') throw error;
    }
    const station = openForReading(settings);
    try {
      const sources = station.reader.sources();
      const now = surelyNow(new SystemClock().now(), sources);
      const lines = sources.map((source) => sourceLine(source, now, source.declaration.name, null));
      context.tell(
        'Stationen svarar inte. Det här är läst direkt från dess disk; journalkopiorna kan läsas (reservkraft unit, chart).\n',
      );
      context.out(
        context.isJson
          ? `${JSON.stringify({ state: 'not-running', sources: lines })}\n`
          : sourcesText(lines, now.wallMs),
      );
      return 1;
    } finally {
      station.close();
    }
  },
};

const isWell = ({ state, setAside }: SourceLine): boolean =>
  (state === 'fresh' || state === 'aging' || state === 'incomplete' || state === 'rebuilt' || state === 'undeclared') &&
  setAside === 0;

function stationText(station: StationStatus): string {
  const nowMs = Date.parse(station.at);
  const lines = [
    `${station.name}: ${STATE_WORDS[station.state]}. Startad ${timeWords(Date.parse(station.startedAt), nowMs)}.`,
    `Inkorgen ${station.inboxSequence}, kopian ${station.copySequence}, ${station.backlog} väntar på att föras in. Svarstid till sändare p99 ${station.answerMs.p99.toFixed(1)} ms.`,
  ];
  if (station.refusal !== null) lines.push(`Tar inte emot: ${station.refusal}`);
  if (station.applyFailure !== null) lines.push(`Kopian förs inte framåt: ${station.applyFailure}`);
  const latest = station.snapshots[0];
  lines.push(
    latest === undefined
      ? 'Ingen ögonblicksbild ännu (tas varje natt; nu: reservkraft snapshot).'
      : `Senaste ögonblicksbild ${timeWords(Date.parse(latest.takenAt), nowMs)}, ${station.snapshots.length} finns.`,
  );
  for (const note of station.notes)
    lines.push(`! ${timeWords(Date.parse(note.at), nowMs)} ${note.code}: ${note.detail}`);
  return `${lines.join('\n')}\n\n${sourcesText(station.sources, nowMs)}`;
}

function sourcesText(sources: readonly SourceLine[], nowMs: number): string {
  if (sources.length === 0)
    return 'Inga källor är angivna och inget har kommit. Ange dem i inställningsfilen (docs/settings.md).\n';
  return columns([
    ['Källa', 'Läge', 'Hördes senast', 'Mottagna', 'Upprepade', 'Undanlagda', 'Olästa', 'Hålls'],
    ...sources.map((source) => [
      source.name,
      source.words,
      source.lastHeardAt === null
        ? 'aldrig'
        : `${timeWords(Date.parse(source.lastHeardAt), nowMs)} (${durationWords(nowMs - Date.parse(source.lastHeardAt))})`,
      String(source.received),
      String(source.repeated),
      String(source.setAside),
      String(source.unread),
      source.heldParts.length === 0 ? 'nej' : `${source.heldParts.join(', ')} (${source.held} väntar)`,
    ]),
  ]);
}
