// The station's own certificate authority: what lets a ward's computer, and a system that sends, know that it is this station
// they talk to, with nobody else alive to ask.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/failures.ts';
import { writtenTimeWords } from '../domain/swedish-time.ts';
import { CertificateStore, type KeptCertificate } from '../station/certificates/certificate-store.ts';
import { readScope, requireInScope } from '../station/certificates/scope.ts';
import { loadStationKeys } from '../station/files/keys.ts';
import { readSettings } from '../station/settings/settings.ts';
import type { Command, CommandContext } from './command.ts';

const HOSTS_MAX = 50;
const SENDER = /^[a-z0-9][a-z0-9-]{0,49}$/;

export const certificate: Command = {
  name: 'certificate',
  summary: 'the station’s own authority: certificates for the station and for systems that send to it',
  usage: 'show | authority <name|network> … | issue <name|address> … | sender <system> --out <folder>',
  help: `
authority: makes the station’s authority, once. It can vouch only for the given names (and what lies under them) and networks, so
that whoever steals it can’t pretend to be anything else. Its certificate is carried to the wards’ computers and trusted there.
issue: makes the station’s own certificate for its names and fixed addresses; give both, so that it can be reached without DNS.
The station then answers over HTTPS from its next start.
sender: makes a certificate and key for a system that sends over MLLP with TLS.
For example: "certificate authority lasarettet.example 10.20.0.0/16", then "certificate issue reserv.lasarettet.example 10.20.1.5".
Certificates hold until 2049 and need no other server: in a downtime nobody can renew one or be asked about it.`,
  flags: [
    { flag: '--replace', kind: 'switch', help: 'authority: make a new one; every computer must then trust the new' },
    { flag: '--out', kind: 'value', help: 'sender: the folder to put its two files in' },
  ],
  settings: 'all',
  printsData: true,
  async run(context) {
    const [what, ...words] = context.words;
    const settings = readSettings(context.flags, context.environment);
    const keys = loadStationKeys({ file: settings.keyFile, dataFolder: settings.dataFolder });
    const store = new CertificateStore(settings.keyFile, keys);
    switch (what) {
      case 'show':
        return show(context, store);
      case 'authority':
        return await makeAuthority(context, store, { name: settings.name, words });
      case 'issue':
        return await makeServer(context, store, words);
      case 'sender':
        return await makeSender(context, store, words);
      default:
        throw new Failure(
          'request.invalid',
          'ange show, authority, issue eller sender (reservkraft certificate --help)',
        );
    }
  },
};

async function makeAuthority(
  context: CommandContext,
  store: CertificateStore,
  { name, words }: { readonly name: string; readonly words: readonly string[] },
): Promise<number> {
  const scope = readScope(words);
  if (store.read('authority') !== null && !context.flags.has('--replace'))
    throw new Failure('certificate.exists', 'utfärdaren');
  const { issueAuthority } = await import('../station/certificates/issue.ts');
  store.keepAuthority(await issueAuthority(name, scope), scope);
  return say(context, store, [
    'Utfärdaren är skapad. Den kan gå i god för:',
    ...[...scope.domains, ...scope.networks].map((each) => `  ${each}`),
    'Gör nu: utfärda stationens eget certifikat (reservkraft certificate issue …), och lägg in utfärdarens',
    'certifikat på avdelningarnas datorer. Jämför fingeravtrycket när du gör det.',
  ]);
}

async function makeServer(context: CommandContext, store: CertificateStore, words: readonly string[]): Promise<number> {
  const [first, ...rest] = words.map((word) => word.trim().toLowerCase());
  if (first === undefined || rest.length >= HOSTS_MAX)
    throw new Failure('request.invalid', `ange stationens namn och adresser (högst ${HOSTS_MAX})`);
  const authority = store.open('authority');
  const scope = store.scope();
  for (const host of [first, ...rest]) requireInScope(host, scope);
  const { issueServer } = await import('../station/certificates/issue.ts');
  store.keepServer(await issueServer(authority, [first, ...rest]));
  return say(context, store, ['Stationens certifikat är utfärdat och används från nästa start.']);
}

async function makeSender(context: CommandContext, store: CertificateStore, words: readonly string[]): Promise<number> {
  const [name, extra] = words;
  const folder = context.flags.get('--out');
  if (name === undefined || extra !== undefined || !SENDER.test(name))
    throw new Failure('request.invalid', 'ange systemets namn: små bokstäver a–z, siffror och bindestreck');
  if (folder === undefined) throw new Failure('request.invalid', 'ange mappen: --out …');
  const files = { certificate: join(folder, `${name}.crt`), privateKey: join(folder, `${name}.key`) };
  if (existsSync(files.certificate) || existsSync(files.privateKey))
    throw new Failure('certificate.exists', files.certificate);
  const authority = store.open('authority');
  const { issueClient } = await import('../station/certificates/issue.ts');
  const issued = await issueClient(authority, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(files.privateKey, issued.privateKey, { flag: 'wx', mode: 0o600 });
  writeFileSync(files.certificate, issued.certificate, { flag: 'wx', mode: 0o644 });
  context.out(
    context.isJson
      ? `${JSON.stringify(files)}\n`
      : [
          `Certifikat: ${files.certificate}`,
          `Nyckel:     ${files.privateKey} (kan läsas av dig ensam; flytta den till systemet och radera den här)`,
          `Stationen tar emot det när --mllp-client-authority pekar på ${store.read('authority')?.file ?? ''}`,
          '',
        ].join('\n'),
  );
  return 0;
}

function say(context: CommandContext, store: CertificateStore, lines: readonly string[]): number {
  if (!context.isJson) context.tell(`${lines.join('\n')}\n\n`);
  return show(context, store);
}

function show(context: CommandContext, store: CertificateStore): number {
  const authority = store.read('authority');
  const server = store.read('server');
  if (context.isJson) {
    const plain = (kept: KeptCertificate | null) =>
      kept && {
        file: kept.file,
        fingerprint: kept.fingerprint,
        validTo: kept.validTo.toISOString(),
        hosts: kept.hosts,
      };
    context.out(`${JSON.stringify({ authority: plain(authority), server: plain(server) })}\n`);
    return 0;
  }
  const lines = (title: string, kept: KeptCertificate | null, none: string): string[] =>
    kept === null
      ? [`${title}: ${none}`]
      : [
          `${title}: ${kept.file}`,
          ...(kept.hosts.length > 0 ? [`  för ${kept.hosts.join(', ')}`] : []),
          `  giltigt till ${writtenTimeWords(kept.validTo.toISOString().slice(0, 10), Date.now())}`,
          `  SHA-256 ${kept.fingerprint}`,
        ];
  context.out(
    `${[
      ...lines('Utfärdare', authority, 'ingen (reservkraft certificate authority <namn|nät> …)'),
      ...lines(
        'Stationen',
        server,
        'inget certifikat, bara HTTP på den egna maskinen (reservkraft certificate issue …)',
      ),
    ].join('\n')}\n`,
  );
  return 0;
}
