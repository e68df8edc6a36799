// A print room that notes what it is asked for, and prints nothing.

import { unitId } from '../domain/identity.ts';
import type { PrinterLine } from '../domain/printing/printer-test.ts';
import type { PrintProgress } from '../domain/printing/printing.ts';
import { TEN } from './received-copy.fixture.ts';

const PRINT: PrintProgress = {
  ...{ number: 1, unit: unitId('KIR2'), what: 'Kirurgavdelning 2, paket version 1', printer: 'Expeditionen' },
  ...{ by: 'Anna Berg, ssk', askedAt: TEN, state: 'sending', words: 'sida 3 ute', failure: null },
};
export const PRINTER: PrinterLine = {
  ...{ id: 'exp', name: 'Expeditionen', units: [unitId('KIR2')], state: 'printed', words: 'Provsida utskriven 06:00' },
  ...{ testedAt: TEN, trouble: null },
};

/** `isTold`: whether the ledger can be written just now. */
export function notedPrints(noted: object[], isTold: () => boolean) {
  const printed = async <Made extends object>(
    asked: object,
    made: Made,
  ): Promise<Made & { readonly isTold: boolean }> => {
    noted.push(asked);
    return { ...made, isTold: isTold() };
  };
  return {
    printers: [
      { id: 'med', name: 'Medicin', units: [unitId('MED1')] },
      { id: 'exp', name: 'Expeditionen', units: [unitId('KIR2')] },
    ],
    prints: [PRINT],
    printerLines: () => [PRINTER],
    testPrinter: (id: string, by: object) => printed({ test: id, by }, { print: PRINT }),
    printUnit: (asked: object) => printed(asked, { print: PRINT }),
    printChart: (asked: object) => printed(asked, { print: PRINT }),
    unitPdf: (asked: object) => printed(asked, { title: 'KIR2', pdf: Buffer.from('%PDF-1.7') }),
    chartPdf: (asked: object) => printed(asked, { title: 'KIR2', pdf: Buffer.from('%PDF-1.7') }),
  };
}
