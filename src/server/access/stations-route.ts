// Which other stations have the same patients, in the order an app tries them when this one is silent.

import { Type } from 'typebox';
import type { StationsTold } from '../../domain/access/routes.ts';
import { NotLogged } from '../api/schema-parts.ts';
import type { Server } from './session-routes.ts';

export function registerStations(server: Server, { name, others }: StationsTold): void {
  const Other = Type.Object({ name: Type.String(), address: Type.String() });
  server.get(
    '/stations',
    {
      schema: {
        summary: 'Andra stationer att läsa från när den här inte svarar',
        response: { 200: Type.Object({ name: Type.String(), others: Type.Array(Other), ...NotLogged }) },
      },
    },
    () => ({ name, others: [...others] }),
  );
}
