// Who a piece of information is about. Identity is always (domain, id): the same twelve characters in two number series are
// two people (a reserve number of one region against a national number), and a merge never rewrites what was received.

declare const brand: unique symbol;

/** A patient's opaque handle: safe in URLs and logs, derived with the station's key, so nobody can count back to a number. */
export type PatientKey = string & { readonly [brand]: 'PatientKey' };
export type UnitId = string & { readonly [brand]: 'UnitId' };
export type SourceId = string & { readonly [brand]: 'SourceId' };

export const unitId = (text: string): UnitId => text as UnitId;
export const sourceId = (text: string): SourceId => text as SourceId;
export const patientKey = (text: string): PatientKey => text as PatientKey;

/** An identifier within its number series. `domain` is an OID without prefix, a URI, or `source:<id>` for a source's own numbers. */
export interface Identity {
  readonly domain: string;
  readonly id: string;
}

export const sameIdentity = (a: Identity, b: Identity): boolean => a.domain === b.domain && a.id === b.id;
