// Who decides, for commands that decide something: as said, else whoever is signed in to the machine.

import { userInfo } from 'node:os';
import type { CommandContext } from './command.ts';

export const BY = {
  flag: '--by',
  kind: 'value',
  help: 'who decides this (default: the user signed in to the machine)',
} as const;

export const decidedBy = ({ flags }: CommandContext): string => flags.get('--by') ?? userInfo().username;
