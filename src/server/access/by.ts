import type { FastifyRequest } from 'fastify';
import type { Access } from '../../access/access.ts';
import type { By } from '../../access/enrolling.ts';
import { Failure } from '../../domain/failures.ts';

/** Who changes what others may do: who answers for a unit, or the operator. @throws {Failure} `access.not-allowed` for everybody else. */
export function byOf({ caller, body }: FastifyRequest, access: Access): By & { readonly said: object } {
  if (caller.kind === 'station') {
    const said = (body as { by?: unknown } | null | undefined)?.by;
    const name = typeof said === 'string' ? said : null;
    return { author: 'station-token', name, leads: 'all', said: name === null ? {} : { by: name } };
  }
  if (caller.kind === 'nobody') throw new Failure('request.unauthorized');
  const { units } = access.unitsOf(caller.session);
  const leads = new Set(units.flatMap(({ unit, isLead }) => (isLead ? [unit] : [])));
  if (leads.size === 0) throw new Failure('access.not-allowed');
  return { author: caller.session.person.id, name: null, leads, said: {} };
}
