// Who may sign in, for the station's operator: the first who answers for a unit is let in from here, the rest by them or from a list.

import { readFileSync } from 'node:fs';
import { type Account, UNIT_ROLES } from '../domain/access/people.ts';
import { Failure } from '../domain/failures.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { limits } from '../limits.ts';
import { columns, harmless } from './census-text.ts';
import type { Command, CommandContext } from './command.ts';
import { BY, decidedBy } from './decided-by.ts';
import { StationClient } from './station-client.ts';

export const accounts: Command = {
  name: 'accounts',
  summary: 'who may sign in: read a list, show, let in with a one-time code, take away a PIN, close',
  usage: 'import <file.csv> | list | deal <hsa-id> | unpin <hsa-id> | close <hsa-id>',
  help: `
import: a CSV file with the heading hsa-id;namn;titel;yrke;enhet;roll (and, if wanted, rollnamn;från;till), one line a person and
unit; roll is medarbetare, enhetsansvarig or jour, enhet a unit or «alla» (jour only). Every line is read or none, and every fault is
told by its line. A person in the list gets exactly the units of the list; others are left as they are.
deal: a one-time code, shown once, that the person exchanges for their own dealt words at the first sign-in. It holds seven days. The
first who answers for a unit gets one here; they then let in the others.
unpin: a security key is lost. The person's PINs open nothing more, on any computer that hears the station; their words hold, and whoever
is signed in as them is signed out.
close: nobody signs in with it any more, and whoever is signed in is signed out. The name stays in the ledger.`,
  flags: [BY],
  settings: 'station',
  printsData: true,
  async run(context) {
    const [what, given, extra] = context.words;
    if (extra !== undefined) throw new Failure('request.invalid', 'för många ord (reservkraft accounts --help)');
    if (what === 'list' && given === undefined) return list(context);
    if (given !== undefined) {
      if (what === 'import') return importList(context, given);
      if (what === 'deal') return deal(context, given);
      if (what === 'unpin') return unpin(context, given);
      if (what === 'close') return close(context, given);
    }
    throw new Failure('request.invalid', 'ange import <fil>, list, deal <hsa-id>, unpin <hsa-id> eller close <hsa-id>');
  },
};

async function importList(context: CommandContext, file: string): Promise<number> {
  const answer = (await StationClient.of(context).post('/api/accounts/import', {
    list: readList(file),
    by: decidedBy(context),
  })) as { people: number };
  context.out(
    context.isJson
      ? `${JSON.stringify(answer)}\n`
      : `${answer.people} personer inlästa. Dela ut koder: reservkraft accounts deal <hsa-id>\n`,
  );
  return 0;
}

/** Older spreadsheets save in Windows' own letters: told apart by whether it is UTF-8. */
function readList(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Failure('request.invalid', `${file} går inte att läsa (${(error as NodeJS.ErrnoException).code})`);
  }
  if (bytes.length > limits.accountListBytesMax) throw new Failure('request.too-large', file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

async function list(context: CommandContext): Promise<number> {
  const answer = (await StationClient.of(context).get('/api/accounts')) as { accounts: Account[] };
  if (context.isJson) {
    context.out(`${JSON.stringify(answer.accounts)}\n`);
    return 0;
  }
  if (answer.accounts.length === 0) {
    context.out('Inga konton. Läs in en lista: reservkraft accounts import <fil>\n');
    return 0;
  }
  const rows = answer.accounts.map(({ id, name, title, state, assignments, secretUsedAt, isSecretDue }) =>
    [
      id,
      name,
      title,
      STATES[state],
      assignments
        .map(({ unit, role, name: called }) => `${unit === 'all' ? 'alla' : unit} (${called ?? UNIT_ROLES[role]})`)
        .join(', ') || '–',
      secretUsedAt === null ? 'aldrig' : `${timeWords(secretUsedAt, Date.now())}${isSecretDue ? ', länge sedan' : ''}`,
    ].map(harmless),
  );
  context.out(columns([['HSA-id', 'Namn', 'Titel', 'Läge', 'Enheter', 'Orden använda'], ...rows]));
  return 0;
}

const STATES = { invited: 'ej inloggad än', active: 'i bruk', closed: 'stängt' } as const;

async function deal(context: CommandContext, id: string): Promise<number> {
  const answer = (await StationClient.of(context).post('/api/accounts/deal', { id, by: decidedBy(context) })) as {
    code: string;
    validMs: number;
  };
  context.out(
    context.isJson
      ? `${JSON.stringify(answer)}\n`
      : `${answer.code}\nVisas bara nu, gäller ${Math.round(answer.validMs / 86_400_000)} dygn och byts mot egna ord vid första inloggningen.\n`,
  );
  return 0;
}

async function unpin(context: CommandContext, id: string): Promise<number> {
  const answer = (await StationClient.of(context).post('/api/accounts/pins/remove', {
    id,
    by: decidedBy(context),
  })) as { removed: number };
  context.out(
    context.isJson
      ? `${JSON.stringify(answer)}\n`
      : answer.removed === 0
        ? 'Personen har ingen PIN på någon dator.\n'
        : `Borttagna: PIN på ${answer.removed} ${answer.removed === 1 ? 'dator' : 'datorer'}. Orden gäller som förut.\n`,
  );
  return 0;
}

async function close(context: CommandContext, id: string): Promise<number> {
  const answer = (await StationClient.of(context).post('/api/accounts/close', { id, by: decidedBy(context) })) as {
    readonly notLogged?: string;
  };
  if (answer.notLogged !== undefined) context.tell(`${answer.notLogged}\n`);
  context.out(context.isJson ? `${JSON.stringify(answer)}\n` : 'Kontot är stängt.\n');
  return 0;
}
