// Erasing by lawful decision: the operator names the entry, two people who have accounts here decide it, each with their own words.

import { kindTitle } from '../domain/entry-kinds.ts';
import type { Erasable, Erased } from '../domain/erasure.ts';
import { Failure } from '../domain/failures.ts';
import { requireWords } from '../domain/known-names.ts';
import { timeWords } from '../domain/swedish-time.ts';
import { harmless } from './census-text.ts';
import type { CommandContext } from './command.ts';
import { StationClient } from './station-client.ts';
import { TypedLines } from './typed-lines.ts';

export async function eraseEntry(context: CommandContext, given: string): Promise<number> {
  const { flags } = context;
  const entry = given.toLowerCase();
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(entry))
    throw new Failure('request.invalid', 'postens nummer är det id som ledger show --json visar');
  const decision = requireWords(flags.get('--decision') ?? '', 'ange beslutet: --decision "<diarienummer, datum>"');
  const [one, other] = [flags.get('--by'), flags.get('--and')];
  if (one === undefined || other === undefined)
    throw new Failure('request.invalid', 'två personer beslutar: --by <hsa-id> --and <hsa-id>');
  const station = StationClient.of(context);
  const asked = (await station.post('/api/ledger/erasures/asked', { entry })) as Erasable;
  context.tell(`${harmless(whatGoes(asked))}\n`);
  const [first, second] = await ownWords(context, one, other);
  const body = { entry, decision, first, second };
  const erased = (await station.post('/api/ledger/erasures', body)) as Erased;
  context.out(context.isJson ? `${JSON.stringify({ ...asked, erased })}\n` : `${whatIsLeft(erased)}\n`);
  return 0;
}

type OwnWords = { readonly user: string; readonly secret: string };

/** Never an argument: it would stay in the shell's history, and be seen by everybody on the machine. */
async function ownWords(context: CommandContext, one: string, other: string): Promise<readonly [OwnWords, OwnWords]> {
  const lines = new TypedLines();
  const wordsOf = async (user: string): Promise<OwnWords> => {
    const secret = await lines.next(`${harmless(user)} skriver sina egna ord`);
    lines.clear();
    return { user, secret };
  };
  try {
    context.tell(
      'Var och en av de två skriver sina egna ord, på var sin rad. Inget är ändrat förrän båda har gjort det.\n',
    );
    return [await wordsOf(one), await wordsOf(other)];
  } finally {
    await lines.end();
  }
}

function whatGoes({ kind, at, author, unit, isOfPatient }: Erasable): string {
  const of = isOfPatient ? ', om en patient' : '';
  return (
    `Det som står i posten utplånas: ${kindTitle(kind)}, ${timeWords(at, Date.now())}, av ${author}, ` +
    `enhet ${unit ?? '–'}${of}.`
  );
}

function whatIsLeft({ entry, isInLog, setAside }: Erased): string {
  return [
    'Utplånat. Posten står kvar utan innehåll: slag, tid, av vem, enhet, patientens nyckel och kontrollsumma.',
    `Beslutet och de två står i en egen post (${entry}), och liggaren är hel.`,
    'Exporter, utskrifter och säkerhetskopior som gjorts tidigare har det kvar: förstör dem som beslutet säger.',
    ...(setAside.length === 0
      ? []
      : [`Undanlagda skadade liggare kan ha det kvar, och raderas av drift: ${setAside.join(', ')}.`]),
    ...(isInLog
      ? ['Någon läser liggaren just nu (en export?): det ligger kvar i filens logg tills den är klar, och tas då bort.']
      : []),
  ].join('\n');
}
