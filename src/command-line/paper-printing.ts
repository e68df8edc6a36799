// By whom and how long a print made at the terminal holds. Nobody keeps count of what a terminal makes: it has no version, replaces
// nothing, and has no sheets to sign on.

import { userInfo } from 'node:os';
import type { SureNow } from '../domain/age.ts';
import { limits } from '../limits.ts';
import type { Printing } from '../paper/printing.ts';

export const terminalPrinting = ({ wallMs, clockIsBehind }: SureNow): Printing => ({
  at: wallMs,
  clockIsUnsure: clockIsBehind === true,
  by: userInfo().username,
  version: null,
  replaces: null,
  validUntil: wallMs + limits.paperValidMs,
  situation: null,
  writeIn: 'JOURNALEN',
  watermark: null,
});
