// A copy of some patients of the simulated hospital, without sockets: what its systems say is read by the real readers and applied
// by the real writer, as fast as the machine can.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActionName, Actions } from '../../sim/actions.ts';
import { simulatedSources, simulatedUnits } from '../../sim/declarations.ts';
import { messageText, type Saying } from '../../sim/messages/message.ts';
import { isPresent } from '../../sim/stay.ts';
import { everything, heartbeat, saidBetween } from '../../sim/systems/speech.ts';
import { VOICES, type Voice, voiceOf } from '../../sim/systems/voices.ts';
import { encode } from '../../sim/systems/wire.ts';
import { World } from '../../sim/world.ts';
import { CopyReader } from '../../src/copy/read/copy-reader.ts';
import { prepareCopySchema } from '../../src/copy/schema.ts';
import { CopyWriter } from '../../src/copy/write/copy-writer.ts';
import type { CopyCommand } from '../../src/domain/commands.ts';
import { type PatientKey, sourceId } from '../../src/domain/identity.ts';
import type { Received } from '../../src/domain/received.ts';
import type { Arrival } from '../../src/domain/time.ts';
import { interpret } from '../../src/intake/interpret.ts';
import { StationKeys } from '../../src/station/files/keys.ts';
import { openDatabase } from '../../src/station/files/open-database.ts';

const ASEN = VOICES.filter(({ hospital }) => hospital === 'ASEN');
const MONOTONIC_MS = 3_600_000;

export class SimulatedCopy {
  readonly reader: CopyReader;
  readonly #folder = mkdtempSync(join(tmpdir(), 'simulated-'));
  readonly #reading;
  readonly #writing;
  readonly #writer: CopyWriter;
  readonly #world: World;
  readonly #actions: Actions;
  readonly #rows: Received[] = [];
  /** Stays that are told of; the others' patients are in another house. */
  readonly #told: Set<string>;
  readonly #began: number;
  #at: number;

  /** `patients`: that many of those who lie on the wards, and with them whoever the control page's actions concern. */
  constructor({ at, patients, seed }: { readonly at: number; readonly patients: number; readonly seed: string }) {
    const keys = new StationKeys(Buffer.alloc(32, 7));
    const file = join(this.#folder, 'copy.db');
    const key = keys.database('copy');
    this.#writing = openDatabase({ file, key, role: 'copy' });
    prepareCopySchema(this.#writing);
    this.#reading = openDatabase({ file, key, role: 'copy', readonly: true });
    this.reader = new CopyReader({ db: this.#reading, units: simulatedUnits(['ASEN']), isKeeping: true });
    this.#writer = new CopyWriter({
      db: this.#writing,
      interpret,
      received: (seq) => this.#rows[seq - 1],
      handleOf: (identity) => keys.handle(identity),
    });
    this.#began = at;
    this.#at = at;
    this.#world = new World({ seed, at });
    this.#actions = new Actions(this.#world, seed);
    const present = this.#world.stays.filter(
      (stay) => stay.hospital === 'ASEN' && stay.kind === 'inpatient' && isPresent(stay, at),
    );
    this.#told = new Set(present.slice(0, patients).map(({ number }) => number));
    this.command({ command: 'declare', sources: simulatedSources(['ASEN']) });
    for (const voice of ASEN) this.#say(voice, everything(voice, this.#world, at));
  }

  /** A reader that remembers nothing. */
  freshReader(): CopyReader {
    return new CopyReader({ db: this.#reading, units: simulatedUnits(['ASEN']) });
  }

  get now(): Arrival {
    return { wallMs: this.#at, boot: 'simulated', monotonicMs: this.#at - this.#began + MONOTONIC_MS };
  }

  /** Lets the hospital live this long, and its systems say what happened; those not named are silent. */
  live(ms: number, isSpeaking: (voice: Voice) => boolean = () => true): void {
    const from = this.#at;
    this.#at += ms;
    this.#world.advance(this.#at);
    for (const voice of ASEN.filter(isSpeaking))
      this.#say(voice, [...saidBetween(voice, this.#world, from, this.#at), heartbeat(voice, this.#at)]);
  }

  act(action: ActionName): void {
    const { says } = this.#actions.do(action, this.#at, 1);
    for (const { system, saying } of says) {
      this.#told.add(saying.stay);
      this.#say(voiceOf(system), [saying]);
    }
  }

  command(command: CopyCommand): void {
    this.#receive('station', 'command', Buffer.from(JSON.stringify(command)));
  }

  /** Everyone on a list. */
  patients(): PatientKey[] {
    const lists = this.freshReader()
      .units()
      .map(({ unit }) => this.reader.census(unit));
    return [...new Set(lists.flat().map(({ key }) => key))];
  }

  close(): void {
    this.#reading.close();
    this.#writing.close();
    rmSync(this.#folder, { recursive: true });
  }

  #say(voice: Voice, sayings: readonly Saying[]): void {
    for (const saying of sayings) {
      if (saying.stay !== '' && !this.#told.has(saying.stay)) continue;
      this.#receive(voice.id, 'hl7v2', encode(messageText(voice, saying, this.#at), voice.charset));
    }
  }

  #receive(source: string, format: Received['format'], raw: Uint8Array): void {
    const row = { seq: this.#rows.length + 1, source: sourceId(source), format, arrival: this.now, raw };
    this.#rows.push(row);
    this.#writer.applyBatch([row]);
  }
}
