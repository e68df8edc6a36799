// What a terminal can find out of a ward's computer and the station it is to reach: each line is one question, with what to do where the
// answer is not good. What only the browser or the paper can say is said to be so, and never counted as good.

import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:https';
import { connect, isIP } from 'node:net';
import { checkServerIdentity, connect as connectTls, getCACertificates, type TLSSocket } from 'node:tls';
import { limits } from '../limits.ts';

export interface CheckLine {
  readonly about: 'address' | 'authority' | 'names' | 'validity' | 'app' | 'clock' | 'printer' | 'store';
  readonly state: 'good' | 'bad' | 'untried';
  readonly words: string;
}

export interface InstallQuestion {
  readonly url: URL;
  /** Trusted besides what the computer trusts: shows that it is only that which is missing. */
  readonly authority: string | null;
  /** `ipp://…`, `socket://…`. */
  readonly printers: readonly URL[];
}

const PORTS: Readonly<Record<string, number>> = { 'ipp:': 631, 'ipps:': 631, 'socket:': 9100 };
const MINUTE_MS = 60_000;

export async function checkInstall({ url, authority, printers }: InstallQuestion): Promise<readonly CheckLine[]> {
  const spoken = await speakTls(url, authority);
  const lines: CheckLine[] =
    typeof spoken === 'string' ? [bad('address', spoken)] : await stationLines(url, authority, spoken);
  for (const printer of printers) lines.push(await printerLine(printer));
  const page = new URL('/install.html', url);
  lines.push(
    untried('store', `Om webbläsaren behåller appens kopia kan bara den säga: öppna ${page} i den på den här datorn.`),
  );
  return lines;
}

interface Spoken {
  readonly certificate: X509Certificate;
  readonly issuer: X509Certificate | null;
  /** Why what the computer trusts does not reach to it; null: it does. */
  readonly distrust: string | null;
  /** With the authority that was given. */
  readonly isByGiven: boolean;
}

/** A sentence when there is nobody to speak to. */
async function speakTls(url: URL, authority: string | null): Promise<Spoken | string> {
  const own = getCACertificates('system');
  const first = await handshake(url, own);
  if (typeof first === 'string') return first;
  const withGiven = authority === null ? null : await handshake(url, [authority]);
  return { ...first, isByGiven: withGiven !== null && typeof withGiven !== 'string' && withGiven.distrust === null };
}

async function handshake(url: URL, ca: string[]): Promise<Omit<Spoken, 'isByGiven'> | string> {
  const host = hostOf(url);
  const socket: TLSSocket = connectTls({
    ...{ host, port: portOf(url), ca, rejectUnauthorized: false },
    // Whose name it bears is asked of its own; here only by whom it is vouched for.
    checkServerIdentity: () => undefined,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    timeout: limits.installAnswerMs,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(limits.installAnswerMs) });
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return 'Stationen visade inget certifikat.';
    const why: unknown = socket.authorizationError;
    const distrust = socket.authorized ? null : String(why instanceof Error ? why.message : why);
    return { certificate, issuer: certificate.issuerCertificate ?? null, distrust };
  } catch (error) {
    return unreachableWords(url, error);
  } finally {
    socket.destroy();
  }
}

function unreachableWords(url: URL, error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `Namnet ${url.hostname} hittas inte. Använd stationens fasta adress: den går att nå också när namntjänsten är borta.`;
  if (code === 'ECONNREFUSED')
    return `Ingen svarar på ${url.host}. Är stationen igång, har den ett certifikat, och lyssnar den på den adressen (httpsHost)?`;
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code === 'ECONNRESET')
    return `Den som svarar på ${url.host} talar inte HTTPS. Är det rätt port (httpsPort)?`;
  return `Stationen nås inte på ${url.host} (${code || 'inget svar'}). Se efter nät och brandvägg.`;
}

async function stationLines(url: URL, authority: string | null, spoken: Spoken): Promise<CheckLine[]> {
  const { certificate, distrust, isByGiven, issuer } = spoken;
  const host = hostOf(url);
  const names = certificate.subjectAltName?.replaceAll('IP Address:', '').replaceAll('DNS:', '') ?? '';
  const fingerprint = (issuer ?? certificate).fingerprint256;
  const isNamed = checkServerIdentity(host, certificate.toLegacyObject()) === undefined;
  const now = Date.now();
  const isValid = Date.parse(certificate.validFrom) <= now && now < Date.parse(certificate.validTo);
  const byAddress = isIP(host) !== 0 ? '' : ' Den fasta adressen bör också prövas: utan namntjänst är den enda vägen.';
  return [
    good('address', `Stationen svarar på ${url.host}.${byAddress}`),
    distrust === null
      ? good('authority', 'Datorn litar på den som utfärdat certifikatet. Firefox har ett eget förråd: pröva även där.')
      : bad(
          'authority',
          isByGiven
            ? 'Certifikatet är utfärdat av den givna utfärdaren, men datorn litar inte på den: lägg in filen bland datorns betrodda rotcertifikat.'
            : `Datorn litar inte på certifikatet (${distrust}). Hämta authority.crt från stationen och jämför fingeravtrycket${issuer === null || issuer === certificate ? '' : ` ${fingerprint}`} med reservkraft certificate show innan du lägger in det.`,
        ),
    isNamed
      ? good('names', `Certifikatet gäller ${host} (för ${names}).`)
      : bad(
          'names',
          `Certifikatet gäller inte ${host}, bara ${names}: utfärda det på nytt med alla namn och adresser.`,
        ),
    isValid
      ? good('validity', 'Certifikatet gäller enligt datorns klocka.')
      : bad('validity', 'Certifikatet gäller inte enligt datorns klocka: ställ klockan.'),
    ...(await appLines(url, authority)),
  ];
}

async function appLines(url: URL, authority: string | null): Promise<CheckLine[]> {
  try {
    const before = Date.now();
    const page = await get(new URL('/', url), authority);
    const apartMs = (before + Date.now()) / 2 - Date.parse(page.date);
    const worker = await get(new URL('/service-worker.js', url), authority);
    const isApp =
      page.status === 200 && /html/.test(page.type) && worker.status === 200 && /javascript/.test(worker.type);
    return [
      isApp
        ? good('app', 'Appen och det som lägger den på datorn (service worker) går att hämta.')
        : bad(
            'app',
            `Appen går inte att hämta (${page.status}, service worker ${worker.status}): är det en Reservkraft-station?`,
          ),
      clockLine(apartMs),
    ];
  } catch {
    return [bad('app', 'Appen gick inte att hämta: stationen slutade svara.')];
  }
}

function clockLine(apartMs: number): CheckLine {
  const minutes = Math.round(Math.abs(apartMs) / MINUTE_MS);
  if (!Number.isFinite(apartMs)) return untried('clock', 'Stationen sade inte vad klockan är.');
  return minutes < 2
    ? good('clock', 'Datorns och stationens klockor går lika.')
    : bad(
        'clock',
        `Datorns klocka går ${minutes} min ${apartMs > 0 ? 'före' : 'efter'} stationens: ta reda på vilken som går rätt.`,
      );
}

/** Whether it is the right one has been asked already; here it is fetched whoever vouches for it. Nothing of anyone is asked for. */
async function get(url: URL, authority: string | null) {
  const asked = request(url, {
    ...{ agent: false, rejectUnauthorized: false, timeout: limits.installAnswerMs },
    ...(authority === null ? {} : { ca: authority }),
  });
  asked.end();
  const [answer] = (await once(asked, 'response', { signal: AbortSignal.timeout(limits.installAnswerMs) })) as [
    import('node:http').IncomingMessage,
  ];
  answer.destroy();
  const { date = '', 'content-type': type = '' } = answer.headers;
  return { status: answer.statusCode ?? 0, type, date };
}

async function printerLine(address: URL): Promise<CheckLine> {
  const port = address.port === '' ? (PORTS[address.protocol] ?? 9100) : Number(address.port);
  const socket = connect({ host: hostOf(address), port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(limits.installAnswerMs) });
    return good(
      'printer',
      `Skrivaren ${address.host} tar emot. Att papper kommer ut visar bara en provsida: reservkraft paper test-page.`,
    );
  } catch {
    return bad(
      'printer',
      `Skrivaren ${address.host} svarar inte på port ${port}: är den på, och har den den adressen?`,
    );
  } finally {
    socket.destroy();
  }
}

const good = (about: CheckLine['about'], words: string): CheckLine => ({ about, state: 'good', words });
const bad = (about: CheckLine['about'], words: string): CheckLine => ({ about, state: 'bad', words });
const untried = (about: CheckLine['about'], words: string): CheckLine => ({ about, state: 'untried', words });
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
const portOf = ({ port }: URL): number => (port === '' ? 443 : Number(port));
