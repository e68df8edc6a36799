// Somebody who signs in to the test's station as a browser does: cookies kept, our own header sent.

import { createCipheriv, randomBytes, randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { WordsKey } from '../../access/words-keys.ts';
import { type Assignment, type Person, personId } from '../../domain/access/people.ts';
import { OWN_PAGE_HEADER, OWN_PAGE_VALUE } from '../../domain/access/routes.ts';
import { type CodeUse, codeUseContext, type HandedCodeUse } from '../../domain/access/sealed-code.ts';
import { unitId } from '../../domain/identity.ts';
import type { ServedCopy } from '../server.fixture.ts';

export const KIR = unitId('KIR2');
export const MED = unitId('MED1');
export const PSYK = unitId('PSYK');
export const OP = unitId('OP');

export const NURSE: Person = {
  id: personId('SE0000000000-P10001'),
  name: 'Anna Berg',
  title: 'leg. sjuksköterska',
  profession: 'nurse',
};
export const LEAD: Person = { ...NURSE, id: personId('SE0000000000-P10002'), name: 'Eva Ek', title: 'vårdenhetschef' };
export const DOCTOR: Person = {
  id: personId('SE0000000000-P10003'),
  name: 'Bo Alm',
  title: 'överläkare',
  profession: 'doctor',
};

export const at = (unit: Assignment['unit'], role: Assignment['role'] = 'staff'): Assignment => ({
  unit,
  role,
  name: null,
  from: null,
  until: null,
});

/** One browser. */
export class Browser {
  readonly #copy: ServedCopy;
  readonly cookies = new Map<string, string>();

  constructor(copy: ServedCopy) {
    this.#copy = copy;
  }

  async ask(options: InjectOptions | string) {
    const asked: InjectOptions = typeof options === 'string' ? { url: options } : options;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#copy.ask({
      ...asked,
      headers: { authorization: '', cookie, [OWN_PAGE_HEADER]: OWN_PAGE_VALUE, ...asked.headers },
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  post(url: string, payload: object) {
    return this.ask({ method: 'POST', url, payload });
  }

  signIn(person: Person, secret: string) {
    return this.post('/api/session', { user: person.id, secret });
  }
}

/** Opens the account and deals the words. */
export async function enrol(copy: ServedCopy, person: Person, ...assignments: readonly Assignment[]): Promise<string> {
  copy.access.accounts.put([{ person, assignments }]);
  return (await copy.access.accounts.dealSecret(person.id)).join(' ');
}

export async function signedIn(
  copy: ServedCopy,
  person: Person,
  ...assignments: readonly Assignment[]
): Promise<Browser> {
  const secret = await enrol(copy, person, ...assignments);
  const browser = new Browser(copy);
  const { status } = await browser.signIn(person, secret);
  if (status !== 200) throw new Error(`not signed in: ${status}`);
  copy.entries.length = 0;
  return browser;
}

/** As a device hands in that the code opened it without a station. */
export function usedAlone({ number, key }: { number: string; key: WordsKey }, use: CodeUse): HandedCodeUse {
  const [id, iv] = [randomUUID(), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.key, 'base64'), iv);
  cipher.setAAD(Buffer.from(codeUseContext(number, id), 'utf8'));
  const bytes = Buffer.concat([cipher.update(JSON.stringify(use), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { number, id, iv: iv.toString('base64'), sealed: bytes.toString('base64') };
}
