// Whose patients somebody may open directly just now: what they were given here, what this session brings, and the units they have chosen.

import { type Account, type Assignment, type Person, PROFESSIONS, UNIT_ROLES } from '../domain/access/people.ts';
import type { Me, MyUnit } from '../domain/access/routes.ts';
import type { Reader } from '../domain/access/steps.ts';
import type { UnitId } from '../domain/identity.ts';
import type { UnitDeclaration } from '../domain/unit.ts';
import type { Session } from './sessions.ts';

export interface ReaderSources {
  readonly account: Account | null;
  /** What the session brings with it. */
  readonly granted: Session['granted'];
  readonly chosen: readonly { readonly unit: UnitId; readonly until: number }[];
  readonly units: readonly UnitDeclaration[];
  readonly wallMs: number;
  /** In as themselves: whoever was let in answers for no unit, and lets in nobody. */
  readonly isOneself: boolean;
  /** While a downtime lasts nobody's role ends by time (design §5.23). */
  readonly isTimePaused: boolean;
}

type Given = Pick<MyUnit, 'unit' | 'role' | 'roleWords' | 'until'>;

export interface ReaderUnits {
  readonly reader: Reader;
  /** One line a unit, the nearest role first. */
  readonly units: readonly MyUnit[];
}

const ORDER: readonly MyUnit['role'][] = ['lead', 'staff', 'vouched', 'emergency-code', 'on-call', 'lent'];

export function readerUnits(sources: ReaderSources): ReaderUnits {
  const { account, granted, chosen, units } = sources;
  const current = (account?.assignments ?? []).filter((one) => holds(one, sources));
  const named = current.filter((one): one is Assignment & { unit: UnitId } => one.unit !== 'all');
  const everywhere = current.find(({ unit }) => unit === 'all');
  const given: Given[] = [
    ...named.map(({ unit, role, name, until }) => ({ unit, role, roleWords: name ?? UNIT_ROLES[role], until })),
    ...granted.map(({ unit, role }) => ({ unit, role, roleWords: UNIT_ROLES[role], until: null })),
    ...chosen.map(({ unit }) => ({ unit, role: 'lent' as const, roleWords: UNIT_ROLES.lent, until: null })),
    ...(everywhere === undefined ? [] : units.filter(({ isSensitive }) => isSensitive !== true)).map(({ id }) => ({
      unit: id,
      role: 'on-call' as const,
      roleWords: everywhere?.name ?? UNIT_ROLES['on-call'],
      until: everywhere?.until ?? null,
    })),
  ];
  const order = (one: Given): number => ORDER.indexOf(one.role);
  const nearest = Map.groupBy(given, ({ unit }) => unit);
  const mine = [...nearest].map(([unit, roles]): MyUnit => {
    const [role] = roles.toSorted((a, b) => order(a) - order(b)) as [Given];
    const name = units.find(({ id }) => id === unit)?.name ?? unit;
    return { ...role, name, isLead: sources.isOneself && roles.some((one) => one.role === 'lead') };
  });
  return {
    reader: {
      units: new Set([
        ...named.map(({ unit }) => unit),
        ...granted.map(({ unit }) => unit),
        ...chosen.map(({ unit }) => unit),
      ]),
      isEverywhere: everywhere !== undefined,
    },
    units: mine.toSorted((a, b) => order(a) - order(b) || a.name.localeCompare(b.name, 'sv')),
  };
}

function holds({ from, until }: Assignment, { wallMs, isTimePaused }: ReaderSources): boolean {
  return (from === null || wallMs >= from) && (until === null || wallMs < until || isTimePaused);
}

/** By their own words or PIN, or identified by the provider. */
export const isOneself = (how: Me['session']['how']): boolean =>
  how === 'secret' || how === 'pin' || how === 'provider';

/** Licensed, and in as themselves: whoever was let in lets in nobody. */
export const mayVouch = ({ person, how }: { readonly person: Person; readonly how: Me['session']['how'] }): boolean =>
  isOneself(how) && PROFESSIONS[person.profession].isLicensed;
