// One message, from its bytes to what it changes: read, held where somebody holds a part of it, made to wait where it cancels what has
// not come, applied change by change, with its doubts and alarms.

import type { FeedAlarm, Reading, StayChange } from '../../domain/changes.ts';
import type { Identity } from '../../domain/identity.ts';
import type { Interpreter, Received } from '../../domain/received.ts';
import { limits } from '../../limits.ts';
import type { Identities } from '../identity/identities.ts';
import type { GroupReader } from '../identity/read-identity.ts';
import type { Names } from '../names.ts';
import type { Settings } from '../settings.ts';
import { applyChange } from './apply-change.ts';
import { mergeRefusal } from './apply-person.ts';
import { isCancelOfUnseen } from './apply-stay.ts';
import { alarmConflicts } from './conflict-alarms.ts';
import { takeDoubts } from './doubts.ts';
import type { Ended } from './ended.ts';
import type { Act, Facts } from './facts.ts';
import { type FeedProof, partsOf } from './feed-proof.ts';
import type { FullLoads } from './full-loads.ts';
import type { Holds, Reach } from './holds.ts';
import type { WaitingFor } from './outcomes.ts';
import { stayKey } from './stay-rows.ts';
import { subjectsOf, touchedBy } from './touched.ts';

export interface UnderstandingOptions {
  readonly interpret: Interpreter;
  readonly settings: Settings;
  readonly facts: Facts;
  readonly identities: Identities;
  readonly names: Names;
  readonly fullLoads: FullLoads;
  readonly proof: FeedProof;
  readonly holds: Holds;
  readonly groups: GroupReader;
  /** What a message that was applied said, so that what waited for it can follow. */
  readonly seen: (reading: Reading, act: Act) => void;
}

export class Understanding {
  readonly #interpret: Interpreter;
  readonly #settings: Settings;
  readonly #facts: Facts;
  readonly #identities: Identities;
  readonly #names: Names;
  readonly #fullLoads: FullLoads;
  readonly #proof: FeedProof;
  readonly #holds: Holds;
  readonly #groups: GroupReader;
  readonly #seen: UnderstandingOptions['seen'];

  constructor(options: UnderstandingOptions) {
    this.#interpret = options.interpret;
    this.#settings = options.settings;
    this.#facts = options.facts;
    this.#identities = options.identities;
    this.#names = options.names;
    this.#fullLoads = options.fullLoads;
    this.#proof = options.proof;
    this.#holds = options.holds;
    this.#groups = options.groups;
    this.#seen = options.seen;
  }

  /** `isForced`: a cancel is applied although its event has not been seen. */
  understand(row: Received, seq: number, isForced: boolean): Ended {
    const { source } = row;
    const reading = this.#interpret(row, this.#settings.readingOf(source));
    const alarms: FeedAlarm[] = [...reading.alarms];
    const stamp = { event: reading.eventAt, sequence: reading.sequence };
    const act: Act = {
      seq,
      source,
      stamp,
      received: row.arrival.wallMs,
      alarm: (code, detail) => alarms.push({ code, detail }),
    };
    const base = { type: reading.type, alarms, controlId: reading.controlId };
    if (reading.outcome === 'set-aside') {
      const { reason = 'not understood', subjects: about, isOfSubjects = false } = reading;
      return { ...base, outcome: 'set-aside', reason, about, isOfAbout: isOfSubjects };
    }
    if (this.#holds.holdsReading(source, reading, this.#reachOf(source))) {
      return { ...base, outcome: 'held', reason: 'a part or unit of the source is held' };
    }
    this.#proof.carried(row, seq, reading.outcome === 'understood' ? partsOf(reading.changes) : []);
    if (reading.outcome === 'unread') {
      this.#noticeUnread(reading, act);
      this.#takeDoubts(reading, act);
      return { ...base, outcome: 'unread', reason: reading.reason ?? 'a type the copy does not read' };
    }
    const tools = {
      facts: this.#facts,
      identities: this.#identities,
      groups: this.#groups,
      names: this.#names,
      fullLoads: this.#fullLoads,
    };
    const waiting = isForced ? null : this.#mustWait(reading, act);
    if (waiting !== null) return { ...base, outcome: 'waiting', reason: 'cancels an event not seen', waiting };
    const ties = this.#identities.changes;
    for (const change of reading.changes) {
      if (change.kind === 'merge' || change.kind === 'unmerge') {
        const refusal = mergeRefusal(change, source, tools);
        if (refusal !== null) {
          act.alarm('merge-refused', refusal);
          return { ...base, outcome: 'set-aside', reason: refusal, ...whoseChanges(reading), mustUndo: true };
        }
      }
      applyChange(change, act, tools);
    }
    this.#takeDoubts(reading, act);
    const isTied = this.#identities.changes !== ties;
    alarmConflicts(reading, act, { identities: this.#identities, groups: this.#groups, isTied });
    this.#seen(reading, act);
    return { ...base, outcome: 'applied' };
  }

  #reachOf(source: string): Reach {
    return {
      touched: (change) => touchedBy(change, source, this.#facts),
      units: ({ subjects, keptUnder }) => [
        ...subjects.flatMap((subject) => this.#groups.unitsOf(subject)),
        ...keptUnder.flatMap((no) => this.#groups.unitsOfNumber(no)),
      ],
    };
  }

  #mustWait(reading: Reading, act: Act): WaitingFor | null {
    const tools = { facts: this.#facts, identities: this.#identities };
    const cancel = reading.changes.find(
      (change): change is StayChange => change.kind === 'stay' && isCancelOfUnseen(change, act.source, tools),
    );
    if (cancel === undefined) return null;
    return {
      due: act.received + limits.unseenCancelHeldMs,
      subject: this.#identities.numberOf(cancel.subject),
      visit: cancel.visit === null ? null : stayKey(cancel.visit),
    };
  }

  #takeDoubts({ doubts = [] }: Reading, act: Act): void {
    if (doubts.length === 0) return;
    // A load that holds them can't tell what it left out.
    this.#fullLoads.doubt(act.source);
    takeDoubts(doubts, act, { facts: this.#facts, identities: this.#identities });
  }

  #noticeUnread(reading: Reading, act: Act): void {
    for (const subject of reading.subjects) {
      const notice = { kind: 'unread-message', detail: reading.type, part: null } as const;
      this.#facts.notice(this.#identities.numberOf(subject), reading.type, act, notice);
    }
  }
}

/** Whom all of a message is about that is undone whole; not nobody else where a change names the source's own key or load only. */
function whoseChanges({ changes, doubts = [] }: Reading): { about: readonly Identity[]; isOfAbout: boolean } {
  const named = changes.map(subjectsOf);
  return { about: named.flat(), isOfAbout: doubts.length === 0 && named.every((people) => people.length > 0) };
}
