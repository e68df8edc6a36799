// What the technician installs from: the service and the container file say what the program does, and other programs accept them.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/command-line/commands.ts';
import { settingFlags } from '../src/station/settings/setting-rules.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const unit = readFileSync(join(ROOT, 'ops/reservkraft.service'), 'utf8');
const container = readFileSync(join(ROOT, 'ops/Containerfile'), 'utf8');
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).error === undefined;

describe('the service', () => {
  it('runs as a user of its own, is started again for ever, and waits for no network, name or clock', () => {
    expect(unit).toMatch(/^User=reservkraft$/m);
    expect(unit).toMatch(/^Restart=always$/m);
    expect(unit).toMatch(/^StartLimitIntervalSec=0$/m);
    expect(unit).not.toMatch(/^(?:After|Wants|Requires)=.*(?:network|nss-lookup|time-)/m);
    const stopMs = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) * 1_000;
    expect(stopMs).toBeGreaterThan(10_000);
  });

  it.skipIf(!hasAnalyze)(
    'is a unit systemd accepts, and one it calls well closed (skipped where there is no systemd-analyze)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'reservkraft-ops-'));
      const file = join(folder, 'reservkraft.service');
      // The program itself is not installed where the tests run.
      writeFileSync(file, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true').replace(/^(?:User|Group)=.*$/gm, ''));
      const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
      rmSync(folder, { recursive: true });
      expect(verified.stderr.split('\n').filter((line) => line.includes('reservkraft.service'))).toEqual([]);
      const scored = spawnSync(
        'systemd-analyze',
        ['security', '--offline=true', join(ROOT, 'ops/reservkraft.service')],
        {
          encoding: 'utf8',
        },
      );
      const score = Number(/exposure level for reservkraft\.service: ([\d.]+)/.exec(scored.stdout)?.[1]);
      expect(score).toBeLessThan(3);
    },
  );
});

describe('the task for Windows', () => {
  const task = readFileSync(join(ROOT, 'ops/reservkraft-task.xml'), 'utf8');
  const runs = readFileSync(join(ROOT, 'ops/reservkraft-task.cmd'), 'utf8');
  const program = readFileSync(join(ROOT, 'bin/reservkraft.cmd'), 'utf8');

  it('starts with the machine, is looked for again for ever, never ended for its time, and waits for no network', () => {
    expect(task).toMatch(/<BootTrigger>\s*<Repetition>\s*<Interval>PT1M<\/Interval>\s*<StopAtDurationEnd>false</);
    expect(task).not.toMatch(/<Duration>|<EndBoundary>/);
    expect(task).toContain('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>');
    expect(task).toContain('<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>');
    for (const name of [
      'RunOnlyIfNetworkAvailable',
      'RunOnlyIfIdle',
      'DisallowStartIfOnBatteries',
      'StopIfGoingOnBatteries',
    ])
      expect(task).toContain(`<${name}>false</${name}>`);
    expect(task).toContain('<RunLevel>LeastPrivilege</RunLevel>');
    expect(task).toContain('ops\\reservkraft-task.cmd');
  });

  it('runs the pinned Node with what the program has elsewhere, in lines that Windows reads', () => {
    const flags =
      /exec "\$node" (.*?) "\$here/.exec(readFileSync(join(ROOT, 'bin/reservkraft'), 'utf8'))?.[1] ?? 'none';
    expect(program).toContain(`"%node%" ${flags} "%here%\\src\\main.ts" %*`);
    expect(runs).toContain('bin\\reservkraft.cmd" start --config');
    for (const text of [program, runs]) expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });
});

describe('the container file', () => {
  it('runs as nobody special, with data and keys apart, and takes no silent source for a dead station', () => {
    expect(container).toMatch(/^USER 1000:1000$/m);
    expect(container).toMatch(/^VOLUME \["\/data", "\/keys"\]$/m);
    const health = /^HEALTHCHECK .*$/m.exec(container)?.[0] ?? '';
    expect(health).toContain('/health');
    expect(health).not.toContain('status');
  });

  it('carries neither tests nor packages for development, and the program asks for none', () => {
    expect(container).toMatch(/npm prune --omit=dev [\s\S]*rm -rf test$/m);
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      optionalDependencies: Record<string, string>;
    };
    const wanted = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
      .flatMap((name) => {
        const text = readFileSync(join(ROOT, 'src', name), 'utf8').replace(/^import type .*?;$/gms, '');
        const asked =
          /^(?:import|export|\}).* from '([^.'][^']*)';$|^import '([^.'][^']*)';$|\bimport\('([^.'][^']*)'\)/gm;
        return [...text.matchAll(asked)].map(([, from, bare, later]) => from ?? bare ?? later ?? '');
      })
      .filter((from) => !from.startsWith('node:'))
      .map((from) =>
        from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    expect(new Set(wanted).size).toBeGreaterThan(8);
    const listed = { ...dependencies, ...optionalDependencies };
    expect([...new Set(wanted)].filter((name) => listed[name] === undefined)).toEqual([]);
  });

  it('uses settings and commands that are there', () => {
    const known = new Set(settingFlags.map(({ env }) => env));
    const used = [...container.matchAll(/RESERVKRAFT_[A-Z_]+/g)].map(([name]) => name);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
    const page = readFileSync(join(ROOT, 'docs/operate/install.md'), 'utf8');
    const commands = new Set([...page.matchAll(/bin[/\\]reservkraft ([a-z]+)\b/g)].map(([, name = '']) => name));
    const programs = new Set(COMMANDS.map(({ name }) => name));
    expect([...commands].filter((name) => !programs.has(name))).toEqual([]);
    expect(commands.size).toBeGreaterThan(5);
  });
});
