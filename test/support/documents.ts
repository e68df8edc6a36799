// The two documents that are made from the program's own tables, so that they can say nothing else: `node test/support/documents.ts`
// writes them, a test holds them equal.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FAILURES } from '../../src/domain/failures.ts';
import { PARTS } from '../../src/domain/parts.ts';
import { GUIDE } from '../../src/paper/guide.ts';
import {
  FEED_KEYS,
  HL7_KEYS,
  POLL_KEYS,
  PRINTER_KEYS,
  PROVIDER_KEYS,
  REPORT_KEYS,
  SOURCE_KEYS,
  STATION_KEYS,
  UNIT_KEYS,
} from '../../src/station/settings/file-keys.ts';
import { settingFlags } from '../../src/station/settings/setting-rules.ts';
import { SETTINGS_EXAMPLE_YAML } from './example.ts';

const CLASSES = {
  transient: 'repeat it later',
  ambiguous: 'look before repeating',
  permanent: 'somebody must change something first',
} as const;

/** The ward's page, from the text that is printed. */
export const guideDocument = (): string => {
  const sections = GUIDE.sections.map(({ title, steps }) =>
    [`## ${title}`, '', '| | |', '|---|---|', ...steps.map(({ label, text }) => `| **${label}** | ${text} |`)].join(
      '\n',
    ),
  );
  return `# ${GUIDE.title}

${sections.join('\n\n')}

Längst ner på den utskrivna sidan fylls i: ${GUIDE.fillIn.labels.join(' · ')}.

---
Som utskriven sida: \`reservkraft paper guide --out sida.pdf\`.
`;
};

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

const keyTable = (of: string, keys: Readonly<Record<string, string>>): string =>
  [
    `### ${of}`,
    '',
    '| key | what |',
    '|---|---|',
    ...Object.entries(keys).map(([key, what]) => `| \`${key}\` | ${what.replaceAll('|', '\\|')} |`),
  ].join('\n');

const fileKeys = (): string =>
  [
    keyTable('`units`, each', UNIT_KEYS),
    keyTable('`sources`, each', SOURCE_KEYS),
    keyTable('`feeds` of a source, each', FEED_KEYS),
    keyTable('`hl7` of a source', HL7_KEYS),
    keyTable('`polls`, each', POLL_KEYS),
    keyTable('`reports`, each', REPORT_KEYS),
    keyTable('`printers`, each', PRINTER_KEYS),
    keyTable('`provider`', PROVIDER_KEYS),
    keyTable('`stations`, each', STATION_KEYS),
    [
      '### Names of parts',
      '',
      '| part | as people see it | old after (default) |',
      '|---|---|---|',
      ...Object.entries(PARTS).map(
        ([name, { swedish, ageLimitMs }]) => `| \`${name}\` | ${swedish} | ${ageLimitMs / 60_000} min |`,
      ),
    ].join('\n'),
  ].join('\n\n');

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

## Keys of the file

${fileKeys()}

Made by \`node test/support/documents.ts\`; a test holds it equal to the program, and the example is one that \`check\` accepts.
`;
}

export const documentPath = (name: string): string => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(documentPath('failures.md'), failuresDocument());
  writeFileSync(documentPath('settings.md'), settingsDocument());
  writeFileSync(documentPath('las-nar-journalen-ar-nere.md'), guideDocument());
}
