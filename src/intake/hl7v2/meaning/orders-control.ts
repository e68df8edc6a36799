// What an order message does to an order (ORC-1 order control, HL7 table 0119, with ORC-5 order status, table 0038). A stop
// is taken at its word at once; a word nobody knows leaves the order visible with *okänd status* (knowledge c3.14, H8).

import type { Extension } from 'fhir/r4';
import { EXTENSION } from '../../../domain/extensions.ts';
import type { Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';

export type OrderStatus = 'active' | 'on-hold' | 'cancelled' | 'stopped' | 'completed' | 'unknown';

/** Examinations are cancelled when their department says so; medicines when the prescriber does. */
export type OrderKind = 'service' | 'medication';

interface ControlWord {
  /** Null: the message says nothing of the status, and what was known stands. */
  readonly status: OrderStatus | null;
  readonly text?: string;
  /** The order control outweighs an ORC-5 that still says the order runs. */
  readonly isDecisive?: boolean;
}

const says = (status: OrderStatus | null, text?: string): ControlWord =>
  text === undefined ? { status } : { status, text };
const decides = (status: OrderStatus, text?: string): ControlWord => ({ ...says(status, text), isDecisive: true });

const CONTROL: ReadonlyMap<string, ControlWord> = new Map([
  ['NW', says('active')],
  ['SN', says('active')],
  ['OK', says('active')],
  ['RO', says('active')],
  ['PA', says('active')],
  ['CH', says('active')],
  ['NA', says(null)],
  ['XO', says(null)],
  ['XX', says(null)],
  ['XR', says(null)],
  ['UX', says(null, 'Ändring nekad')],
  ['RC', says(null, 'Ändring föreslagen')],
  ['CA', says(null, 'Makulering begärd')],
  ['OC', decides('cancelled')],
  ['CR', decides('cancelled')],
  ['UC', says(null, 'Makulering nekad')],
  ['DC', decides('stopped')],
  ['OD', decides('stopped')],
  ['DR', decides('stopped')],
  ['UD', says(null, 'Avslut nekat')],
  ['HD', decides('on-hold')],
  ['OH', decides('on-hold')],
  ['HR', decides('on-hold')],
  ['UH', says(null, 'Paus nekad')],
  ['RL', says('active')],
  ['OE', says('active')],
  ['OR', says('active')],
  ['UR', says(null, 'Återupptagande nekat')],
  ['RP', decides('stopped', 'Ersätts av ny beställning')],
  ['RU', decides('stopped', 'Ersatt av ny beställning')],
  ['RQ', decides('stopped', 'Ersatt av ny beställning')],
  ['UM', says(null, 'Ersättning nekad')],
  ['UA', decides('unknown', 'Mottagaren kunde inte ta emot beställningen')],
  ['DE', decides('unknown', 'Mottagaren har fel i beställningens uppgifter')],
  // Said about an order without changing it: status and results to follow, links, refills, notes of receipt.
  ...'SC SR RE NR RR CN CP MC LI UN AF DF FU OF OP PY RF UF'
    .split(' ')
    .map((code): [string, ControlWord] => [code, says(null)]),
]);

/** The prescriber's cancel stops a medicine at once, whatever the pharmacy answers later. */
const MEDICATION_CONTROL: ReadonlyMap<string, ControlWord> = new Map([
  ['CA', decides('cancelled', 'Makulerad av ordinatören')],
]);

const STATUS: ReadonlyMap<string, OrderStatus> = new Map([
  ['A', 'active'],
  ['IP', 'active'],
  ['SC', 'active'],
  ['HD', 'on-hold'],
  ['CM', 'completed'],
  ['CA', 'cancelled'],
  ['DC', 'stopped'],
  ['RP', 'stopped'],
  ['ER', 'unknown'],
]);

const ENDED: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['completed', 'cancelled', 'stopped']);

/** ORC-1 of an order that another one of the same message replaces. */
export const isReplaced = (control: string): boolean => control === 'RP' || control === 'RU' || control === 'RQ';
export const isReplacement = (control: string): boolean => control === 'RO';
/** Only questions about an order, or results of an earlier one sent along: no word about the order itself. */
export const isNoOrder = (control: string): boolean => control === 'SS' || control === 'PR';

export interface OrderWord {
  /** ORC-1, upper case; '' when absent. */
  readonly control: string;
  readonly status: OrderStatus | null;
  readonly extensions: readonly Extension[];
}

export function readControl(orc: Hl7Segment | null, kind: OrderKind, context: MeaningContext): OrderWord {
  const control = (orc?.value(1) ?? '').trim().toUpperCase();
  const stated = (orc?.value(5) ?? '').trim().toUpperCase();
  const { status, text } = decide(control, stated, kind);
  if (control !== '' && !CONTROL.has(control)) context.alarm({ code: 'unknown-code', detail: 'ORC-1' });
  if (stated !== '' && !STATUS.has(stated)) context.alarm({ code: 'unknown-code', detail: 'ORC-5' });
  const extensions: Extension[] = [];
  if (text !== undefined) extensions.push({ url: EXTENSION.statusText, valueString: text });
  // With a new status the former status text must go, so the list is never left out then.
  if (control !== '' && (status !== null || text !== undefined)) {
    extensions.push({ url: EXTENSION.orderControl, valueCode: control });
  }
  if (status === 'unknown')
    extensions.push({ url: EXTENSION.statusAsReceived, valueString: [control, stated].join(' ').trim() });
  return { control, status, extensions };
}

function decide(control: string, stated: string, kind: OrderKind): { status: OrderStatus | null; text?: string } {
  const byStatus = stated === '' ? null : (STATUS.get(stated) ?? 'unknown');
  const word = (kind === 'medication' ? MEDICATION_CONTROL.get(control) : undefined) ?? CONTROL.get(control);
  if (word === undefined) {
    if (control === '' && byStatus !== null) return shown(byStatus, stated);
    return { status: 'unknown', text: `Okänd status (${control === '' ? 'saknas' : control})` };
  }
  if (byStatus !== null && ENDED.has(byStatus)) return isReplaced(control) ? word : { status: byStatus };
  if (word.isDecisive === true || byStatus === null) return word;
  return shown(byStatus, stated, word.text);
}

function shown(status: OrderStatus, stated: string, text?: string): { status: OrderStatus; text?: string } {
  if (status === 'unknown')
    return { status, text: stated === 'ER' ? 'Beställningen finns inte hos mottagaren' : `Okänd status (${stated})` };
  return text === undefined ? { status } : { status, text };
}
