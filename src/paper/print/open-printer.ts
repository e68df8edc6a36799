import { IppPrinter } from './ipp-printer.ts';
import type { Printer, PrinterSettings } from './printer.ts';
import { RawPrinter } from './raw-printer.ts';

/** Null: not an address a printer has. */
export function printerAddress(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const address = new URL(text);
  return ['ipp:', 'ipps:', 'socket:'].includes(address.protocol) && address.hostname !== '' ? address : null;
}

export function openPrinter({ address }: Pick<PrinterSettings, 'address'>): Printer {
  const url = printerAddress(address);
  if (url === null) throw new Error('a printer without an address');
  return url.protocol === 'socket:' ? new RawPrinter(url) : new IppPrinter(url);
}
