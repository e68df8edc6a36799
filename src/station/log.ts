// The station's log: JSON lines with event names, for the technician and the region's log collector. Never patient data: events
// carry codes, counts, sequence numbers and source ids only (design §5.13; a test scans the whole suite's output).

import { pino } from 'pino';

export type StationEvent =
  | 'station.started'
  | 'station.stopping'
  | 'station.note'
  | 'station.fault'
  | 'intake.died'
  | 'ledger.died'
  | 'reading.ended'
  | 'server.fault'
  | 'snapshot.taken'
  | 'snapshot.failed'
  | 'scrub.done'
  | 'counts.taken'
  | 'poll.swept'
  | 'poll.failed'
  | 'reports.taken'
  | 'reports.failed'
  | 'provider.answers'
  | 'provider.silent'
  | 'paper.pack-made'
  | 'paper.pack-not-made'
  | 'paper.test-not-made'
  | 'paper.renderer-ended';

export interface StationLog {
  info(event: StationEvent, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
  warn(event: StationEvent, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
}

export function stationLog(destination: NodeJS.WritableStream = process.stderr): StationLog {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return {
    info: (event, fields = {}) => logger.info({ event, ...fields }),
    warn: (event, fields = {}) => logger.warn({ event, ...fields }),
  };
}
