// The halves typed back: to try the envelopes, or to have the key again on a machine that lost it.

import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../domain/failures.ts';
import { SystemClock } from '../station/clock.ts';
import { stationFiles } from '../station/files/data-folder.ts';
import {
  changingKeyFile,
  loadStationKeys,
  refuseInsideData,
  type StationKeys,
  writeKeyFile,
} from '../station/files/keys.ts';
import { checkKey, openDatabase } from '../station/files/open-database.ts';
import { lockStation } from '../station/files/station-lock.ts';
import { joinHalves, keyMark, TypedHalf } from '../station/keys/halves.ts';
import { tellLedger } from '../station/keys/tell-ledger.ts';
import { readSettings } from '../station/settings/settings.ts';
import type { CommandContext } from './command.ts';
import { decidedBy } from './decided-by.ts';
import { reportRead } from './report-read.ts';
import { TypedLines } from './typed-lines.ts';

/** Never made by a command about it: a key stands for data that it has locked. @throws {Failure} `key.missing` */
export function requireKeyFile(file: string): void {
  if (!existsSync(file) && !existsSync(changingKeyFile(file))) throw new Failure('key.missing', file);
}

export async function verifyEnvelopes(context: CommandContext): Promise<number> {
  const { keyFile, dataFolder } = readSettings(context.flags, context.environment);
  requireKeyFile(keyFile);
  const used = loadStationKeys({ file: keyFile, dataFolder });
  const { keys, pair } = await typedKey(context);
  const isUsed = keys.secret().equals(used.secret());
  await reportRead(context, { kind: 'key.envelopes-tried', what: pair });
  if (!isUsed) throw new Failure('key.envelope-other', `kuvert: ${keyMark(keys)}, stationen: ${keyMark(used)}`);
  say(context, keys, `Kuverten öppnar stationens nyckel (${keyMark(keys)}). Lägg halvorna i nya, förseglade kuvert.`);
  return 0;
}

export async function restoreKey(context: CommandContext): Promise<number> {
  const { keyFile, dataFolder, name } = readSettings(context.flags, context.environment);
  refuseInsideData({ file: keyFile, dataFolder });
  if ([keyFile, changingKeyFile(keyFile)].some((file) => existsSync(file))) throw new Failure('key.exists', keyFile);
  const { inbox, copy, ledger, access } = stationFiles(dataFolder);
  if (![inbox, copy, ledger, access].some((file) => existsSync(file)))
    throw new Failure('store.data-missing', `${dataFolder}: utan uppgifter kan halvorna inte prövas`);
  const { keys } = await typedKey(context);
  const unlock = lockStation(dataFolder);
  try {
    requireOpens(dataFolder, keys);
    writeKeyFile(keyFile, keys);
    const by = decidedBy(context);
    const place = { dataFolder, keys, station: name, clock: new SystemClock() };
    for (const words of await tellLedger(place, 'key.restored', { by })) context.tell(`${words}\n`);
  } finally {
    unlock();
  }
  say(
    context,
    keys,
    `Nyckeln (${keyMark(keys)}) ligger i ${keyFile} och öppnar uppgifterna. Starta stationen, och gör nya kuvert.`,
  );
  return 0;
}

/** @throws {Failure} `key.wrong`, or what else keeps the data from being opened */
function requireOpens(dataFolder: string, keys: StationKeys): void {
  for (const role of ['inbox', 'copy', 'ledger', 'access'] as const) {
    const file = join(dataFolder, `${role}.db`);
    if (!existsSync(file)) continue;
    checkKey(file, keys.database(role));
    openDatabase({ file, key: keys.database(role), role, readonly: true }).close();
  }
}

async function typedKey(context: CommandContext): Promise<{ readonly keys: StationKeys; readonly pair: string }> {
  const lines = new TypedLines();
  try {
    context.tell('Halvorna skrivs rad för rad, var och en av sin person. Vilken som kommer först spelar ingen roll.\n');
    const first = await typedHalf(context, lines, 'första kuvertet');
    const second = await typedHalf(context, lines, first.name === 'A' ? 'kuvert B' : 'kuvert A');
    return { keys: joinHalves(first, second), pair: first.pair };
  } finally {
    await lines.end();
  }
}

async function typedHalf(context: CommandContext, lines: TypedLines, which: string): Promise<TypedHalf> {
  const half = new TypedHalf();
  while (!half.isWhole) {
    const line = await lines.next(`${half.name === '' ? which : `kuvert ${half.name}`}, rad ${half.next}`);
    try {
      half.type(line);
    } catch (error) {
      // At a keyboard it is typed again; a file would only be wrong again.
      if (!lines.isKeyboard || !(error instanceof Failure)) throw error;
      context.tell(`  Stämmer inte: ${error.detail ?? ''}. Skriv raden igen.\n`);
    }
  }
  lines.clear();
  context.tell(`Kuvert ${half.name} är helt.\n`);
  return half;
}

function say(context: CommandContext, keys: StationKeys, words: string): void {
  context.out(context.isJson ? `${JSON.stringify({ key: keyMark(keys), by: userInfo().username })}\n` : `${words}\n`);
}
