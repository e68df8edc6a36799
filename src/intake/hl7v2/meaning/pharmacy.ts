// Medicines: orders (RDE O11, O25, O01; OMP O09), doses said to be given (RAS O17), gives that are planned (RGV O15).

import type { Change } from '../../../domain/changes.ts';
import type { Hl7Message } from '../message.ts';
import { type MeaningContext, tellEmpty } from './context.ts';
import { orderGroups } from './orders-groups.ts';
import { readAdministrations, readPlannedGives } from './pharmacy-doses.ts';
import { readMedicationOrders } from './pharmacy-orders.ts';
import { ResultFields } from './results-fields.ts';

export function readPharmacy(message: Hl7Message, context: MeaningContext): Change[] {
  const groups = orderGroups(message, context);
  const fields = new ResultFields(message, context);
  const changes = changesOf(groups, fields);
  if (changes.length === 0) tellEmpty(context);
  return changes;
}

function changesOf(groups: ReturnType<typeof orderGroups>, fields: ResultFields): Change[] {
  const { type } = fields.context;
  if (type.startsWith('RAS')) return readAdministrations(groups, fields);
  return type.startsWith('RGV') ? readPlannedGives(groups, fields) : readMedicationOrders(groups, fields);
}
