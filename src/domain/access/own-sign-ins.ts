// What somebody is shown of their own signing in: where they are signed in now, when they last came in, and what has been changed of what
// opens for them, so that whoever did not do it themselves says so.

/** `provider`: identified by the service that settings name (SITHS). */
export type SignInWay = 'secret' | 'pin' | 'provider' | 'vouched' | 'emergency-code';

/** `code`: somebody let them in anew with a one-time code. */
export type OwnEventKind = 'signed-in' | 'words' | 'pin-added' | 'pin-removed' | 'code';

export interface OwnEvent {
  readonly what: OwnEventKind;
  /** By the station's clock. */
  readonly at: number;
  /** Its number, as a lost one is reported by (`D-7F3K-92QA`); null: not on a computer of theirs. */
  readonly device: string | null;
}

export interface OwnSession {
  /** Names it among one's own, and opens nothing. */
  readonly id: string;
  readonly isThis: boolean;
  readonly how: SignInWay;
  readonly beganAt: number;
  readonly usedAt: number;
  readonly device: string | null;
}

export interface OwnSignIns {
  /** Last used first. */
  readonly sessions: readonly OwnSession[];
  /** Newest first. */
  readonly events: readonly OwnEvent[];
}

export const OWN_SIGN_INS = {
  /** GET → OwnSignIns. */
  list: '/api/sessions/own',
  /** POST {session?} → OwnSignIns: that one, or all but this. */
  end: '/api/sessions/own/end',
  /** POST {} → done: the changes told at this sign-in have been read. */
  seen: '/api/sessions/own/seen',
} as const;

/** Signing in is news to nobody at the next sign-in; anything else may be. */
export const isChange = ({ what }: Pick<OwnEvent, 'what'>): boolean => what !== 'signed-in';
