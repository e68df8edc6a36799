// What stands on every sheet of a printing of this moment, before it is known what it is of.

import type { SureNow } from '../../domain/age.ts';
import type { Printing } from '../../paper/printing.ts';
import type { Settings } from '../settings/settings.ts';

export interface PrintingNowOptions {
  readonly settings: Pick<Settings, 'paperValidMinutes'>;
  readonly sureNow: () => SureNow;
}

export function printingNow({ settings, sureNow }: PrintingNowOptions, by: string): Printing {
  const now = sureNow();
  return {
    at: now.wallMs,
    clockIsUnsure: now.clockIsBehind === true,
    by,
    version: null,
    replaces: null,
    validUntil: now.wallMs + settings.paperValidMinutes * 60_000,
    situation: null,
    writeIn: 'JOURNALEN',
    watermark: null,
  };
}
