// What the terminal read from the disk is told to the running station, so that it stands in the ledger like every other reading.
// Reading comes first: where it can't be told, the reader is told that.

import { userInfo } from 'node:os';
import { Failure } from '../domain/failures.ts';
import { ledgerText } from '../domain/ledger-entry.ts';
import type { TerminalKind } from '../server/api/reads.ts';
import type { CommandContext } from './command.ts';
import { StationClient } from './station-client.ts';

/** What was read stands on the screen already; a station that is too busy to hear of it is not waited for. */
const TOLD_WITHIN_MS = 5_000;

export interface TerminalRead {
  readonly kind: TerminalKind;
  readonly patient?: string;
  readonly unit?: string;
  readonly patients?: readonly string[];
  readonly asOf?: number;
  readonly what?: string;
  /** `paper.printed`: which sheets are out in somebody's hand. */
  readonly print?: {
    readonly print: string;
    readonly version: number;
    readonly printer: string;
    readonly copies: number;
    readonly signing: readonly (readonly [string, string])[];
  };
}

export async function reportRead(context: CommandContext, read: TerminalRead): Promise<void> {
  const remark = await tellStation(context, read);
  if (remark !== null) context.tell(`${remark}\n`);
}

async function tellStation(context: CommandContext, read: TerminalRead): Promise<string | null> {
  try {
    const by = ledgerText(userInfo().username) ?? 'okänd';
    const answer = (await StationClient.of(context).post('/api/reads', { ...read, by }, TOLD_WITHIN_MS)) as {
      notLogged?: string;
    };
    return answer.notLogged ?? null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `Läsningen kan inte loggas just nu: ${WHY[error.code] ?? 'stationen tog inte emot den'}. Anteckna själv vem som läste vad och varför.`;
  }
}

const WHY: Readonly<Record<string, string>> = { 'station.not-running': 'stationen svarar inte' };
