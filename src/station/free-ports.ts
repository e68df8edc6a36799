// Whether the station can be reached where it is to be, asked before anything is made: a start that cannot be leaves no folder, no
// key and no file behind.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Failure } from '../domain/failures.ts';
import { type ListenPlace, listenFailure } from '../intake/mllp/listen-failure.ts';
import { hasServerCertificate } from './certificates/certificate-store.ts';
import { LOCK_FILE, lockStation } from './files/station-lock.ts';
import type { Settings } from './settings/settings.ts';

type Places = Pick<
  Settings,
  'dataFolder' | 'keyFile' | 'httpHost' | 'httpPort' | 'httpsHost' | 'httpsPort' | 'mllpHost' | 'mllpPort'
>;

/** @throws {Failure} `station.already-running`, or why a port can't be opened */
export async function requireFreePorts(settings: Places): Promise<void> {
  refuseSecond(settings.dataFolder);
  const { httpHost, httpPort, httpsHost, httpsPort, mllpHost, mllpPort } = settings;
  const places: readonly ListenPlace[] = [
    { what: 'HTTP', host: httpHost, port: httpPort },
    // Without a certificate it is not opened, and whoever has it may keep it.
    ...(hasServerCertificate(settings.keyFile) ? [{ what: 'HTTPS', host: httpsHost, port: httpsPort }] : []),
    { what: 'MLLP', host: mllpHost, port: mllpPort },
  ];
  for (const place of places) {
    const fault = await listenFault(place.host, place.port);
    if (fault !== null) throw listenFailure(fault, place);
  }
}

/** The ports of a second station in the same folder are busy too; who it meets there is the thing to be told. */
function refuseSecond(dataFolder: string): void {
  if (!existsSync(join(dataFolder, LOCK_FILE))) return;
  try {
    lockStation(dataFolder)();
  } catch (error) {
    // A folder that cannot be written may still be read: that is for the start itself.
    if (error instanceof Failure && error.code === 'station.already-running') throw error;
  }
}

async function listenFault(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  if (port === 0) return null;
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  } finally {
    probe.close();
  }
}
