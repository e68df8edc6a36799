// Starts the simulated hospitals. They reach a station through real sockets and folders only.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeClock } from './clock.ts';
import { Control } from './control.ts';
import { REPORT_SOURCE } from './declarations.ts';
import { HOUR_MS } from './local-time.ts';
import type { HospitalCode } from './places.ts';
import { Runner } from './runner.ts';

const HELP = `Simulerade sjukhus: Åsens sjukhus (allt skickas) och Fjällnäs sjukstuga (in, ut, provsvar och utskrivna listor).
Alla personer är påhittade; numren är Skatteverkets testnummer.

  node sim/main.ts [flaggor]

  --mllp host:port     stationens mottagning av HL7 v2 (127.0.0.1:7072)
  --control port       kontrollsidan, bara på denna dator (7071)
  --seed text          samma frö ger samma sjukhus (1)
  --speed tal          hur fort tiden går tills den hunnit ikapp klockan (1)
  --behind timmar      hur långt bakåt en snabbare tid börjar (24)
  --reports mapp       stationens mapp för listor; Fjällnäs skriver i undermappen fj-listor (./data/reports)
  --hospital vilka     rich, poor eller both (both)
  --until-stdin-ends   slutar när den som startade dem gör det
  --help               den här texten
`;

const HOSPITALS: Readonly<Record<string, readonly HospitalCode[]>> = {
  rich: ['ASEN'],
  poor: ['FJALL'],
  both: ['ASEN', 'FJALL'],
};

interface Options {
  readonly host: string;
  readonly port: number;
  readonly control: number;
  readonly seed: string;
  readonly speed: number;
  readonly behindHours: number;
  readonly reports: string;
  /** Whoever started them holds their standard input open for as long as they are wanted. */
  readonly untilStdinEnds: boolean;
  readonly hospitals: readonly HospitalCode[];
}

/** What was asked for, or a sentence about what is wrong with it. */
function readOptions(args: readonly string[]): Options | string | null {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        mllp: { type: 'string', default: '127.0.0.1:7072' },
        control: { type: 'string', default: '7071' },
        seed: { type: 'string', default: '1' },
        speed: { type: 'string', default: '1' },
        behind: { type: 'string', default: '24' },
        reports: { type: 'string', default: './data/reports' },
        hospital: { type: 'string', default: 'both' },
        'until-stdin-ends': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return `${error instanceof Error ? error.message : 'Okänd flagga'}\nSe --help.`;
  }
  if (values['help'] === true) return null;
  const address = /^(.+):(\d{1,5})$/u.exec(String(values['mllp']));
  const number = (name: string, min: number, max: number): number => {
    const value = Number(values[name]);
    return value >= min && value <= max ? value : Number.NaN;
  };
  const port = Number(address?.[2]);
  const control = number('control', 0, 65_535);
  const speed = number('speed', 1, 3_600);
  const behindHours = number('behind', 0, 24 * 14);
  const hospitals = HOSPITALS[String(values['hospital'])];
  if (address?.[1] === undefined || port > 65_535) return '--mllp ska vara värd:port, till exempel 127.0.0.1:7072.';
  if (Number.isNaN(control)) return '--control ska vara ett portnummer.';
  if (Number.isNaN(speed)) return '--speed ska vara 1 till 3600.';
  if (Number.isNaN(behindHours)) return '--behind ska vara 0 till 336 timmar.';
  if (hospitals === undefined) return '--hospital ska vara rich, poor eller both.';
  return {
    host: address[1],
    port,
    control,
    seed: String(values['seed']),
    speed,
    behindHours,
    reports: String(values['reports']),
    untilStdinEnds: values['until-stdin-ends'] === true,
    hospitals,
  };
}

async function run(options: Options): Promise<void> {
  const wall = (): number => Date.now();
  const clock = makeClock({ wall, speed: options.speed, behindMs: options.behindHours * HOUR_MS });
  const runner = new Runner({
    clock,
    wall,
    seed: options.seed,
    hospitals: options.hospitals,
    to: { host: options.host, port: options.port },
    reportsFolder: join(options.reports, REPORT_SOURCE),
  });
  const control = new Control(runner);
  const port = await control.listen(options.control);
  runner.start();
  const { inpatients, emergency } = runner.status();
  process.stdout.write(
    `Simulerade sjukhus: ${inpatients} inneliggande, ${emergency} på akuten. Kontrollsida http://127.0.0.1:${port}\n`,
  );
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    void Promise.all([runner.stop(), control.close()]).then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  if (options.untilStdinEnds) process.stdin.on('close', stop).resume();
  process.on('SIGINT', stop);
}

const options = readOptions(process.argv.slice(2));
if (options === null) process.stdout.write(HELP);
else if (typeof options === 'string') {
  process.stderr.write(`${options}\n`);
  process.exitCode = 2;
} else {
  run(options).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'EADDRINUSE' ? `Port ${options.control} är upptagen: välj en annan med --control.` : error.code;
    process.stderr.write(`Kontrollsidan kunde inte startas. ${why ?? error.name}\n`);
    process.exit(1);
  });
}
