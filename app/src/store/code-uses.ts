// Openings of this device by a sealed code, until a station has been told: each under the code's own slow key, so that it can be handed in
// by whoever's page hears the station first, and be read by nobody on the way.

import type { HandedCodeUse } from '../../../src/domain/access/sealed-code.ts';
import { inOne, type Piece, rowsOf } from './database.ts';
import { base64Of, type Sealed } from './sealing.ts';

/** In no vault. */
const PLACE = ['', 'code-use'] as const;

export async function keepCodeUse(number: string, id: string, sealed: Sealed): Promise<void> {
  const piece: Piece = { vault: PLACE[0], kind: PLACE[1], name: `${number} ${id}`, sealed };
  await inOne(['pieces'], 'readwrite', (table) => {
    table('pieces').put(piece);
    return undefined;
  });
}

export async function codeUses(): Promise<HandedCodeUse[]> {
  return (await rowsOf<Piece>('pieces', PLACE)).map(({ name, sealed: { iv, bytes } }) => {
    const [number = '', id = ''] = name.split(' ');
    return { number, id, iv: base64Of(iv), sealed: base64Of(new Uint8Array(bytes)) };
  });
}

export async function dropCodeUse({ number, id }: HandedCodeUse): Promise<void> {
  await inOne(['pieces'], 'readwrite', (table) => {
    table('pieces').delete([...PLACE, `${number} ${id}`]);
    return undefined;
  });
}
