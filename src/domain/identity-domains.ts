// The number series people are known by in Swedish care, under one canonical name each. Senders write the same series as an
// OID, a URI, an assigning-authority word or a type code; two spellings of one series must never make two people, and one
// number in two series must never make one. Sources: knowledge b1 (Inera's OIDs, HL7 Sweden base profiles 1.1.0).

/** `national` numbers follow a person everywhere; `reserve` numbers are handed out while the national one is unknown. */
type DomainKind = 'national' | 'reserve' | 'staff' | 'other';

interface IdentityDomain {
  /** OID without prefix, else the URI: what `Identity.domain` holds. */
  readonly canonical: string;
  readonly swedish: string;
  readonly kind: DomainKind;
  /** The URI or `urn:oid:` that FHIR's Identifier.system carries (HL7 Sweden base profiles where they name one). */
  readonly fhirSystem: string;
  /** Other spellings, compared without regard to case. */
  readonly synonyms: readonly string[];
}

export const PERSONNUMMER = '1.2.752.129.2.1.3.1';
export const SAMORDNINGSNUMMER = '1.2.752.129.2.1.3.3';
export const NATIONAL_RESERVE = '1.2.752.74.9.1';
export const LMA_NUMBER = 'http://electronichealth.se/identifier/LMA-nummer';
export const STOCKHOLM_RESERVE = '1.2.752.97.3.1.3';
export const VGR_RESERVE = '1.2.752.113.11.0.2.1.1.1';
export const VARMLAND_RESERVE = '1.2.752.74.9.2';
export const CARELINK_RESERVE = '1.2.752.129.2.1.3.2';
const HSA_ID = '1.2.752.129.2.1.4.1';

/** In order of preference when one person carries several: the first is whom the chart is headed by. */
const IDENTITY_DOMAINS: readonly IdentityDomain[] = [
  {
    canonical: PERSONNUMMER,
    swedish: 'Personnummer',
    kind: 'national',
    fhirSystem: 'http://electronichealth.se/identifier/personnummer',
    synonyms: ['personnummer', 'pnr', 'skv', 'skatteverket', 'nnswe'],
  },
  {
    canonical: SAMORDNINGSNUMMER,
    swedish: 'Samordningsnummer',
    kind: 'national',
    fhirSystem: 'http://electronichealth.se/identifier/samordningsnummer',
    synonyms: ['samordningsnummer', 'samnr'],
  },
  {
    canonical: NATIONAL_RESERVE,
    swedish: 'Nationellt reservnummer',
    kind: 'reserve',
    fhirSystem: 'http://electronichealth.se/identifier/nationelltReservnummer',
    synonyms: ['nationelltreservnummer', 'nationellt reservnummer', 'nrid'],
  },
  {
    canonical: LMA_NUMBER,
    swedish: 'LMA-nummer',
    kind: 'reserve',
    fhirSystem: LMA_NUMBER,
    synonyms: ['lma-nummer', 'lmanummer', 'lma'],
  },
  {
    canonical: STOCKHOLM_RESERVE,
    swedish: 'Reservnummer Region Stockholm',
    kind: 'reserve',
    fhirSystem: `urn:oid:${STOCKHOLM_RESERVE}`,
    synonyms: [],
  },
  {
    canonical: VGR_RESERVE,
    swedish: 'Reservnummer Västra Götalandsregionen',
    kind: 'reserve',
    fhirSystem: `urn:oid:${VGR_RESERVE}`,
    synonyms: [],
  },
  {
    canonical: VARMLAND_RESERVE,
    swedish: 'Reservnummer Region Värmland',
    kind: 'reserve',
    fhirSystem: `urn:oid:${VARMLAND_RESERVE}`,
    synonyms: [],
  },
  {
    canonical: CARELINK_RESERVE,
    swedish: 'Reservnummer Carelink',
    kind: 'reserve',
    fhirSystem: `urn:oid:${CARELINK_RESERVE}`,
    synonyms: [],
  },
  {
    // Inera and HL7 Sweden publish different OIDs for the same series.
    canonical: HSA_ID,
    swedish: 'HSA-id',
    kind: 'staff',
    fhirSystem: 'urn:oid:1.2.752.29.4.19',
    synonyms: ['1.2.752.29.4.19', 'hsa-id', 'hsaid', 'hsa'],
  },
  {
    canonical: '1.2.752.129.2.1.2.1',
    swedish: 'Lokalt id',
    kind: 'other',
    fhirSystem: 'urn:oid:1.2.752.129.2.1.2.1',
    synonyms: [],
  },
];

const byCanonical = new Map<string, IdentityDomain>();
const preferences = new Map(IDENTITY_DOMAINS.map(({ canonical }, at) => [canonical, at]));
const bySpelling = new Map<string, string>();
for (const domain of IDENTITY_DOMAINS) {
  byCanonical.set(domain.canonical, domain);
  for (const spelling of [domain.canonical, domain.fhirSystem, ...domain.synonyms]) {
    bySpelling.set(spelling.toLowerCase(), domain.canonical);
  }
}

/** Senders use a few spellings over and over. Bounded: they choose the text. */
const spellingsMet = new Map<string, string | null>();
const SPELLINGS_MET_MAX = 1_000;
const SPELLING_LENGTH_MAX = 100;

const OID = /^[0-2](\.\d+)+$/;
const URI = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The canonical name of a number series: OIDs without prefix, known URIs and Swedish words as their OID, other URIs as they
 * are. `null` when the text names no series by itself (an assigning authority's local word: the source declares those).
 */
export function canonicalDomain(text: string): string | null {
  const met = spellingsMet.get(text);
  if (met !== undefined) return met;
  const canonical = readDomain(text);
  if (spellingsMet.size < SPELLINGS_MET_MAX && text.length <= SPELLING_LENGTH_MAX) spellingsMet.set(text, canonical);
  return canonical;
}

function readDomain(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const known = bySpelling.get(trimmed.toLowerCase());
  if (known !== undefined) return known;
  const bare = /^urn:oid:/i.test(trimmed) ? trimmed.slice(8) : trimmed;
  if (OID.test(bare)) return bySpelling.get(bare) ?? bare;
  return URI.test(trimmed) ? trimmed : null;
}

export const identityDomain = (canonical: string): IdentityDomain | null => byCanonical.get(canonical) ?? null;

/** Lower comes first when a person carries several identifiers; series we do not know come last, in the order received. */
export function domainPreference(canonical: string): number {
  return preferences.get(canonical) ?? IDENTITY_DOMAINS.length;
}

/** Identifier.system for FHIR: the base profiles' URI, `urn:oid:` for other OIDs, everything else as it is. */
export function fhirSystemOf(canonical: string): string {
  const known = byCanonical.get(canonical);
  if (known !== undefined) return known.fhirSystem;
  return OID.test(canonical) ? `urn:oid:${canonical}` : canonical;
}
