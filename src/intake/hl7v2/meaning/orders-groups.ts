// An order message cut into its orders: what belongs to one ORC. Senders leave segments out and put them in other places
// than the standard's grammar, so nothing here depends on more than the order of the lines.

import type { Identity } from '../../../domain/identity.ts';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import type { MeaningContext } from './context.ts';
import { readSubject } from './identities.ts';
import { continues, type ObservationLines } from './results-observation.ts';

interface OrderObservation extends ObservationLines {
  /** From results of earlier orders that the sender sent along (ORC-1 PR). */
  readonly isPrior: boolean;
}

/** Times, routes and mixture of an order. */
interface MedicineDetails {
  readonly tq1: Hl7Segment[];
  readonly rxr: Hl7Segment[];
  readonly rxc: Hl7Segment[];
}

const noDetails = (): MedicineDetails => ({ tq1: [], rxr: [], rxc: [] });

export interface OrderGroup {
  readonly subject: Identity;
  readonly orc: Hl7Segment | null;
  obr: Hl7Segment | null;
  specimen: Hl7Segment | null;
  rxo: Hl7Segment | null;
  rxe: Hl7Segment | null;
  /** ODS: diet and trays. */
  readonly diets: Hl7Segment[];
  readonly asked: MedicineDetails;
  /** What follows an RXE: what the pharmacy will have given, where it says so instead of what was asked for. */
  readonly encoded: MedicineDetails;
  readonly diagnoses: Hl7Segment[];
  /** RXA or RXG, each with the routes that follow it. */
  readonly doses: {
    readonly dose: Hl7Segment;
    readonly rxr: Hl7Segment[];
    readonly tq1: Hl7Segment[];
    readonly notes: string[];
  }[];
  readonly notes: string[];
  readonly observations: OrderObservation[];
}

const isPharmacySegment = new Set(['RXO', 'RXE', 'RXA', 'RXG']);

/** Whether the group is about a medicine. */
export const isMedication = (group: OrderGroup): boolean =>
  group.rxo !== null || group.rxe !== null || group.doses.length > 0;

/** A further drug under the same ORC: senders that write one ORC for the whole round. It must not take the first one's place. */
const isNextMedicine = (name: string, group: OrderGroup): boolean =>
  (name === 'RXE' && group.rxe !== null) || (name === 'RXO' && (group.rxo !== null || group.rxe !== null));

export function orderGroups(message: Hl7Message, context: MeaningContext): OrderGroup[] {
  const cutter = new OrderCutter(context);
  for (const segment of message.segments) cutter.take(segment);
  return cutter.groups;
}

class OrderCutter {
  readonly groups: OrderGroup[] = [];
  readonly #context: MeaningContext;
  #subject: Identity | null;
  #patients = 0;
  #current: OrderGroup | null = null;
  #notes: string[] | null = null;
  #isPrior = false;
  /** SPM before its orders (OML O33, O35). */
  #specimen: Hl7Segment | null = null;

  constructor(context: MeaningContext) {
    this.#context = context;
    this.#subject = context.subject;
  }

  take(segment: Hl7Segment): void {
    switch (segment.name) {
      case 'PID':
        this.#patient(segment);
        break;
      case 'ORC':
        this.#order(segment);
        break;
      case 'NTE': {
        const text = segment.freeText(3);
        if (typeof text === 'string') this.#notes?.push(text);
        break;
      }
      case 'OBX': {
        const last = this.#current?.observations.at(-1);
        if (last !== undefined && last.isPrior === this.#isPrior && continues(segment, last)) {
          last.lines.push(segment);
          break;
        }
        const found: OrderObservation = { obx: segment, lines: [], notes: [], isPrior: this.#isPrior };
        this.#current?.observations.push(found);
        this.#notes = found.notes;
        break;
      }
      case 'SPM':
        if (this.#isPrior) break;
        if (this.#context.event === 'O33' || this.#context.event === 'O35') {
          this.#specimen = segment;
          this.#current = null;
        } else if (this.#current !== null) this.#current.specimen ??= segment;
        break;
      default:
        if (!this.#isPrior) this.#detail(segment);
    }
  }

  /** A further patient is read under its own identity or not at all; prior results under another one are left out. */
  #patient(pid: Hl7Segment): void {
    this.#patients += 1;
    if (this.#patients === 1) return;
    const subject = readSubject(pid, this.#context);
    if (subject === null) this.#context.setAside('an order for a patient without a usable identity');
    const isOther = subject === null || subject.id !== this.#subject?.id || subject.domain !== this.#subject.domain;
    if (isOther) this.#current = null;
    this.#subject = subject;
    this.#notes = null;
  }

  #order(orc: Hl7Segment): void {
    // Results of earlier orders (ORC-1 PR) stand under the order they were sent along with.
    this.#isPrior = (orc.value(1) ?? '').trim().toUpperCase() === 'PR';
    // (What is noted of an earlier order is no word about this one.)
    if (this.#isPrior) this.#notes = null;
    else this.#open(orc);
  }

  #open(orc: Hl7Segment | null): OrderGroup | null {
    if (this.#subject === null) return null;
    const group: OrderGroup = {
      subject: this.#subject,
      orc,
      obr: null,
      specimen: this.#specimen,
      rxo: null,
      rxe: null,
      diets: [],
      asked: noDetails(),
      encoded: noDetails(),
      diagnoses: [],
      doses: [],
      notes: [],
      observations: [],
    };
    this.groups.push(group);
    this.#current = group;
    this.#notes = group.notes;
    return group;
  }

  #detail(segment: Hl7Segment): void {
    let group = this.#current;
    if (segment.name === 'OBR' && (group === null || group.obr !== null)) group = this.#open(group?.orc ?? null);
    else if (group !== null && isNextMedicine(segment.name, group)) group = this.#open(group.orc);
    else if (isPharmacySegment.has(segment.name)) group ??= this.#open(null);
    if (group === null) return;
    const dose = group.doses.at(-1);
    const details = group.rxe === null ? group.asked : group.encoded;
    switch (segment.name) {
      case 'OBR':
        group.obr = segment;
        this.#notes = group.notes;
        break;
      case 'RXO':
        group.rxo = segment;
        this.#notes = group.notes;
        break;
      case 'RXE':
        group.rxe = segment;
        this.#notes = group.notes;
        break;
      case 'RXA':
      case 'RXG': {
        const found = { dose: segment, rxr: [], tq1: [], notes: [] };
        group.doses.push(found);
        this.#notes = found.notes;
        break;
      }
      case 'TQ1':
        if (dose !== undefined) dose.tq1.push(segment);
        else details.tq1.push(segment);
        break;
      case 'RXR':
        if (dose !== undefined) dose.rxr.push(segment);
        else details.rxr.push(segment);
        break;
      case 'RXC':
        details.rxc.push(segment);
        break;
      case 'ODS':
        group.diets.push(segment);
        break;
      case 'DG1':
        group.diagnoses.push(segment);
        break;
      default:
        break;
    }
  }
}
