// From a received row to what it says, by its format. Pure: the same row and declaration give the same reading.

import type { Interpreter, Received } from '../domain/received.ts';
import { unreachable } from '../domain/unreachable.ts';
import { interpretFhir } from './fhir/interpret.ts';
import { interpretHl7v2 } from './hl7v2/meaning/interpret.ts';
import { isBatchEnvelope, wholeControlId } from './inbox-source.ts';
import { interpretReport } from './reports/interpret.ts';

export const interpret: Interpreter = (received, source) => {
  switch (received.format) {
    case 'hl7v2':
      // The lines around a batch say nothing of a patient; what a whole batch means is a command of its own.
      return isBatchEnvelope(received.raw) ? saysNothing(received, 'batch') : interpretHl7v2(received, source);
    case 'hl7v2-fragment':
      return fragment(received);
    case 'fhir+json':
    case 'fhir+ndjson':
      return interpretFhir(received, source);
    case 'report-pdf':
    case 'report-text':
      return interpretReport(received, source);
    case 'command':
      return saysNothing(received, 'command');
    default:
      return unreachable(received.format);
  }
};

/** Half a message may end in the middle of a value: nothing of it may be read as if it were whole. */
function fragment(received: Received): ReturnType<Interpreter> {
  const controlId = wholeControlId(received.raw);
  return {
    ...saysNothing(received, 'fragment'),
    outcome: 'set-aside',
    reason: 'cut off, too large or without a frame: kept as far as it came',
    ...(controlId === null ? {} : { controlId }),
  };
}

function saysNothing({ arrival }: Received, type: string): ReturnType<Interpreter> {
  return {
    outcome: 'understood',
    type,
    eventAt: arrival.wallMs,
    sequence: null,
    changes: [],
    subjects: [],
    alarms: [],
  };
}
