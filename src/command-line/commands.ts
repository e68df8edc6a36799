// Every command of the program, in the order `--help` lists them.

import { access } from './access.ts';
import { accounts } from './accounts.ts';
import { bench } from './bench.ts';
import { certificate } from './certificate.ts';
import { chart } from './chart.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { demo } from './demo.ts';
import { device } from './device.ts';
import { hold, release, settle } from './hold.ts';
import { importFiles } from './import.ts';
import { install } from './install.ts';
import { keys } from './keys.ts';
import { ledger } from './ledger.ts';
import { messages } from './messages.ts';
import { paper } from './paper.ts';
import { place } from './place.ts';
import { replay } from './replay.ts';
import { search } from './search.ts';
import { send } from './send.ts';
import { snapshot } from './snapshot.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { unit } from './unit.ts';

export const COMMANDS: readonly Command[] = [
  start,
  demo,
  check,
  status,
  unit,
  chart,
  search,
  messages,
  send,
  importFiles,
  hold,
  release,
  settle,
  snapshot,
  ledger,
  accounts,
  access,
  device,
  certificate,
  install,
  keys,
  paper,
  place,
  replay,
  bench,
];
