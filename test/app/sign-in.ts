// A nurse at the app, as the tests need one.

import type { BrowserContext, Page } from 'playwright-core';
import type { Me } from '../../src/domain/access/routes.ts';

const HOUR_MS = 3_600_000;

/** Answers for the station's sign-in, so that the screens can be seen before anybody has an account. */
export async function asNurse(context: BrowserContext, token: string, unit = 'kir2'): Promise<void> {
  await context.setExtraHTTPHeaders({ authorization: `Bearer ${token}` });
  let isIn = false;
  await context.route('**/api/session', async (route) => {
    const method = route.request().method();
    if (method === 'DELETE') isIn = false;
    if (method === 'POST') isIn = true;
    if (method === 'DELETE') await route.fulfill({ status: 204 });
    else if (isIn) await route.fulfill({ json: meOf(unit) });
    else await route.fulfill({ status: 401, json: REFUSAL });
  });
}

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel('HSA-id').fill('SE2321000016-1ABC');
  await page.getByLabel('Dina ord').fill('fyra ord i ordning');
  await page.getByRole('button', { name: 'Logga in' }).click();
}

const REFUSAL = { code: 'request.unauthorized', happened: 'Inte inloggad.', stillRight: '', doNow: '', text: '' };

const meOf = (unit: string) =>
  ({
    person: { id: 'SE2321000016-1ABC', name: 'Anna Berg', title: 'sjuksköterska', profession: 'nurse' },
    units: [{ unit, name: 'Kirurgavdelning 2', role: 'staff', roleWords: 'medarbetare', isLead: false, until: null }],
    session: {
      endsAt: Date.now() + 8 * HOUR_MS,
      endsInMs: 8 * HOUR_MS,
      idleLockMs: HOUR_MS,
      how: 'secret',
      vouchedBy: null,
    },
    secret: { usedAt: null, isDue: false },
    mayVouch: true,
  }) as unknown as Me;
