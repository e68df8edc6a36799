// The computers that keep a copy of a unit's charts, as whoever answers for the unit sees them: enough to find the right one when it is
// gone, and to say so. Also tablets and telephones: whatever somebody has signed in on.

import type { PersonId } from './people.ts';

/** Times are the station's. */
export interface ListedDevice {
  /** `D-7F3K-92QA`. */
  readonly number: string;
  /** The one that asks. */
  readonly isThis: boolean;
  /** Who signed in there last, and when; `name` with title; null: no account here any more, or never one. */
  readonly person: PersonId;
  readonly name: string | null;
  readonly usedAt: number;
  /** Somebody is signed in there now. */
  readonly isSignedIn: boolean;
  /** When it last asked anything of this station. */
  readonly seenAt: number;
  /** *Edge på Windows*; null: not known. */
  readonly browser: string | null;
  /** The reserve place it is. */
  readonly place: { readonly name: string; readonly where: string } | null;
  /** Units whose copy it has fetched to keep, and when last; last first. What has been cleared there by hand nobody knows. */
  readonly copies: readonly { readonly unit: string; readonly name: string; readonly at: number }[];
  readonly lostAt: number | null;
  /** When a lost one was first answered that it is. */
  readonly refusedAt: number | null;
  /** When somebody with a lost one's cookie said that it had told everything. */
  readonly toldAllAt: number | null;
}

export const DEVICE_PATHS = {
  /** GET → {devices: ListedDevice[]}. */
  list: '/api/devices',
  /** POST {number, reason} → ListedDevice. */
  lost: '/api/devices/lost',
} as const;

/** In this order: each later one names the former too. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
] as const;
const SYSTEMS = [
  ['iPad', /\biPad\b/],
  ['iPhone', /\biPhone\b/],
  ['Android', /\bAndroid\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Windows', /\bWindows\b/],
  ['Mac', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** In words that tell one computer from another, and no more of it: what a browser says of itself is not kept. */
export function browserWords(userAgent: string): string | null {
  const named = (known: readonly (readonly [string, RegExp])[]): string | null =>
    known.find(([, says]) => says.test(userAgent))?.[0] ?? null;
  const [browser, system] = [named(BROWSERS), named(SYSTEMS)];
  return browser !== null && system !== null ? `${browser} på ${system}` : (browser ?? system);
}
