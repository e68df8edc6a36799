import { expect, test } from 'vitest';
import { readSettings } from '../station/settings/settings.ts';
import { whatToTry } from './demo-hints.ts';

const usual = readSettings(new Map(), {});

test('a demo as it comes is tried by commands without flags', () => {
  expect(whatToTry({ screen: 'http://screen', page: 'http://page' }, usual)).toMatch(
    /^ {2}bin\/reservkraft unit kir2 {2,}en enhets lista/m,
  );
  expect(whatToTry({ screen: 'http://screen', page: 'http://page' }, usual)).not.toContain('--');
  expect(whatToTry({ screen: 'http://screen', page: 'http://page' }, usual)).toContain('webbläsare: http://screen');
});

test('a demo with folders of its own says so in every command, as a shell reads it', () => {
  const hints = whatToTry(
    { screen: 'http://screen', page: 'http://page' },
    { ...usual, dataFolder: "/tmp/Anna's demo", tokenFile: '/tmp/token' },
  );
  const commands = hints.split('\n').filter((line) => line.includes('bin/reservkraft'));
  expect(commands).toHaveLength(4);
  for (const command of commands) expect(command).toContain(" --data '/tmp/Anna'\\''s demo' --token-file /tmp/token ");
});
