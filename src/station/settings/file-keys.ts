// The keys that stand in the settings file only, each with what it says: what is read, refused as unknown and documented
// (docs/settings.md) is this one table.

import type { Hl7Dialect } from '../../domain/source.ts';

export const UNIT_KEYS = {
  id: 'the unit, as sources name it or `units` of a source translates to',
  name: 'as people call it; default the id',
  listKind:
    'what its list shows: `bed` (default), `emergency`, `birth` or `day-care`; `visits` and `surgery` have those who are booked there, by time',
  isSensitive: 'true: its patients are opened by others only in an emergency, with a reason',
} as const;

export const SOURCE_KEYS = {
  id: 'small letters, digits and "-", at most 40',
  name: 'as people call it; default the id',
  transport: '`mllp` (default), `fhir`, `fhir-poll` or `reports`',
  match: '`application` (MSH-3) and/or `facility` (MSH-4): whose an HL7 v2 message is',
  rank: 'the lower wins where two sources tell a person or a stay differently; default the order in the list',
  feeds: 'what it is declared to feed: a list, see below',
  identityDomain: 'the number series of identifiers without an assigning authority; default `source:<id>`',
  identityDomains: 'assigning authorities (CX-4), or the words a printed page has before a number, to number series',
  units:
    'its places to our units: of stays (PV1-3), where a place not listed is a unit of its own, and of bookings (AIL-3, AIL-4, AIG-3, AIG-4; Location of an Appointment), where it is none',
  hl7: 'how it speaks HL7 v2, see below',
} as const;

export const FEED_KEYS = {
  part: 'one part (the list of names is below)',
  parts: 'several parts',
  units: '`all` (default), or the units it is fed for',
  heartbeat:
    '`any-message` (default): whatever the source sends shows that the feed lives; `own-messages`: only what carries the part. Left out for `fhir-poll`',
  ageLimitMinutes: 'older than this the reader is told to check; default the part’s own',
  ageLimitMs: 'the same in milliseconds, for programs; wins over the minutes',
} as const;

export const HL7_KEYS: Readonly<Record<keyof Hl7Dialect, string>> = {
  charset: '`windows-1252` (default), `utf-8`, `iso-8859-1` or `iso-8859-15`, where the message does not say',
  timeZone: 'of times without a zone; default `Europe/Stockholm`',
  acknowledge: '`once` (default): one answer when it is kept; `as-asked`: as MSH-15 and MSH-16 ask',
  allergies: '`statements` (default): each says itself; `snapshot`: a message holds all the person has',
  absentMeansDeleted: 'true: a field left out of PID or PV1 is removed; default false: left as it was',
  processingIdsAccepted: 'MSH-11 that is taken, others are refused; default all',
  partOfCode: 'observation codes (`system|code` or `code`) that belong to another part than their category says',
  fullLoadBatchName: 'a batch (BHS-9, FHS-9) of this name is everything the source has',
};

export const POLL_KEYS = {
  source: 'a source above',
  baseUrl: 'the FHIR server, https, without user or password; http only on this machine, or with `allowUnencrypted`',
  allowUnencrypted:
    'true: `baseUrl` may be plain http to another machine, by the region’s decision; `status` says so for as long as it is so. Default false',
  types: 'FHIR resource types to ask for',
  everySeconds: 'how often, 5 to 86400; default 60',
  loadEveryHours: 'everything anew this often, 1 to 168; only so is it seen what has been deleted',
  tokenUrl:
    'where an access token is asked for (OAuth 2 client credentials); with `clientId` and `clientSecretFile`, or none of them',
  clientId: 'who we are there',
  clientSecretFile: 'the file with the secret',
  scope: 'what is asked for',
  tokenMethod: '`basic` (default): the secret goes in the header; `post`: in the form',
} as const;

export const PRINTER_KEYS = {
  id: 'the printer, as it is chosen by',
  name: 'as people call it',
  address: 'where it takes what is to be printed',
  units: 'whose printer it is',
} as const;

export const PROVIDER_KEYS = {
  label: 'what people call it, on the button; default `SITHS`',
  issuer: 'the provider as it names itself, https; http only on this machine',
  clientId: 'who the station is there',
  clientSecretFile: 'the file with the secret; this or `privateKeyFile`',
  secretMethod: '`basic` (default): the secret goes in the header; `post`: in the form',
  privateKeyFile: 'PEM key (RSA or P-256) that the station signs with instead of a secret (`private_key_jwt`)',
  keyId: 'which key it is there, for `privateKeyFile`',
  addresses:
    'the station’s own addresses, exactly as registered there (redirect URI): `https://10.20.1.5:7443/`; the button is shown at these',
  hsaIdClaim: 'which statement holds the HSA-id; default `employeeHsaId`',
  scope: 'what is asked for; default `openid`',
  acr: 'how strongly somebody must be identified: a list, any of them is enough; default not asked',
  signedWith: 'how statements are signed: `RS256` (default), `PS256` or `ES256`',
  clockDifferenceSeconds: 'how much the two clocks may differ, 0 to 300; default 60',
  askEachTime: 'the card is asked for at each sign-in (default true); false where the provider cannot',
  confirmEveryDays:
    'words of an account nobody has confirmed (sign-in there, list, new code) for so long are to be confirmed there first, 14 to 730, in good times only; default never',
} as const;

export const STATION_KEYS = {
  name: 'as people call it on screen: *Sjukhusets station*',
  address:
    'how a ward’s computer reaches it: `https://10.0.0.5:8443`; that station names this one’s address in its `appOrigins`',
} as const;

export const REPORT_KEYS = {
  source: 'a source above',
  folder: 'where the lists are left',
  kind: 'what the list is: *Läkemedelslista*',
  unit: 'whose list; left out when it is no unit’s',
  pattern:
    'regular expression of the file’s name: no repeated group, at most two repetitions (`*`, `+`, `?`, `{2,5}`), three when it begins with `^` and has no `|`',
  restSeconds: 'unchanged this long a file is finished, 1 to 3600; default 120',
} as const;
