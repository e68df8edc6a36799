// How a person's numbers are written on screen and paper, each with the series it belongs to: the same twelve characters in
// two series are two people.

import type { Identity } from '../identity.ts';
import { identityDomain, PERSONNUMMER } from '../identity-domains.ts';
import { formatPersonId } from '../person-id.ts';

export function identityText(identity: Identity): string {
  const series = identity.domain === PERSONNUMMER ? '' : ` (${seriesName(identity)})`;
  return `${formatPersonId(identity)}${series}`;
}

export const seriesName = (identity: Identity): string =>
  identityDomain(identity.domain)?.swedish ??
  (identity.domain.startsWith('source:') ? 'Källans eget nummer' : 'Annat nummer');

const SEX: Readonly<Record<string, string>> = {
  male: 'man',
  female: 'kvinna',
  other: 'annat kön',
  unknown: 'kön okänt',
};

export const sexWord = (gender: string | null): string =>
  gender !== null && Object.hasOwn(SEX, gender) ? (SEX[gender] ?? NO_SEX) : NO_SEX;
const NO_SEX = 'kön ej angivet';
