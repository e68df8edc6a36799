// What was read on a device and no station has heard of, as it lies there sealed. It is handed in as it lies, with nobody signed in: the
// station makes the key of its own copies on the device, so the seal shows that it was written by who had that copy open. So a device that
// is reported lost can still tell what was read on it, and is given nothing back (decision 0026).

/** Bound into the seal of each piece that a device keeps. */
export const pieceContext = (vault: string, kind: string, name: string): string => `${vault} ${kind} ${name}`;

export const HANDED_KINDS = ['chart.read', 'paper.made'] as const;

/** As the app keeps it. */
export interface KeptRead {
  readonly id: string;
  readonly kind: (typeof HANDED_KINDS)[number];
  /** Who read. */
  readonly by: string;
  /** Of the two who read by a sealed code. */
  readonly names?: string;
  readonly unit: string;
  readonly patient?: string;
  readonly readAt: number;
}

/** `iv`, `sealed`: base64, the tag after the bytes. */
export interface SealedRead {
  readonly id: string;
  readonly iv: string;
  readonly sealed: string;
}

export interface HandedReads {
  readonly unit: string;
  readonly vault: string;
  readonly reads: readonly SealedRead[];
  /** Nothing more is left to hand in. */
  readonly isAll: boolean;
}
