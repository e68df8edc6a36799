// Stopping a suspect source without losing anything of it, letting it go on, and going through what it could not make itself
// understood with (design §5.15).

import { Failure } from '../domain/failures.ts';
import { requireWords } from '../domain/known-names.ts';
import type { Command, CommandContext } from './command.ts';
import { decision } from './decision.ts';

const scopeOf = ({ flags }: CommandContext): string => {
  const named = [flags.get('--part'), flags.get('--unit')].filter((given) => given !== undefined);
  return named.length === 0 ? '' : ` (${named.join(', ')})`;
};

export const hold: Command = decision({
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
  ],
  asked({ flags }) {
    const reason = requireWords(flags.get('--reason') ?? '', 'ange varför: --reason "…", det visas för dem som läser');
    const [part, unit] = [flags.get('--part'), flags.get('--unit')];
    return { reason, ...(part === undefined ? {} : { part }), ...(unit === undefined ? {} : { unit }) };
  },
  wanted: (source, context) => `Källan ${source} ska hållas${scopeOf(context)}`,
  done: (source, context) => `Källan ${source} hålls${scopeOf(context)}. Släpp den med: reservkraft release ${source}`,
});

export const settle: Command = decision({
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
  ],
  asked({ flags }) {
    const [upTo, reason] = [flags.get('--up-to') ?? '', flags.get('--reason') ?? ''];
    if (!/^\d{1,15}$/.test(upTo))
      throw new Failure('request.invalid', 'ange till och med vilket nummer: --up-to <nummer ur reservkraft messages>');
    if (reason.trim() === '') throw new Failure('request.invalid', 'ange vad som framkom: --reason …');
    return { upTo: Number(upTo), reason };
  },
  wanted: (source, { flags }) =>
    flags.get('--up-to') === '0'
      ? `Undanlagda meddelanden från ${source} ska räknas åter`
      : `Undanlagda meddelanden från ${source} till och med nummer ${flags.get('--up-to')} ska räknas som genomgångna`,
  done: (source, { flags }, line) => {
    const open = line === undefined ? '' : ` Kvar att gå igenom: ${line.setAside}.`;
    // What has not come yet can't have been gone through: the copy takes the word up to what there is.
    const upTo = line?.settled?.upTo ?? flags.get('--up-to');
    return flags.get('--up-to') === '0'
      ? `Undanlagda meddelanden från ${source} räknas åter, alla.${open}`
      : `Undanlagda meddelanden från ${source} till och med nummer ${upTo} är genomgångna. Senare räknas på nytt.${open}`;
  },
});

export const release: Command = decision({
  name: 'release',
  summary: 'let a held source go on, in arrival order or leaving out what came meanwhile',
  usage: '<source> [--leave-out]',
  help: `
What was received while the source was held is applied in arrival order, in pieces between what other sources send; until
then the charts say that it is being let go. With --leave-out it is not: it stays in the inbox,
and the charts say that something is missing.`,
  flags: [{ flag: '--leave-out', kind: 'switch', help: 'do not apply what came meanwhile' }],
  asked: ({ flags }) => ({ how: flags.has('--leave-out') ? 'leave-out' : 'in-order' }),
  needless: (source, { holds }) =>
    holds.length === 0 ? `källan ${source} hålls inte, så det finns inget att släppa` : null,
  wanted: (source) => `Källan ${source} ska släppas`,
  done: (source, { flags }) =>
    `Källan ${source} är släppt. ${
      flags.has('--leave-out')
        ? 'Det som kom under tiden förs inte in, men finns kvar i inkorgen.'
        : 'Det som kom under tiden är infört i ordning.'
    }`,
  left: ({ holds, held }) => (holds.some(({ isBeingReleased }) => isBeingReleased) ? held : null),
  undone: ({ holds }) =>
    holds.length === 0 ? null : `den hålls fortfarande, av ${[...new Set(holds.map(({ by }) => by))].join(', ')}.`,
});
