// A decision about a source as a command: given to the running station, and told as done only when the copy has come to it.

import { Failure } from '../domain/failures.ts';
import { limits } from '../limits.ts';
import type { SourceLine } from '../station/source-line.ts';
import type { StationStatus } from '../station/status.ts';
import type { Command, CommandContext } from './command.ts';
import { BY, decidedBy } from './decided-by.ts';
import { waitForCopy } from './in-the-copy.ts';
import { StationClient } from './station-client.ts';

export interface Decision extends Pick<Command, 'name' | 'summary' | 'usage' | 'help' | 'flags'> {
  /** What is asked for besides the source and who decides. @throws {Failure} `request.invalid` */
  readonly asked: (context: CommandContext) => object;
  /** Why there is nothing to decide, as the source is; null: there is. */
  readonly needless?: (source: string, line: SourceLine) => string | null;
  /** *Källan lab ska hållas*: asked for, whether done or not. */
  readonly wanted: (source: string, context: CommandContext) => string;
  /** *Källan lab hålls …*: what is true once it is done. */
  readonly done: (source: string, context: CommandContext, line: SourceLine | undefined) => string;
  /** Messages it has not reached yet, although the copy has come to the decision itself; null: it is done. */
  readonly left?: (line: SourceLine) => number | null;
  /** *den hålls fortfarande …*: what is true although the copy has come to it; null: it is as decided. */
  readonly undone?: (line: SourceLine) => string | null;
}

const HELP = `
Waits until the copy has come to it, at most ${limits.decisionWaitMs / 1_000} s, and says whether it has; ends with 1 when it is asked for and not done yet.`;

export const decision = (rule: Decision): Command => ({
  ...rule,
  help: `${rule.help}${HELP}`,
  flags: [...rule.flags, BY],
  settings: 'station',
  printsData: true,
  async run(context) {
    const [source] = context.words;
    if (source === undefined || context.words.length > 1)
      throw new Failure('request.invalid', `ange en källa: reservkraft ${rule.name} <källa>`);
    const asked = rule.asked(context);
    const by = decidedBy(context);
    const client = StationClient.of(context);
    await refuseNeedless(rule, source, client);
    const answer = (await client.post(`/api/${rule.name}`, { source, by, ...asked })) as { readonly seq: number };
    const waited = await waitForCopy(client, {
      isDone: (status) => leftOf(rule, source, answer.seq, status) === null,
      withinMs: limits.decisionWaitMs,
    });
    const { status } = waited;
    const line = lineOf(status, source);
    const undone = waited.isDone && line !== undefined ? (rule.undone?.(line) ?? null) : null;
    const isDone = waited.isDone && undone === null;
    const left = status === null ? null : (leftOf(rule, source, answer.seq, status) ?? 0);
    if (context.isJson) context.out(`${JSON.stringify({ ...answer, isDone, left })}\n`);
    else if (isDone) context.out(`${rule.done(source, context, line)}\n`);
    else context.out(`${rule.wanted(source, context)}: ${undone ?? notDoneWords(status, left)}\n`);
    return isDone ? 0 : 1;
  },
});

async function refuseNeedless({ needless }: Decision, source: string, client: StationClient): Promise<void> {
  if (needless === undefined) return;
  const status = (await client.get('/api/status')) as StationStatus;
  const line = lineOf(status, source);
  // What still waits for the copy may be the very hold.
  if (line === undefined || status.backlog !== 0) return;
  const words = needless(source, line);
  if (words !== null) throw new Failure('request.invalid', words);
}

const lineOf = (status: StationStatus | null, source: string): SourceLine | undefined =>
  status?.sources.find((line) => line.source === source);

/** Messages before it is done; null: done. */
function leftOf(rule: Decision, source: string, seq: number, status: StationStatus): number | null {
  const before = Math.max(0, seq - (status.copySequence ?? 0));
  const line = lineOf(status, source);
  const after = line === undefined ? null : (rule.left?.(line) ?? null);
  return before === 0 && after === null ? null : before + (after ?? 0);
}

function notDoneWords(status: StationStatus | null, left: number | null): string {
  const kept = 'begärt och sparat, inte klart än';
  if (status === null) return `${kept}; stationen svarar inte just nu. Den gör det när den är igång igen.`;
  const stopped = status.applyFailure === null ? '' : ` Kopian förs inte framåt: ${status.applyFailure}.`;
  return `${kept}: ${left ?? 0} meddelanden kvar.${stopped} "reservkraft status" säger hur långt det har kommit.`;
}
