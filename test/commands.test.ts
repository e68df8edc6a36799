// Every command as a person at the machine meets it: its help, its data as JSON, and what it says when something is wrong: what
// happened, what is still right, what to do now.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandHelp, parseCommand } from '../src/command-line/command.ts';
import { COMMANDS } from '../src/command-line/commands.ts';
import type { Chart } from '../src/domain/chart/chart.ts';
import { FAILURES } from '../src/domain/failures.ts';
import type { UnitList } from '../src/domain/unit-list/unit-list.ts';
import { SETTINGS_EXAMPLE } from './support/example.ts';
import { House, type Ran, reservkraft } from './support/house.ts';

/** Skatteverket's published test numbers. */
const ANNA = '189001019802';
const BERTIL = '192804129175';
const HAS_THREE_SENTENCES = /^.+\n(?: {2}.+\n)*Fortfarande rätt: .+\nGör nu: .+\n$/;

const said = (id: string, type: string, ...segments: string[]): string =>
  [`MSH|^~\\&|JOURNAL|HUS|RK|RK|20260114100000||${type}|${id}|P|2.5||||||8859/1`, ...segments, ''].join('\r');
const person = (number: string, name: string): string => `PID|1||${number}^^^SKV^NNSE||${name}||19000101|F`;
const admitted = (id: string, number: string, name: string, bed: string): string =>
  said(id, 'ADT^A01', 'EVN|A01|20260114100000', person(number, name), `PV1|1|I|KIR^1^${bed}||||||||||||||||V${bed}`);
const framed = (...messages: string[]): Buffer =>
  Buffer.concat(
    messages.map((message) => Buffer.concat([Buffer.of(0x0b), Buffer.from(message, 'latin1'), Buffer.of(0x1c, 0x0d)])),
  );

const expectRefusal = (ran: Ran, about: RegExp): void => {
  expect(ran.err).toMatch(about);
  expect(ran.err).toMatch(HAS_THREE_SENTENCES);
  expect(ran.err).not.toMatch(/\bat .*\.ts:/);
  expect(ran.out).toBe('');
  expect(ran.code).toBe(2);
};

const UNKNOWN = 'Solfläckar.\nFortfarande rätt: Allt.\nGör nu: Vänta.';

/** Anything that answers every question the same way. */
async function answering(status: number, body: string, port: number): Promise<Server> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('the program before anything is running', () => {
  it('explains itself and each of its commands', async () => {
    const [all, one] = await Promise.all([reservkraft(['--help']), reservkraft(['hold', '--help'])]);
    expect(all.code).toBe(0);
    expect(one).toMatchObject({ code: 0, err: '' });
    for (const command of COMMANDS) {
      expect(all.out).toContain(`${command.name} `);
      expect(all.out).toContain(command.summary);
      expect(parseCommand(command, ['--help']).wantsHelp).toBe(true);
      const help = commandHelp(command);
      expect(help).toMatch(new RegExp(`^reservkraft ${command.name}`));
      expect(help.length).toBeGreaterThan(200);
      for (const { flag } of command.flags) expect(help).toContain(flag);
      expect(help.includes('--data …')).toBe(command.settings !== 'none');
      expect(help.includes('--key-file …')).toBe(command.settings === 'all' || command.settings === 'disk');
      // What only a start goes by is told where a station is started, and taken everywhere.
      expect(help.includes('--snapshot-hour …')).toBe(command.settings === 'all');
      if (command.settings !== 'none') expect(parseCommand(command, ['--snapshot-hour', '4']).flags.size).toBe(1);
      expect(help.includes('--json')).toBe(command.printsData);
      expect(command === COMMANDS.find(({ name }) => name === 'hold') ? help : one.out).toBe(one.out);
    }
  });

  it('refuses a command or a flag it does not know, and says where to look', async () => {
    expectRefusal(await reservkraft(['strat']), /kommandot strat finns inte; reservkraft --help/);
    for (const [flags, told] of [
      [['--colour'], 'flaggan --colour finns inte'],
      [['--data'], 'flaggan --data saknar värde'],
      [['--data', '-x'], 'flaggan --data saknar värde, eller har ett som börjar med -'],
      [['--json=yes'], 'flaggan --json tar inget värde'],
    ] as const)
      expectRefusal(await reservkraft(['status', ...flags]), new RegExp(`${told}.*\\(reservkraft status --help\\)`));
    expectRefusal(await reservkraft(['start', '--http-port', 'many']), /--http-port: en port är ett heltal/);
  });

  it('refuses a word too many and a width that is none', async () => {
    for (const command of ['status', 'snapshot', 'replay', 'check'])
      expectRefusal(await reservkraft([command, 'x']), /kommandot tar inga ord/);
    for (const width of ['abc', '3', '9999'])
      expectRefusal(await reservkraft(['chart', '-', '--width', width]), /--width: ange 20 till 500 tecken/);
  });

  it('says that nothing is here or running, command by command', async () => {
    const house = new House();
    const missing = await Promise.all(
      [['unit'], ['chart', '-'], ['messages'], ['status']].map((words) => house.run(words, ANNA)),
    );
    for (const ran of missing) expectRefusal(ran, /ingen kopia att läsa/);
    const asked = await Promise.all(
      [
        ['hold', 'journal', '--reason', 'prov'],
        ['import', house.folder, '--source', 'x'],
      ].map((words) => house.run(words)),
    );
    for (const ran of asked) {
      expect(ran.err).toContain('Ingen station svarar');
      expect(ran.err).toContain('Gör nu: Starta stationen');
      expect(ran.code).toBe(2);
    }
    writeFileSync(join(house.folder, 'a.hl7'), admitted('1', ANNA, 'Övning^Anna', '1'), 'latin1');
    expectRefusal(
      await house.run(['send', join(house.folder, 'a.hl7'), '--to', '127.0.0.1:1']),
      /Ingen mottagare svarar på adressen/,
    );
    await house.end();
  });

  it('a reader that has had enough ends it quietly', async () => {
    const program = spawn('bin/reservkraft', ['--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    program.stdout.destroy();
    let told = '';
    program.stderr.on('data', (bytes: Buffer) => (told += bytes.toString()));
    await once(program, 'close');
    expect(told).toBe('');
  });

  it('names every fault of the settings at once and starts nothing', async () => {
    const house = new House({
      settings: { snapshotHour: 99, naem: 'x', sources: [{ id: 'A B', transport: 'pigeon' }] },
    });
    const ran = await house.run(['check']);
    expectRefusal(ran, /Inställningarna kan inte användas/);
    for (const fault of ['snapshotHour', 'okänd nyckel "naem"', 'sources[0].id', 'sources[0].transport'])
      expect(ran.err).toContain(fault);
    expect(readdirSync(house.folder)).toEqual(['reservkraft.yaml']);
    await house.end();
  });
});

describe('the commands beside a running station', () => {
  let house: House;
  const file = (name: string): string => join(house.folder, name);
  beforeAll(async () => {
    house = await House.start({ settings: SETTINGS_EXAMPLE });
    writeFileSync(
      file('recorded.mllp'),
      framed(admitted('1', ANNA, 'Övning^Anna', '1'), admitted('2', BERTIL, 'Öhman^Bertil', '2')),
    );
  });
  afterAll(() => house.end());

  it('names the flag whose time it cannot read, and the port nobody receives at', async () => {
    expectRefusal(await house.run(['ledger', 'show', '--from', 'igår']), /--from skrivs/);
    const sent = await house.run(['send', file('recorded.mllp'), '--to', '127.0.0.1:9']);
    expectRefusal(sent, /Ingen mottagare svarar på adressen i --to/);
    expect(sent.err).not.toContain('--http-port');
  });

  it('sends each message of a recording of wrapped messages, a line an answer, then totals', async () => {
    const { out, code } = await house.run(['send', file('recorded.mllp'), '--to', house.mllp]);
    expect(out).toBe('recorded.mllp#1  AA\nrecorded.mllp#2  AA\n2 meddelanden ur 1 filer: 2 AA\n');
    expect(code).toBe(0);
    await house.settled();
  });

  it('prints lists, persons and charts as text and as JSON', async () => {
    const [units, unit, found, chart, status, chartText] = await Promise.all([
      house.run(['unit', '--json']),
      house.run(['unit', 'KIR']),
      house.run(['search', '-', '--json'], 'ovning'),
      house.run(['chart', '-', '--json'], ANNA),
      house.run(['status', '--json']),
      house.run(['chart', '-'], ANNA),
    ]);
    expect(JSON.parse(units.out)).toMatchObject([{ unit: 'KIR', counts: { present: 2 } }]);
    expect(unit.out).toMatch(/Övning, Anna[\s\S]*Öhman, Bertil/);
    const list = JSON.parse((await house.run(['unit', 'KIR', '--json'])).out) as UnitList;
    expect(list).toMatchObject({ unit: 'KIR', asOf: null });
    expect(list.age[0]).toMatch(/^Beläggning/);
    const words = unit.out.replace(/\s+/g, ' ');
    for (const { warnings } of list.rows) for (const warning of warnings) expect(words).toContain(warning);
    expect(JSON.parse(found.out)).toMatchObject({ hits: [{ identity: { id: ANNA } }], isCut: false, remark: null });
    expect((JSON.parse(chart.out) as Chart).banner.name).toBe('Övning, Anna');
    expect(chartText.out).toContain('Övning, Anna');
    expect(JSON.parse(status.out)).toMatchObject({ state: 'receiving', backlog: 0 });
    for (const { code, err } of [units, unit, found, chart, chartText]) expect([code, err]).toEqual([0, '']);
  });

  it('finds the station that runs with a data folder, whichever port it answers on', async () => {
    const status = await reservkraft(['status', '--json', '--data', house.dataFolder], { cwd: house.folder });
    expect(JSON.parse(status.out)).toMatchObject({ state: 'receiving' });
    const elsewhere = ['status', '--json', '--data', house.dataFolder, '--http-port', '1'];
    const asked = await reservkraft(elsewhere, { cwd: house.folder });
    expect(JSON.parse(asked.out)).toMatchObject({ state: 'not-running' });
  });

  it('never takes a person’s number as an argument, and never says it back', async () => {
    for (const command of ['chart', 'search']) {
      const ran = await house.run([command, ANNA]);
      expectRefusal(ran, /skrivs inte på kommandoraden/);
      expect(ran.err).not.toContain(ANNA);
    }
    const unknown = await house.run(['chart', '-'], '189001029819');
    expectRefusal(unknown, /Ingen patient med det numret/);
    expect(unknown.err).not.toContain('189001029819');
    expectRefusal(await house.run(['chart', '-'], ''), /inget svar/);
    expectRefusal(await house.run(['chart', '-'], ANNA.slice(2)), /Skriv alla tolv siffror/);
    expectRefusal(await house.run(['chart', '-'], '189001019803'), /Kontrollsiffran stämmer inte/);
    expect((await house.run(['search', '-'], '189001019803')).out).toContain('Kontrollsiffran stämmer inte');
  });

  it('says what it cannot find, and where to look', async () => {
    const [unit, seq, source, at, anyAt, inUnit, ofSource, toHold, reason] = await Promise.all([
      house.run(['unit', 'KIR9']),
      house.run(['messages', '--raw', '99999']),
      house.run(['hold', 'nobody', '--reason', 'x']),
      house.run(['unit', 'KIR', '--at', 'later']),
      house.run(['unit', '--at', '25:99']),
      house.run(['search', '-', '--unit', 'nosuch'], 'ovning'),
      house.run(['messages', '--source', 'nosuch']),
      house.run(['hold', 'journal', '--unit', 'nosuch', '--reason', 'x']),
      house.run(['hold', 'journal']),
    ]);
    for (const words of [['--raw', 'abc'], ['--before=-5']])
      expectRefusal(
        await house.run(['messages', ...words]),
        new RegExp(`  ${words[0]?.slice(0, 5)}.*: ange ett nummer`),
      );
    expectRefusal(unit, /Enheten finns inte[\s\S]*reservkraft unit/);
    expectRefusal(seq, /det numret finns inte/);
    expectRefusal(source, /den källan finns inte[\s\S]*reservkraft status/);
    expect(source.err.split(FAILURES['request.invalid'].happened)).toHaveLength(2);
    expectRefusal(at, /--at skrivs/);
    expectRefusal(anyAt, /--at skrivs/);
    for (const ran of [inUnit, toHold]) expectRefusal(ran, /den enheten finns inte; kända enheter: KIR/);
    expectRefusal(ofSource, /den källan finns inte; kända källor: journal/);
    expectRefusal(reason, /ange varför: --reason/);
    for (const words of [
      ['unit', 'KIR'],
      ['chart', '-'],
    ])
      expectRefusal(await house.run([...words, '--at', '2020-01-01 06:00'], ANNA), /så långt tillbaka[\s\S]*äldst/);
    const nobody = await house.run(['search', '-'], 'zzz');
    expect(nobody).toMatchObject({ code: 1 });
    expect(nobody.out).toContain('Ingen träff i kopian');
  });

  it('finds the person a Latin-1 terminal asks for, and nobody else', async () => {
    for (const encoding of ['latin1', 'utf8'] as const) {
      const found = await house.run(['search', '-', '--json'], Buffer.from('Öhman\n', encoding));
      expect(JSON.parse(found.out).hits).toMatchObject([{ identity: { id: BERTIL } }]);
    }
    const { out } = await house.run(['search', '-'], Buffer.from('\nÖhm\nÖvning', 'latin1'));
    expect(out).toContain('Öhman');
    expect(out).not.toContain('Övning');
  });

  it('says that an answer could not be written, where there is no room for it', async () => {
    const full = openSync('/dev/full', 'w');
    const own = ['--data', house.dataFolder, '--key-file', house.keyFile];
    const program = spawn(process.execPath, ['src/main.ts', 'messages', '--raw', '1', ...own], {
      stdio: ['ignore', full, 'pipe'],
    });
    let told = '';
    program.stderr?.on('data', (bytes: Buffer) => (told += bytes.toString()));
    const [code] = await once(program, 'close');
    closeSync(full);
    expectRefusal({ out: '', bytes: Buffer.of(), err: told, code }, /Svaret kunde inte skrivas ut helt\.\n {2}ENOSPC/);
  });

  it('tells the second station of a folder that one is there, and the first goes on', async () => {
    const second = await house.run(['start']);
    expectRefusal(second, /använder redan den här datamappen/);
    expect((await house.settled()).state).toBe('receiving');
  });

  it('a held source is received, counted and kept off the charts until it is released, in the order it came', async () => {
    expect(await house.run(['hold', 'journal', '--reason', 'fel patient i går', '--by', 'IT'])).toMatchObject({
      code: 0,
    });
    writeFileSync(
      file('while-held.mllp'),
      framed(
        said(
          '3',
          'ADT^A02',
          'EVN|A02|20260114110000',
          person(ANNA, 'Övning^Anna'),
          'PV1|1|I|KIR^1^7||||||||||||||||V1',
        ),
        said(
          '4',
          'ADT^A02',
          'EVN|A02|20260114110100',
          person(ANNA, 'Övning^Anna'),
          'PV1|1|I|KIR^1^8||||||||||||||||V1',
        ),
      ),
    );
    const sent = await house.run(['send', file('while-held.mllp'), '--to', house.mllp, '--quiet']);
    expect(sent.out).toBe('2 meddelanden ur 1 filer: 2 AA\n');
    await house.settled();

    const [text, json, status, messages] = await Promise.all([
      house.run(['chart', '-'], ANNA),
      house.run(['chart', '-', '--json'], ANNA),
      house.run(['status', '--json']),
      house.run(['messages', '--json']),
    ]);
    expect(text.out).toContain('Hållen sedan');
    expect((JSON.parse(json.out) as Chart).banner.bed).toMatch(/1$/);
    expect(status.code).toBe(1);
    expect(JSON.parse(status.out).sources[0]).toMatchObject({ source: 'journal', state: 'held', held: 2 });
    expect(messages.out.match(/"outcome":"held"/g)).toHaveLength(2);

    // Told as let go, and so it is, at once.
    expect(await house.run(['release', 'journal'])).toMatchObject({
      code: 0,
      out: 'Källan journal är släppt. Det som kom under tiden är infört i ordning.\n',
    });
    const after = JSON.parse((await house.run(['chart', '-', '--json'], ANNA)).out) as Chart;
    expect(after.banner.bed).toMatch(/8$/);
    expect(JSON.stringify(after)).not.toContain('Hållen sedan');
  });

  it('takes FHIR files in, also packed, and refuses what it cannot read without stopping', async () => {
    const patient = {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: ANNA }],
      name: [{ family: 'Övning', given: ['Anna'] }],
    };
    writeFileSync(file('one.json'), JSON.stringify(patient));
    const refused = await house.run(['import', file('one.json'), '--source', 'nobody']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('den källan finns inte');
    const taken = await house.run(['import', file('one.json'), '--source', 'journal', '--json']);
    expect(JSON.parse(taken.out)).toEqual({
      ...{ files: 1, received: 1, repeated: 0, refused: 0 },
      ...{ setAside: [], notYet: 0, isHeld: false },
    });
    expectRefusal(await house.run(['import', file('none.json'), '--source', 'journal']), /finns inte/);
  });

  it('says of what it handed in what the copy could not read, which and why, and ends as not well', async () => {
    const basic = (id: string): string => JSON.stringify({ resourceType: 'Basic', id });
    writeFileSync(file('cut.json'), '{"resourceType":"Patient",');
    writeFileSync(file('many.ndjson'), [basic('a'), '{"resourceType":', basic('b'), 'hej', basic('c')].join('\n'));
    const { out, err, code } = await house.run([
      'import',
      file('cut.json'),
      file('many.ndjson'),
      '--source',
      'journal',
    ]);
    const lines = out.split('\n');
    expect(lines.slice(0, 2)).toEqual(['cut.json: 1 mottagna', 'many.ndjson: 5 mottagna']);
    expect(lines[2]).toMatch(/^cut\.json: nummer \d+ undanlagt: \S/);
    for (const line of lines.slice(3, 5)) expect(line).toMatch(/^many\.ndjson: nummer \d+ undanlagt: \S/);
    expect(lines[5]).toBe('2 filer: 6 mottagna, 3 undanlagda, 0 avvisade');
    expect(err).toContain('reservkraft settle journal --up-to');
    expect(code).toBe(1);
    const json = await house.run(['import', file('cut.json'), '--source', 'journal', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ received: 1, setAside: [{ file: 'cut.json' }] });
    const upTo = String(JSON.parse(json.out).setAside[0].seq);
    const settled = await house.run(['settle', 'journal', '--up-to', upTo, '--reason', 'prov']);
    expect(settled).toMatchObject({ code: 0, out: expect.stringMatching(/genomgångna.*Kvar att gå igenom: 0\.$/m) });
  });

  it('a copy made again from a snapshot and what came after it is the same copy', async () => {
    const { copySequence } = await house.settled();
    const taken = await house.run(['snapshot', '--json']);
    expect(JSON.parse(taken.out)).toMatchObject({ sequence: copySequence });
    writeFileSync(
      file('after.hl7'),
      said(
        '9',
        'ADT^A02',
        'EVN|A02|20260114120000',
        person(BERTIL, 'Öhman^Bertil'),
        'PV1|1|I|KIR^1^3||||||||||||||||V2',
      ),
      'latin1',
    );
    expect(await house.run(['send', file('after.hl7'), '--to', house.mllp])).toMatchObject({ code: 0 });
    await house.settled();
    expect(JSON.parse((await house.run(['chart', '-', '--json'], BERTIL)).out).banner.bed).toMatch(/3$/);
    expect(await house.stop()).toBe(0);
    for (const name of readdirSync(house.dataFolder))
      if (name.startsWith('copy.db')) rmSync(join(house.dataFolder, name));

    expectRefusal(await house.run(['unit']), /ingen kopia att läsa[\s\S]*görs om ur den när stationen startar/);
    await house.start();
    expect((await house.settled()).notes.map(({ code }) => code)).toEqual(['copy.rebuilt']);
    const replayed = await house.run(['replay', '--json']);
    expect(JSON.parse(replayed.out)).toMatchObject({ isSame: true });
    const chart = JSON.parse((await house.run(['chart', '-', '--json'], BERTIL)).out) as Chart;
    expect(chart.banner.bed).toMatch(/3$/);
  });

  it('reads on, from its disk, when the station has stopped', async () => {
    await house.stop();
    const [status, unit] = await Promise.all([house.run(['status']), house.run(['unit', 'KIR'])]);
    expect(status.err).toContain('Stationen svarar inte');
    expect(status.out).toContain('Journalsystemet');
    expect(status.code).toBe(1);
    expect(unit.out).toContain('Övning, Anna');
    expect(unit.code).toBe(0);
  });

  it('never takes another station, or another program, on its address for its own', async () => {
    const card = JSON.parse(readFileSync(join(house.dataFolder, 'station.json'), 'utf8')) as { httpPort: number };
    const refusal = { code: 'request.unauthorized', happened: 'Frågan saknar giltigt tillträde.' };
    for (const [status, body, told] of [
      [401, JSON.stringify(refusal), 'en annan station, med en annan token, svarar'],
      [200, JSON.stringify({ name: 'Granne', sources: [], notes: [] }), 'en annan station (Granne) svarar'],
      [200, '<html>', 'Stationen svarar inte.'],
      [404, '{"message":"?"}', 'Stationen svarar inte.'],
    ] as const) {
      const other = await answering(status, body, card.httpPort);
      const own = ['--data', house.dataFolder, '--key-file', house.keyFile];
      const asked = await reservkraft(['status', ...own], { cwd: house.folder });
      other.close();
      expect(asked.err).toContain(told);
      expect(asked.err).toContain('läst direkt från dess disk');
      expect(asked.out).toContain('Journalsystemet');
      expect(asked.code).toBe(1);
    }
  });

  it('retells what the station refuses in the station’s own three sentences, once', async () => {
    const refusals = [
      ...(['reading.busy', 'snapshot.failed', 'station.internal', 'request.unauthorized'] as const).map((code) => {
        const { httpStatus, happened, stillRight, doNow } = FAILURES[code];
        return { status: httpStatus, code, happened: `${happened} mer`, said: [happened, stillRight, doNow], text: '' };
      }),
      { status: 503, code: 'sun.spots', happened: '', said: ['Solfläckar.', 'Allt.', 'Vänta.'], text: UNKNOWN },
    ];
    for (const { status, said, ...body } of refusals) {
      const other = await answering(status, JSON.stringify(body), 0);
      const port = String((other.address() as AddressInfo).port);
      const own = ['--data', house.dataFolder, '--key-file', house.keyFile, '--http-port', port];
      const asked = await reservkraft(['hold', 'journal', '--reason', 'x', ...own], { cwd: house.folder });
      other.close();
      expectRefusal(asked, new RegExp(`^${said[0]?.replaceAll('.', '\\.')}`));
      for (const sentence of said) expect(asked.err.split(sentence)).toHaveLength(2);
      expect(asked.err).not.toContain(FAILURES['request.invalid'].doNow);
    }
  });
});
