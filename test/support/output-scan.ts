// After the last test: everything that stations, commands and tests wrote to their logs is searched for the fixtures' names and
// numbers, and for what opens something. One found fails the run (design §5.13).

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUT_FOLDER, USED_SECRETS } from './output.ts';
import { PatientWords } from './patient-words.ts';
import { SecretWords } from './secret-words.ts';

/** Whether the logs are clean; tells what was searched, or where something was found. */
export function scanOutput(): boolean {
  const folder = process.env[OUTPUT_FOLDER];
  if (folder === undefined) return true;
  const names = readdirSync(folder).filter((name) => name !== USED_SECRETS);
  const texts = names.map((name) => readFileSync(join(folder, name), 'utf8'));
  const lines = texts.reduce((count, text) => count + text.split('\n').length - 1, 0);
  const words = new PatientWords();
  const used = join(folder, USED_SECRETS);
  const secrets = new SecretWords(existsSync(used) ? readFileSync(used, 'utf8').split('\n') : []);
  const found = texts.flatMap((text, index) => [
    ...words.linesIn(text).map((line) => `${names[index]}:${line}`),
    ...secrets.linesIn(text).map(({ line, what }) => `${names[index]}:${line} ${what}`),
  ]);
  if (found.length === 0) {
    process.stdout.write(
      `None of ${words.count} names and numbers of the fixtures stands in ${lines} log lines, nor anything like a secret or one of ${secrets.count} used.\n`,
    );
    rmSync(folder, { recursive: true, force: true });
    return true;
  }
  process.stdout.write(
    `FAIL names or numbers of patients, or secrets, in logs, kept in ${folder}:\n  ${found.join('\n  ')}\n`,
  );
  return false;
}
