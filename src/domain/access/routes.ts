// What the app asks and is answered about signing in and opening charts: types and addresses alone, so that the app, the server and
// tests cannot mean different things. Every refusal has the fields of a failure (failures.ts); ids of people are in bodies only.

import type { PatientKey, UnitId } from '../identity.ts';
import type { OwnEvent, SignInWay } from './own-sign-ins.ts';
import type { Person, Profession, UnitRole } from './people.ts';
import type { Consent, Relation, RelationChoice, UnitRelation } from './relations.ts';

/** On every request that changes something: no page of another origin can send it without asking first. */
export const OWN_PAGE_HEADER = 'x-reservkraft';
export const OWN_PAGE_VALUE = '1';
/** On what a page asks by itself, without a hand on the keyboard: it does not keep a left computer signed in. */
export const BACKGROUND_HEADER = 'x-reservkraft-background';

/** From a page of another station, which has no cookie here: who is signed in, and the device; both in that page's memory or store. */
export const SESSION_HEADER = 'x-reservkraft-session';
export const DEVICE_HEADER = 'x-reservkraft-device';

/** Another station that has the same patients, as its settings name it. */
export interface OtherStation {
  /** *Sjukhusets station*. */
  readonly name: string;
  /** `https://10.0.0.5:8443`. */
  readonly address: string;
}

/** Answer of GET /api/stations: where an app reads when this station is silent, in order. */
export interface StationsTold {
  readonly name: string;
  readonly others: readonly OtherStation[];
}

/** What a cookie would have carried. */
export interface ElsewhereDoor {
  readonly session: string;
  /** Null: the device has one already. */
  readonly device: string | null;
}

export const ACCESS_PATHS = {
  /** POST SignIn → Me; GET → Me or 401; DELETE → 204. */
  session: '/api/session',
  /** GET → ProviderOffer; POST {} → ProviderStart. */
  provider: '/api/session/provider',
  /** POST ProviderReturn → Me. */
  providerReturn: '/api/session/provider/return',
  /** POST SecretPractice → Me. Own words, by who is in without them. */
  practice: '/api/session/practice',
  /** GET → StationsTold. */
  stations: '/api/stations',
  /** POST CodeSignIn → Me. Two people with the two halves of a sealed code. */
  emergencyCode: '/api/session/emergency-code',
  /** POST HandedCodeUse (sealed-code.ts) → {}. Without a session: the seal shows that both halves were there. */
  codeUsed: '/api/session/emergency-code/used',
  /** POST PinSignIn (pin.ts) → Me; what is signed is asked for first. */
  pin: '/api/session/pin',
  pinChallenge: '/api/session/pin/challenge',
  /** GET → one's own; POST NewPin → done. */
  pins: '/api/session/pins',
  pinOffer: '/api/session/pins/offer',
  pinRemoval: '/api/session/pins/remove',
  /** POST HandedReads (handed-reads.ts) → {}. Without a session, also by a device that is lost. */
  handedReads: '/api/reads/sealed',
  /** POST EnrolmentCode → DealtSecret. Without a session: the code is what lets in. */
  enrolment: '/api/enrolments',
  /** POST SecretChange → DealtSecret. Ends every other session of the person. */
  secret: '/api/session/secret',
  /** POST VaultChoice → DeviceKey (device-key.ts). */
  deviceKey: '/api/copies/key',
  /** POST PatientChoice or UnitChoice → Opened. */
  choices: '/api/choices',
  /** POST Emergency → Opened. */
  emergencies: '/api/emergencies',
  /** POST Vouch → Vouched. */
  vouches: '/api/vouches',
} as const;

export interface SignIn {
  /** An HSA-id, or what a vouch said. */
  readonly user: string;
  /** The dealt words, in any case and with any blanks or dashes between. */
  readonly secret: string;
}

export interface MyUnit {
  readonly unit: UnitId;
  readonly name: string;
  readonly role: UnitRole;
  /** «Medicinjour», «medarbetare». */
  readonly roleWords: string;
  readonly isLead: boolean;
  /** When the role ends; null: no end is set. */
  readonly until: number | null;
}

export interface Me {
  readonly person: Person;
  /** Own units first, then by name. */
  readonly units: readonly MyUnit[];
  readonly session: {
    /** By the station's clock, for showing. What counts is `endsInMs`, and the station's own monotonic clock. */
    readonly endsAt: number;
    readonly endsInMs: number;
    /** The screen locks after so long without a hand on it. */
    readonly idleLockMs: number;
    readonly how: SignInWay;
    /** Who vouched, or the two who opened the code; null: signed in as themselves. */
    readonly vouchedBy: string | null;
  };
  /** `isDue`: not used for so long that it may be forgotten; a reminder, never a hindrance. */
  readonly secret: { readonly usedAt: number | null; readonly isDue: boolean };
  /** May do what a licensed colleague may: vouch for somebody. */
  readonly mayVouch: boolean;
  /** Done with what opens for them since they last came in, until they have read it; absent: nothing. */
  readonly changed?: readonly OwnEvent[];
  /** To a page of another station, at its sign-in alone. */
  readonly elsewhere?: ElsewhereDoor;
}

/** `label`: what the service is called («SITHS»); null: none, or it does not answer, or not at this address. */
export interface ProviderOffer {
  readonly label: string | null;
}

export interface ProviderStart {
  /** Where the browser goes. */
  readonly location: string;
}

export interface ProviderReturn {
  /** Everything after the question mark of the address the browser came back to. */
  readonly query: string;
}

export interface SecretPractice {
  readonly secret: string;
}

export interface CodeSignIn {
  /** What stands on the sheet: «KIR2-03». */
  readonly number: string;
  readonly halfA: string;
  readonly halfB: string;
  /** Name and title of the two, as they would sign on paper. */
  readonly first: string;
  readonly second: string;
}

export interface EnrolmentCode {
  readonly user: string;
  readonly code: string;
}

export interface DealtSecret {
  /** Shown once. The former secret ends when this one is first used. */
  readonly words: readonly string[];
  /** About how many guesses it takes, as a power of two. */
  readonly bits: number;
}

export interface SecretChange {
  /** The former; left out by who has just been identified by the provider. */
  readonly secret?: string;
}

export interface VaultChoice {
  readonly unit: UnitId;
  /** What the device calls the copy it keeps of the unit. */
  readonly vault: string;
}

export interface PatientChoice {
  readonly patient: PatientKey;
  readonly relation: Relation;
}

export interface UnitChoice {
  readonly unit: UnitId;
  readonly relation: UnitRelation;
}

export interface Emergency {
  readonly patient: PatientKey;
  /** In the reader's own words; it is read at the review. */
  readonly reason: string;
  readonly consent: Consent;
}

export interface Opened {
  /** By the station's clock, for showing. */
  readonly until: number;
  readonly untilInMs: number;
}

export interface Vouch {
  /** The colleague's own HSA-id, when they have an account and only the secret is forgotten. */
  readonly user?: string;
  /** Of somebody without an account: as it stands on their badge. */
  readonly name?: string;
  readonly title?: string;
  readonly profession?: Profession;
  readonly unit: UnitId;
  readonly reason: string;
}

export interface Vouched {
  /** Signed in with once, within minutes; the session lasts a shift. */
  readonly user: string;
  readonly code: string;
  readonly codeInMs: number;
}

/** Beside the failure's own fields in the answer 403 `access.choice-needed`. */
export interface ChoiceNeeded {
  readonly step: 'choice' | 'emergency';
  /** What may be chosen: relations (`choice`), or how consent stands (`emergency`). */
  readonly relations: readonly RelationChoice[];
}

/** Beside the failure's own fields in the answers 429 `access.slow-down` and 503. */
export interface WaitNeeded {
  readonly waitMs: number;
}
