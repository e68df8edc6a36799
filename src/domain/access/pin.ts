// Six digits and a piece of hardware in the place of the words, on one computer (decision 0024). The digits alone open nothing: what they
// become is asked of the hardware (WebAuthn's `prf`), once a try, and only its answer and they together make a key.

/** What the app's fields and the station's checks mean by a PIN. */
export const isPin = (text: string): boolean => /^\d{6}$/.test(text);

/** 111111, 123456, 987654: what is tried first, by hand. */
export function isEasyPin(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at])));
  const [step] = steps;
  return steps.size === 1 && Math.abs(step ?? 9) <= 1;
}

/** Which of the keys made of digits and hardware; and what the hardware is asked. */
export const PIN_LABELS = {
  asked: 'reservkraft/1/pin/asked',
  /** Opens the person's envelopes on this computer. */
  envelope: 'reservkraft/1/pin/envelope',
  /** Said to the station beside the hardware's own signature. */
  proof: 'reservkraft/1/pin/proof',
} as const;

/** How hardware may sign, by COSE's numbers, best first: Ed25519, ECDSA P-256, RSA for older computers. */
export const SIGNING = [-8, -7, -257] as const;

/** What the hardware is known by. */
export interface Hardware {
  /** Base64url. */
  readonly credential: string;
  /** How browsers say it is reached: `internal`, `usb` … */
  readonly transports: readonly string[];
}

/** Answer of POST /api/session/pins/offer: for `navigator.credentials.create`. */
export interface PinOffer {
  /** Base64url. */
  readonly challenge: string;
  readonly rpId: string;
  readonly rpName: string;
  readonly userName: string;
  /** Base64url; this person's on this computer already. */
  readonly taken: readonly string[];
}

/** Bytes of WebAuthn are base64url; salt, key and proof base64. */
export interface NewPin extends Hardware {
  /** The words once more: a computer left alone gives nobody a way in. */
  readonly secret: string;
  readonly clientData: string;
  readonly attestation: string;
  readonly salt: string;
  readonly envelopeKey: string;
  readonly proof: string;
}

export interface PinSignIn {
  readonly user: string;
  readonly credential: string;
  readonly clientData: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly proof: string;
}

/** One of one's own, in the answer of GET /api/session/pins. */
export interface OwnPin {
  readonly credential: string;
  readonly madeAt: number;
  readonly usedAt: number | null;
  readonly isHere: boolean;
}
