// What a source changed in a way that is not read (a FHIR PATCH, a conditional delete): what is kept of it stands with *Okänd status*
// until the source says it whole again, and the part of the chart is incomplete.

import type { Doubt } from '../../domain/changes.ts';
import type { PartName } from '../../domain/parts.ts';
import type { Identities } from '../identity/identities.ts';
import { partOfCode } from '../part-codes.ts';
import { type Act, type Facts, isHidden } from './facts.ts';

interface Tools {
  readonly facts: Facts;
  readonly identities: Identities;
}

export function takeDoubts(doubts: readonly Doubt[], act: Act, tools: Tools): void {
  for (const doubt of doubts) {
    if (doubt.key !== null) doubtKey(doubt.key, doubt.detail, act, tools.facts);
    if (doubt.subject === null) continue;
    const identity = tools.identities.numberOf(doubt.subject);
    for (const part of doubt.parts) tell(identity, doubt.detail, part, act, tools.facts);
  }
}

function doubtKey(key: string, detail: string, act: Act, facts: Facts): void {
  for (const row of facts.findAnywhere(act.source, key)) {
    const part = partOfCode(row.part);
    if (isHidden(row) || part === null) continue;
    if (row.state !== 'unknown') facts.replace(row, { ...row, state: 'unknown', since: act.seq });
    tell(row.identity, detail, part, act, facts);
  }
}

const tell = (identity: number, detail: string, part: PartName, act: Act, facts: Facts): void =>
  facts.notice(identity, `${detail}/${part}`, act, { kind: 'unread-message', detail, part });
