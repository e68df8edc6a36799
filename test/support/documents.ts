// The two documents that are made from the program's own tables, so that they can say nothing else: `node test/support/documents.ts`
// writes them, a test holds them equal.

import { writeFileSync } from 'node:fs';
import { FAILURES } from '../../src/domain/failures.ts';
import { settingFlags } from '../../src/station/settings/setting-rules.ts';
import { SETTINGS_EXAMPLE_YAML } from './example.ts';

const CLASSES = {
  transient: 'repeat it later',
  ambiguous: 'look before repeating',
  permanent: 'somebody must change something first',
} as const;

export function failuresDocument(): string {
  const entries = Object.entries(FAILURES).map(([code, rule]) =>
    [
      `## ${code}`,
      '',
      `${rule.happened} **Fortfarande rätt:** ${rule.stillRight} **Gör nu:** ${rule.doNow}`,
      '',
      `${rule.class} (${CLASSES[rule.class]}); HTTP ${rule.httpStatus}${rule.acknowledgement === null ? '' : `; HL7 ${rule.acknowledgement}`}`,
    ].join('\n'),
  );
  return `# Failures

Every failure a person can meet, by its code: what happened, what is still right, what to do now. Made from
\`src/domain/failures.ts\` by \`node test/support/documents.ts\`; a test holds them equal.

${entries.join('\n\n')}
`;
}

export function settingsDocument(): string {
  const rows = settingFlags.map(
    ({ flag, env, key, help, fallback }) =>
      `| \`${flag}\` | \`${env}\` | ${key === '–' ? '–' : `\`${key}\``} | ${help} | ${fallback} |`,
  );
  return `# Settings

A flag wins over the environment, that over the YAML file, that over the default. Unknown keys are errors, all problems are
told together, and nothing starts with half of them. \`reservkraft check\` tries the settings without starting anything. Paths
written in the file are read from the file's own folder; those of flags, the environment and the defaults from the folder where the
command is given.

| flag | environment | key in the file | what | default |
|---|---|---|---|---|
${rows.join('\n')}

Units and source systems stand in the file only. What is not declared as fed is shown as *Ingår inte i kopian*. An example:

\`\`\`yaml
${SETTINGS_EXAMPLE_YAML.trim()}
\`\`\`

Made by \`node test/support/documents.ts\`; a test holds it equal to the program, and the example is one that \`check\` accepts.
`;
}

export const documentPath = (name: string): string => new URL(`../../docs/${name}`, import.meta.url).pathname;

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(documentPath('failures.md'), failuresDocument());
  writeFileSync(documentPath('settings.md'), settingsDocument());
}
