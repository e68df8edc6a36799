import { type Envelope, type EnvelopeContent, envelopeContext } from '../../../src/domain/access/device-key.ts';
import { bytesOf, unseal } from './sealing.ts';

/** Null: other words, or an envelope of another copy. */
export const openEnvelope = (
  { person, iv, sealed }: Envelope,
  { vault, unit }: { readonly vault: string; readonly unit: string },
  wordsKey: CryptoKey,
): Promise<EnvelopeContent | null> =>
  unseal(wordsKey, { iv: bytesOf(iv), bytes: bytesOf(sealed) }, envelopeContext(vault, unit, person));
