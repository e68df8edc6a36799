// Commands as rows of the inbox: what people and the station itself decide lies in the same order as the messages, so that a
// replay decides the same at the same places.

import type { CopyCommand } from '../../domain/commands.ts';
import type { Clock } from '../../domain/time.ts';
import { STATION } from '../../intake/inbox-gaps.ts';
import type { InboxItem } from '../../intake/inbox-rows.ts';

export function commandItem(command: CopyCommand, clock: Clock): InboxItem {
  const raw = Buffer.from(JSON.stringify(command));
  return { source: STATION, format: 'command', arrival: clock.now(), raw, controlId: null, answer: null };
}

/** Null when the row is no command this program writes. */
export function readCommand(raw: Uint8Array): CopyCommand | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(raw).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && 'command' in parsed ? (parsed as CopyCommand) : null;
  } catch {
    return null;
  }
}
