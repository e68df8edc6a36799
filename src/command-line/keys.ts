// The station's key: on two papers for two envelopes, back from them on another machine, and changed for a new one.

import { Failure } from '../domain/failures.ts';
import type { Command } from './command.ts';
import { BY } from './decided-by.ts';
import { printEnvelopes } from './keys-envelope.ts';
import { rotateKeys } from './keys-rotate.ts';
import { restoreKey, verifyEnvelopes } from './keys-typed.ts';

export const keys: Command = {
  name: 'keys',
  summary: 'the station key: two sealed envelopes, back from them on another machine, or a new key',
  usage: 'envelope | verify | restore | rotate',
  help: `
envelope: the key on two papers, one for each of two envelopes (--printer, --out or --text). Neither says anything without the other;
whoever has both and the data folder can read everything. Halves of different printings do not fit together.
verify: asks for both halves, line by line, and says whether they are the key in use. Changes nothing.
restore: on a machine with the data folder and without the key: asks for both halves, tries them on the data, and makes the key file.
rotate: a new key. The station must be stopped. Everything is made once more under the new key beside what is there, then changed in one
step; cut short before that nothing has happened, after it the next start goes on. Prints the new envelopes before the key counts. The
old key then opens nothing here; what was copied elsewhere before, it still does.
Halves are typed, or read from standard input: never given as arguments.`,
  flags: [
    { flag: '--printer', kind: 'value', help: 'envelope, rotate: the printer, one document each half' },
    { flag: '--out', kind: 'value', help: 'envelope, rotate: the folder for kuvert-A.pdf and kuvert-B.pdf' },
    {
      flag: '--text',
      kind: 'switch',
      help: 'envelope, rotate: on the screen, to be copied by hand, one half at a time',
    },
    { flag: '--drop-damaged', kind: 'switch', help: 'rotate: remove damaged files that were put aside' },
    BY,
  ],
  settings: 'disk',
  printsData: true,
  async run(context) {
    const [what, extra] = context.words;
    if (extra === undefined) {
      if (what === 'envelope') return printEnvelopes(context);
      if (what === 'verify') return verifyEnvelopes(context);
      if (what === 'restore') return restoreKey(context);
      if (what === 'rotate') return rotateKeys(context);
    }
    throw new Failure('request.invalid', 'ange envelope, verify, restore eller rotate (reservkraft keys --help)');
  },
};
