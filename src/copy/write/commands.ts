// What a person or the station decides about the copy (domain/commands.ts), carried out at its place among the messages.

import type { Database } from 'better-sqlite3-multiple-ciphers';
import type { CopyCommand } from '../../domain/commands.ts';
import { sourceId } from '../../domain/identity.ts';
import type { Received } from '../../domain/received.ts';
import { unreachable } from '../../domain/unreachable.ts';
import type { Identities } from '../identity/identities.ts';
import type { Settings } from '../settings.ts';
import type { Act, Facts } from './facts.ts';
import type { FeedProof } from './feed-proof.ts';
import type { FullLoads } from './full-loads.ts';
import type { Holds } from './holds.ts';
import type { Marks } from './marks.ts';
import type { Outcomes } from './outcomes.ts';
import { retain } from './retention.ts';

/** A person's word that what was set aside up to a sequence has been gone through. */
export interface SettledBody {
  readonly at: number;
  readonly upTo: number;
  readonly by: string;
  readonly reason: string;
}

interface CommandTools {
  readonly db: Database;
  readonly settings: Settings;
  readonly fullLoads: FullLoads;
  readonly holds: Holds;
  readonly proof: FeedProof;
  readonly outcomes: Outcomes;
  readonly identities: Identities;
  readonly facts: Facts;
  readonly marks: Marks;
  readonly releaseHeld: (source: string) => void;
  readonly settleDue: () => void;
}

export function applyCommand(row: Received, tools: CommandTools): void {
  const command = JSON.parse(Buffer.from(row.raw).toString('utf8')) as CopyCommand;
  const { seq, arrival } = row;
  const received = arrival.wallMs;
  switch (command.command) {
    case 'declare':
      tools.fullLoads.declare(command.sources, { seq, received });
      break;
    case 'hold': {
      const { by, reason, part = null, unit = null } = command;
      tools.holds.hold(command.source, seq, { at: received, by, reason, part, unit });
      break;
    }
    case 'release':
      release(command, row, tools);
      break;
    case 'continue-release':
      tools.releaseHeld(command.source);
      break;
    case 'settle':
      settle(command, row, tools);
      break;
    case 'unmerge':
      unmerge(command, row, tools);
      break;
    case 'rebuilt':
      tools.fullLoads.lost({ seq, received }, command.missingFrom);
      break;
    case 'full-load':
      fullLoad(command, row, tools);
      break;
    case 'proof':
      tools.proof.proven(command.source, arrival, seq, command.parts);
      break;
    case 'pin':
      tools.settings.put('pin', '', command.name, seq, { at: received, by: command.by, seq });
      break;
    case 'unpin':
      tools.settings.drop('pin', '', command.name, seq);
      break;
    case 'tick':
      tools.settleDue();
      break;
    case 'retain':
      retain(command, row, tools);
      tools.facts.forget();
      break;
    default:
      unreachable(command);
  }
}

/** Only what had come when it was decided: nobody can have gone through what comes later. */
function settle(
  { source, upTo, by, reason }: Extract<CopyCommand, { command: 'settle' }>,
  { seq, arrival }: Received,
  { settings }: CommandTools,
): void {
  const body: SettledBody = { at: arrival.wallMs, upTo: Math.max(0, Math.min(upTo, seq - 1)), by, reason };
  settings.put('settled', source, '', seq, body);
}

/** In order: the first piece now, the others with the `continue-release` rows that follow. */
function release(
  { source, how }: Extract<CopyCommand, { command: 'release' }>,
  { seq, arrival }: Received,
  { holds, outcomes, fullLoads, releaseHeld }: CommandTools,
): void {
  if (how === 'in-order') {
    holds.beginReleasing(source, seq, arrival.wallMs);
    releaseHeld(source);
    return;
  }
  holds.releaseAll(source, seq);
  if (outcomes.leaveOut(source) > 0) fullLoads.gap({ seq, source, received: arrival.wallMs });
}

function fullLoad(
  { source, parts, phase = 'end', load, isPartial = false }: Extract<CopyCommand, { command: 'full-load' }>,
  { seq, arrival }: Received,
  { fullLoads }: CommandTools,
): void {
  const moment = { seq, source, received: arrival.wallMs };
  switch (phase) {
    case 'begin':
      fullLoads.begin(moment, load ?? null);
      break;
    case 'end':
      fullLoads.end({ parts, load: load ?? null, isPartial }, moment);
      break;
    case 'given-up':
      fullLoads.giveUp(source, seq);
      break;
    default:
      unreachable(phase);
  }
}

/** A person undoes a merge, whichever sources said it. */
function unmerge(
  { survivor, subsumed }: Extract<CopyCommand, { command: 'unmerge' }>,
  row: Received,
  { identities, facts }: CommandTools,
): void {
  const kept = identities.numberOf(survivor);
  const gone = identities.numberOf(subsumed);
  for (const source of identities.sourcesMerging(gone, kept)) {
    const act: Act = {
      seq: row.seq,
      source: sourceId(source),
      stamp: { event: row.arrival.wallMs, sequence: null },
      received: row.arrival.wallMs,
      alarm: () => undefined,
    };
    if (!identities.tie('merge', gone, kept, false, act)) continue;
    facts.notice(kept, `${gone}`, act, { kind: 'unmerged', detail: subsumed.id, part: 'person' });
    facts.notice(gone, `${kept}`, act, { kind: 'unmerged', detail: survivor.id, part: 'person' });
  }
}
