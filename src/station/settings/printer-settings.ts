// The printers a station prints to: their addresses are fixed, since nothing may depend on a name service (design §5.9).

import type { UnitDeclaration } from '../../domain/unit.ts';
import { printerAddress } from '../../paper/print/open-printer.ts';
import type { PrinterSettings } from '../../paper/print/printer.ts';
import { PRINTER_KEYS } from './file-keys.ts';

export function readPrinters(
  given: unknown,
  units: readonly UnitDeclaration[],
  problems: string[],
): readonly PrinterSettings[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    problems.push('printers: ska vara en lista');
    return [];
  }
  const printers = given.flatMap((item: unknown, index) => readPrinter(item, `printers[${index}]`, units, problems));
  const ids = printers.map(({ id }) => id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    problems.push(`printers: "${id}" är angiven två gånger`);
  return printers;
}

function readPrinter(
  item: unknown,
  where: string,
  units: readonly UnitDeclaration[],
  problems: string[],
): PrinterSettings[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    problems.push(`${where}: ska ha nycklar och värden`);
    return [];
  }
  const told = item as Readonly<Record<string, unknown>>;
  const faults: string[] = Object.keys(told)
    .filter((key) => !Object.hasOwn(PRINTER_KEYS, key))
    .map((key) => `okänd nyckel "${key}"`);
  const { id, name = id, address, units: own = [] } = told;
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9-]{0,39}$/.test(id))
    faults.push('id: små bokstäver, siffror och bindestreck');
  if (typeof name !== 'string' || name.length > 200) faults.push('name: ska vara en text');
  if (typeof address !== 'string' || printerAddress(address) === null)
    faults.push('address: ipp://adress/ipp/print, ipps://… eller socket://adress:9100');
  const named = Array.isArray(own) ? own : [own];
  const declared = units.filter((unit) => named.includes(unit.id));
  if (declared.length < named.length) faults.push('units: en enhet finns inte');
  problems.push(...faults.map((fault) => `${where}.${fault}`.replace('.okänd', ': okänd')));
  if (faults.length > 0) return [];
  return [{ id: String(id), name: String(name), address: String(address), units: declared.map((unit) => unit.id) }];
}
