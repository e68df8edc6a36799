// Stopping a suspect source without losing anything of it, and letting it go on (design §5.15).

import { userInfo } from 'node:os';
import { Failure } from '../domain/failures.ts';
import { requireWords } from '../domain/known-names.ts';
import type { Command, CommandContext } from './command.ts';
import { StationClient } from './station-client.ts';

const BY = {
  flag: '--by',
  kind: 'value',
  help: 'who decides this (default: the user signed in to the machine)',
} as const;
const decidedBy = (context: CommandContext): string => context.flags.get('--by') ?? userInfo().username;

export const hold: Command = {
  name: 'hold',
  summary: 'stop applying a suspect source; it is still received and acknowledged',
  usage: '<source> [--part …] [--unit …] --reason …',
  help: `
From now on nothing from the source changes the copy. Its messages are received, acknowledged and kept; every chart says that
the source is held and since when. Let it go on with "reservkraft release".`,
  flags: [
    { flag: '--part', kind: 'value', help: 'hold only this part, e.g. doses-given' },
    { flag: '--unit', kind: 'value', help: 'hold only what concerns this unit' },
    { flag: '--reason', kind: 'value', help: 'why; required, shown to those who read' },
    BY,
  ],
  takesSettings: true,
  printsData: true,
  async run(context) {
    const [source] = context.words;
    if (source === undefined || context.words.length > 1)
      throw new Failure('request.invalid', 'ange en källa: reservkraft hold <källa>');
    const reason = requireWords(
      context.flags.get('--reason') ?? '',
      'ange varför: --reason "…", det visas för dem som läser',
    );
    const part = context.flags.get('--part');
    const unit = context.flags.get('--unit');
    const scope = [part, unit].filter((given) => given !== undefined).join(', ');
    const answer = await StationClient.of(context).post('/api/hold', {
      source,
      by: decidedBy(context),
      reason,
      ...(part === undefined ? {} : { part }),
      ...(unit === undefined ? {} : { unit }),
    });
    context.out(
      context.isJson
        ? `${JSON.stringify(answer)}\n`
        : `Källan ${source} hålls${scope === '' ? '' : ` (${scope})`}. Släpp den med: reservkraft release ${source}\n`,
    );
    return 0;
  },
};

export const settle: Command = {
  name: 'settle',
  summary: 'say that what was set aside of a source has been gone through, so that charts do not doubt it any more',
  usage: '<source> --up-to <seq> --reason …',
  help: `
What was set aside makes its source incomplete in the charts, since nobody knows what it said. When somebody has looked at it
("reservkraft messages --set-aside --source …") and knows that nothing is missing, or has had it sent again, this takes the doubt
away up to that number. What is set aside later counts anew. --up-to 0 takes the word back.`,
  flags: [
    { flag: '--up-to', kind: 'value', help: 'the highest number gone through, as "reservkraft messages" shows it' },
    { flag: '--reason', kind: 'value', help: 'what was found; kept with the name' },
    BY,
  ],
  takesSettings: true,
  printsData: true,
  async run(context) {
    const [source] = context.words;
    const [upTo, reason] = [context.flags.get('--up-to') ?? '', context.flags.get('--reason') ?? ''];
    if (source === undefined || context.words.length > 1)
      throw new Failure('request.invalid', 'ange en källa: reservkraft settle <källa>');
    if (!/^\d{1,15}$/.test(upTo))
      throw new Failure('request.invalid', 'ange till och med vilket nummer: --up-to <nummer ur reservkraft messages>');
    if (reason.trim() === '') throw new Failure('request.invalid', 'ange vad som framkom: --reason …');
    const by = decidedBy(context);
    const answer = await StationClient.of(context).post('/api/settle', { source, upTo: Number(upTo), by, reason });
    const words =
      upTo === '0'
        ? `Undanlagda meddelanden från ${source} räknas åter, alla.`
        : `Undanlagda meddelanden från ${source} till och med nummer ${upTo} är genomgångna. Senare räknas på nytt.`;
    context.out(context.isJson ? `${JSON.stringify(answer)}\n` : `${words}\n`);
    return 0;
  },
};

export const release: Command = {
  name: 'release',
  summary: 'let a held source go on, in arrival order or leaving out what came meanwhile',
  usage: '<source> [--leave-out]',
  help: `
What was received while the source was held is applied in arrival order, in pieces between what other sources send; until
then the charts say that it is being let go. With --leave-out it is not: it stays in the inbox,
and the charts say that something is missing.`,
  flags: [{ flag: '--leave-out', kind: 'switch', help: 'do not apply what came meanwhile' }, BY],
  takesSettings: true,
  printsData: true,
  async run(context) {
    const [source] = context.words;
    if (source === undefined || context.words.length > 1)
      throw new Failure('request.invalid', 'ange en källa: reservkraft release <källa>');
    const how = context.flags.has('--leave-out') ? 'leave-out' : 'in-order';
    const answer = await StationClient.of(context).post('/api/release', { source, how, by: decidedBy(context) });
    const words =
      how === 'in-order'
        ? 'Det som kom under tiden förs in i ordning.'
        : 'Det som kom under tiden förs inte in, men finns kvar i inkorgen.';
    context.out(context.isJson ? `${JSON.stringify(answer)}\n` : `Källan ${source} är släppt. ${words}\n`);
    return 0;
  },
};
