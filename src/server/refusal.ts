// How a refusal looks under /api and on every other address that is not FHIR's: the registry's words, and what a page needs beside them.

import type { FastifyReply } from 'fastify';
import { ChoiceNeeded } from '../access/choice-needed.ts';
import { DeviceLost } from '../access/devices.ts';
import { SlowedDown } from '../access/sign-ins.ts';
import type { ChoiceNeeded as ChoiceNeededFields, WaitNeeded } from '../domain/access/routes.ts';
import { FAILURES, type Failure, failureText } from '../domain/failures.ts';
import { limits } from '../limits.ts';
import { WIPE } from './access/device-routes.ts';

/** How every refusal under /api looks: `code` is stable, the rest is for people. */
export const REFUSAL = {
  type: 'object' as const,
  required: ['code', 'happened', 'stillRight', 'doNow', 'text'],
  properties: {
    code: { type: 'string' as const, enum: Object.keys(FAILURES) },
    happened: { type: 'string' as const },
    stillRight: { type: 'string' as const },
    doNow: { type: 'string' as const },
    text: { type: 'string' as const },
  },
};

export function refuse(reply: FastifyReply, failure: Failure): FastifyReply {
  const rule = FAILURES[failure.code];
  if (failure instanceof SlowedDown) reply.header('retry-after', String(Math.ceil(failure.waitMs / 1000)));
  // The browser itself wipes what the app keeps, also where the app no longer runs; the cookie stays, and with it the refusal.
  if (failure instanceof DeviceLost && failure.isToBeWiped) reply.header(...WIPE);
  if (rule.httpStatus === 503 && rule.class === 'transient')
    reply.header('retry-after', String(Math.ceil(limits.retryAfterMs / 1000)));
  return reply.code(rule.httpStatus).send({ ...refusalOf(failure), ...besides(failure) });
}

export function refusalOf({ code, detail }: Failure) {
  const { happened, stillRight, doNow } = FAILURES[code];
  return {
    code,
    happened: detail === null ? happened : `${happened} ${detail}`,
    stillRight,
    doNow,
    text: failureText(code, detail),
  };
}

/** What a page needs beside the words, to offer the next step. */
function besides(failure: Failure): ChoiceNeededFields | WaitNeeded | object {
  if (failure instanceof ChoiceNeeded) return { step: failure.step, relations: failure.relations };
  return failure instanceof SlowedDown ? { waitMs: failure.waitMs } : {};
}
