// The names HL7 v2 senders give code systems (table 0396 and Swedish habits), as the URIs FHIR knows them by. A system we do
// not know keeps the sender's own word: never guessed, so that two systems' equal codes are never taken for the same.

const OID_ICD_10_SE = 'urn:oid:1.2.752.116.1.1.1.1.3';
const OID_KVA = 'urn:oid:1.2.752.116.1.3.2.1.4';
const OID_NPU = 'urn:oid:1.2.752.108.1';
const OID_NPL = 'urn:oid:1.2.752.129.2.1.5.1';

const URI_OF_NAME = new Map<string, string>([
  ['LN', 'http://loinc.org'],
  ['LOINC', 'http://loinc.org'],
  ['SCT', 'http://snomed.info/sct'],
  ['SNOMED', 'http://snomed.info/sct'],
  ['SNOMED-CT', 'http://snomed.info/sct'],
  ['I10', 'http://hl7.org/fhir/sid/icd-10'],
  ['ICD10', 'http://hl7.org/fhir/sid/icd-10'],
  ['ICD-10', 'http://hl7.org/fhir/sid/icd-10'],
  ['I10C', 'http://hl7.org/fhir/sid/icd-10-cm'],
  ['I9CDX', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['I9C', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['ICD-10-SE', OID_ICD_10_SE],
  ['ICD10SE', OID_ICD_10_SE],
  ['I10SE', OID_ICD_10_SE],
  ['KVÅ', OID_KVA],
  ['KVA', OID_KVA],
  ['NPU', OID_NPU],
  ['ATC', 'http://www.whocc.no/atc'],
  ['WC', 'http://www.whocc.no/atc'],
  ['NPL', OID_NPL],
  ['NPLID', OID_NPL],
  ['NPL-ID', OID_NPL],
  ['NPLPACK', 'urn:oid:1.2.752.129.2.1.5.2'],
  ['UCUM', 'http://unitsofmeasure.org'],
  ['CVX', 'http://hl7.org/fhir/sid/cvx'],
  ['NDC', 'http://hl7.org/fhir/sid/ndc'],
  ['RXNORM', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['C4', 'http://www.ama-assn.org/go/cpt'],
  ['CPT', 'http://www.ama-assn.org/go/cpt'],
  ['ISO3166', 'urn:iso:std:iso:3166'],
]);

const OID_TO_URI = new Map<string, string>([
  ['2.16.840.1.113883.6.1', 'http://loinc.org'],
  ['2.16.840.1.113883.6.96', 'http://snomed.info/sct'],
  ['2.16.840.1.113883.6.3', 'http://hl7.org/fhir/sid/icd-10'],
  ['2.16.840.1.113883.6.73', 'http://www.whocc.no/atc'],
  ['2.16.840.1.113883.6.8', 'http://unitsofmeasure.org'],
]);

const OID = /^[0-2](\.\d+)+$/;
const HL7_TABLE = /^HL7(\d{4})$/;

/** Systems met before, so that the few a feed uses are looked up once. Bounded: names come from senders. */
const met = new Map<string, string | null>();
const MET_MAX = 1_000;

function resolve(name: string): string | null {
  const word = name.trim();
  if (word === '') return null;
  const known = URI_OF_NAME.get(word.toUpperCase());
  if (known !== undefined) return known;
  if (OID.test(word)) return OID_TO_URI.get(word) ?? `urn:oid:${word}`;
  const table = HL7_TABLE.exec(word);
  if (table !== null) return `http://terminology.hl7.org/CodeSystem/v2-${table[1]}`;
  return /^(https?:|urn:)/i.test(word) ? word : `urn:id:${word.replaceAll(' ', '%20')}`;
}

/** FHIR's Coding.system for CWE-3 and CWE-14; the OID wins where both are given. Null when the sender names none. */
export function codeSystemOf(name: string | null, oid: string | null): string | null {
  const word = oid !== null && OID.test(oid) ? oid : name;
  if (word === null) return null;
  const kept = met.get(word);
  if (kept !== undefined) return kept;
  const uri = resolve(word);
  if (met.size < MET_MAX) met.set(word, uri);
  return uri;
}
