// What a running station leaves in its data folder for the other commands: its name, its units' names, where it answers.
// So that `reservkraft unit` works without repeating the settings. No secret and no patient data in it.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UnitDeclaration } from '../domain/unit.ts';
import { storageFailure } from './files/storage-failure.ts';

export interface StationCard {
  readonly name: string;
  readonly httpPort: number;
  readonly mllpPort: number;
  readonly tokenFile: string;
  readonly keyFile: string;
  readonly units: readonly UnitDeclaration[];
  readonly sources: readonly { readonly id: string; readonly name: string }[];
}

const fileIn = (dataFolder: string): string => join(dataFolder, 'station.json');

/** On a disk that refuses, the former card stands: a station that can still be read must start. */
export function writeStationCard(dataFolder: string, card: StationCard): void {
  const file = fileIn(dataFolder);
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(card, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    if (storageFailure(error) === null) throw error;
  }
}

/** Null when no station has run with this folder, or the card cannot be read: the settings' own words are used then. */
export function readStationCard(dataFolder: string): StationCard | null {
  try {
    const card = JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')) as StationCard;
    return Array.isArray(card.units) && Number.isInteger(card.httpPort) ? card : null;
  } catch {
    return null;
  }
}
