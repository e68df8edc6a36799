// What the routes of access answer, for their description and for the check that they answer nothing else. The types themselves are the
// domain's (domain/access/routes.ts).

import { Type } from 'typebox';
import type { CodeSheet } from '../../access/emergency-codes.ts';
import type { OwnEventKind, OwnSignIns } from '../../domain/access/own-sign-ins.ts';
import {
  ACCOUNT_STATES,
  type Account,
  type AccountState,
  type ListedAccount,
  PROFESSIONS,
  type Profession,
  UNIT_ROLES,
  type UnitRole,
} from '../../domain/access/people.ts';
import type { OwnPin, PinOffer } from '../../domain/access/pin.ts';
import type { DealtSecret, Me } from '../../domain/access/routes.ts';
import { NotLogged } from '../api/schema-parts.ts';

const Moment = Type.Integer({ description: 'ms since 1970 UTC' });
export const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
export const wordOf = <Code extends string>(words: Readonly<Record<Code, unknown>>) =>
  Type.Unsafe<Code>(Type.Union((Object.keys(words) as Code[]).map((code) => Type.Literal(code))));

const Person = {
  id: Type.String(),
  name: Type.String(),
  title: Type.String(),
  profession: wordOf<Profession>(PROFESSIONS),
};

const OwnEventLine = Type.Object({
  what: wordOf<OwnEventKind>({ 'signed-in': 1, words: 1, 'pin-added': 1, 'pin-removed': 1, code: 1 }),
  at: Moment,
  device: orNull(Type.String()),
});
const How = wordOf<Me['session']['how']>({ secret: 1, pin: 1, provider: 1, vouched: 1, 'emergency-code': 1 });

export const OwnSignInsAnswer = Type.Unsafe<OwnSignIns>(
  Type.Object({
    sessions: Type.Array(
      Type.Object({
        id: Type.String(),
        isThis: Type.Boolean(),
        how: How,
        beganAt: Moment,
        usedAt: Moment,
        device: orNull(Type.String()),
      }),
    ),
    events: Type.Array(OwnEventLine),
    ...NotLogged,
  }),
);

export const MeAnswer = Type.Unsafe<Me>(
  Type.Object({
    person: Type.Object(Person),
    units: Type.Array(
      Type.Object({
        unit: Type.String(),
        name: Type.String(),
        role: wordOf<UnitRole>(UNIT_ROLES),
        roleWords: Type.String(),
        isLead: Type.Boolean(),
        until: orNull(Moment),
      }),
    ),
    session: Type.Object({
      endsAt: Moment,
      endsInMs: Type.Integer(),
      idleLockMs: Type.Integer(),
      how: How,
      vouchedBy: orNull(Type.String()),
    }),
    secret: Type.Object({ usedAt: orNull(Moment), isDue: Type.Boolean() }),
    mayVouch: Type.Boolean(),
    changed: Type.Optional(Type.Array(OwnEventLine)),
    elsewhere: Type.Optional(Type.Object({ session: Type.String(), device: orNull(Type.String()) })),
    ...NotLogged,
  }),
);

export const OfferAnswer = Type.Object({ label: orNull(Type.String()) });
export const StartAnswer = Type.Object({ location: Type.String() });
export const DealtAnswer = Type.Unsafe<DealtSecret>(
  Type.Object({ words: Type.Array(Type.String()), bits: Type.Integer(), ...NotLogged }),
);
export const OpenedAnswer = Type.Object({ until: Moment, untilInMs: Type.Integer(), ...NotLogged });

const account = {
  ...Person,
  state: Type.Unsafe<AccountState>(Type.Union(ACCOUNT_STATES.map((state) => Type.Literal(state)))),
  assignments: Type.Array(
    Type.Object({
      unit: Type.String(),
      role: wordOf<UnitRole>(UNIT_ROLES),
      name: orNull(Type.String()),
      from: orNull(Moment),
      until: orNull(Moment),
    }),
  ),
  secretUsedAt: orNull(Moment),
  isSecretDue: Type.Boolean(),
};
export const AccountAnswer = Type.Unsafe<Account>(Type.Object({ ...account, ...NotLogged }));
export const AccountsAnswer = Type.Unsafe<{ readonly accounts: readonly ListedAccount[] }>(
  Type.Object({ accounts: Type.Array(Type.Object({ ...account, pins: Type.Integer() })) }),
);
export const VouchedAnswer = Type.Object({
  user: Type.String(),
  code: Type.String(),
  codeInMs: Type.Integer(),
  ...NotLogged,
});
export const DoneAnswer = Type.Object({ done: Type.Boolean(), ...NotLogged });
const Words = Type.Array(Type.String());
export const SheetAnswer = Type.Unsafe<CodeSheet>(
  Type.Object({
    unit: Type.String(),
    set: Type.Integer(),
    voided: Words,
    codes: Type.Array(Type.Object({ number: Type.String(), halfA: Words, halfB: Words })),
    ...NotLogged,
  }),
);
export const ImportedAnswer = Type.Object({ people: Type.Integer(), ...NotLogged });
export const CodeAnswer = Type.Object({ code: Type.String(), validMs: Type.Integer(), ...NotLogged });
export const ClosedAnswer = Type.Object({
  done: Type.Union([Type.Literal('closed'), Type.Literal('left')]),
  ...NotLogged,
});

export const ChallengeAnswer = Type.Object({ challenge: Type.String() });
export const PinOfferAnswer = Type.Unsafe<PinOffer>(
  Type.Object({
    challenge: Type.String(),
    rpId: Type.String(),
    rpName: Type.String(),
    userName: Type.String(),
    taken: Type.Array(Type.String()),
  }),
);
export const OwnPinsAnswer = Type.Unsafe<{ readonly pins: readonly OwnPin[] }>(
  Type.Object({
    pins: Type.Array(
      Type.Object({
        credential: Type.String(),
        madeAt: Moment,
        usedAt: orNull(Moment),
        isHere: Type.Boolean(),
      }),
    ),
  }),
);
export const RemovedAnswer = Type.Object({ removed: Type.Integer({ minimum: 0 }), ...NotLogged });
