// What our own routes' questions and answers have in common.

import { type TProperties, Type } from 'typebox';
import { limits } from '../../limits.ts';

export const Name = Type.String({ minLength: 1, maxLength: 100 });

export const Moment = (description: string) =>
  Type.Integer({ minimum: 0, maximum: limits.momentMax, description: `${description}, ms since 1970 UTC` });
/** Where a question says nothing of it: now. */
export const At = Type.Optional(Moment('as of this moment'));
/** A number in the inbox, or of a version. */
export const Seq = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });

/** What is misspelt is refused: passed over, a hold of one unit would be a hold of all, and an earlier moment be now. */
export const Closed = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** Put first in any answer while the ledger can't be written. */
export const NotLogged = { notLogged: Type.Optional(Type.String()) };

/** A decision's place in the inbox: it holds once the copy has come so far (GET /api/status, `copySequence`). */
export const Taken = Type.Object({ seq: Type.Integer(), duplicate: Type.Boolean(), ...NotLogged });
