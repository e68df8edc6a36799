// What the station is told of the service that people identify themselves to in good times (SITHS through an OpenID provider). Secrets
// lie in files of their own: the settings hold their places alone.

import type { CryptoKey } from 'openid-client';

/** How the provider signs what it says of people. Never one that anybody could make: no `none`, no shared secret. */
export const SIGNED_WITH = ['RS256', 'PS256', 'ES256'] as const;
export type SignedWith = (typeof SIGNED_WITH)[number];

export interface ProviderSettings {
  /** «SITHS»: on the button. */
  readonly label: string;
  readonly issuer: string;
  readonly clientId: string;
  /** One of the two. */
  readonly clientSecretFile: string | null;
  readonly privateKeyFile: string | null;
  /** Which key it is there. */
  readonly keyId: string | null;
  readonly secretMethod: 'basic' | 'post';
  /** The station's own addresses as they are registered there (`https://10.20.1.5:7443/`), each where an answer may come back. */
  readonly addresses: readonly string[];
  readonly hsaIdClaim: string;
  readonly scope: string;
  /** How strongly somebody must have been identified: any of these (`acr`); empty: not asked. */
  readonly levels: readonly string[];
  readonly signedWith: SignedWith;
  /** How much the two clocks may differ. */
  readonly clockDifferenceSeconds: number;
  /** The card is asked for each time: a ward's computer is used by many. */
  readonly isAskedEachTime: boolean;
  /** Words nobody has confirmed for so long are to be confirmed in good times; null: they hold until the account is closed. */
  readonly confirmEveryDays: number | null;
}

/** How the station shows that it is itself, read from its file. */
export type ProviderCredential =
  | { readonly kind: 'secret'; readonly secret: string; readonly method: 'basic' | 'post' }
  | { readonly kind: 'key'; readonly key: CryptoKey; readonly keyId: string | null };
