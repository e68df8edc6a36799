// The demo's invented people at the app.

import type { Page } from 'playwright-core';
import type { House } from '../support/house.ts';

export interface Somebody {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
}

interface Told {
  readonly people?: readonly (Somebody & { readonly unit: string; readonly role: string })[];
}

/** Who works on this unit, with the words dealt when the demo started. */
export const staffOf = (house: House, unit: string): Somebody => personOf(house, unit, 'staff');

/** `all`: on call for the whole house. */
export function personOf(house: House, unit: string, role: 'staff' | 'lead' | 'on-call'): Somebody {
  const told = house.logged
    .split('\n')
    .filter((line) => line.includes('"people"'))
    .flatMap((line) => (JSON.parse(line) as Told).people ?? []);
  const somebody = told.find((one) => one.unit === unit && one.role === role);
  if (somebody === undefined) throw new Error(`no ${role} on ${unit}`);
  return somebody;
}

export async function signIn(page: Page, { id, secret }: Somebody): Promise<void> {
  await page.getByLabel('HSA-id').fill(id);
  await page.getByLabel('Dina ord').fill(secret);
  await page.getByRole('button', { name: 'Logga in', exact: true }).click();
}
