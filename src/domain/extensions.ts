// What FHIR R4 has no element for and a chart must still show. Written by intake on the resources it makes, read by the
// chart; each word stays here so that both mean the same.

export const EXTENSION = {
  /** On Observation, valueString: the sender's exact text of a numeric value, comparator included (`<5,0`). */
  asWritten: 'urn:reservkraft:as-written',
  /** On Observation, valueString: the unit (OBX-6) of a value that is text and so has no place for it. */
  unit: 'urn:reservkraft:unit',
  /** On Observation, valueCodeableConcept, one for each: the single answers when a coded value came several times (cultures). */
  repetition: 'urn:reservkraft:repetition',
  /** On Observation, valueString: which of a report's findings the value belongs to (OBX-4), a culture's second isolate. */
  finding: 'urn:reservkraft:finding',
  /** On Observation, valueAttachment: a document or image sent as a value (OBX-2 ED, RP). */
  attachment: 'urn:reservkraft:attachment',
  /** valueString: a status code as received that no table knows; always shown beside *okänd status*. */
  statusAsReceived: 'urn:reservkraft:status-as-received',
  /** On ServiceRequest and MedicationRequest, valueString, Swedish, shown as it stands: `Makulering begärd`. */
  statusText: 'urn:reservkraft:status-text',
  /** On MedicationRequest, valueDateTime: a stop or pause takes effect then (ORC-15); after it nobody has said that the order holds. */
  holdsUntil: 'urn:reservkraft:holds-until',
  /** On ServiceRequest and MedicationRequest, valueCode: order control (HL7 table 0119) as received. */
  orderControl: 'urn:reservkraft:order-control',
  /** On DocumentReference, valueString, Swedish, shown as it stands: what a reader must know of how it came. */
  receptionRemark: 'urn:reservkraft:reception-remark',
  /** On DiagnosticReport, valueString: which finding of the parent report this one belongs to (a culture's organism, OBR-26). */
  parentResult: 'urn:reservkraft:parent-result',
  /**
   * On what has happened (Observation, MedicationAdministration, Procedure …) and whose source gave no time of its own: the latest
   * moment it can have been, `at` valueDateTime, and what that moment is, `is` valueCode (own-time.ts).
   */
  timeNotOwn: 'urn:reservkraft:time-not-own',
} as const;
