// What a person at the control page can make happen in the simulated hospital itself: two patients change beds, two numbers
// turn out to be one person, an answer is corrected or taken back, everything comes at once.

import { type AnswerStep, answerSaying, answersBetween } from './course/answers.ts';
import { HOUR_MS } from './local-time.ts';
import { admission, bedSwap, mergeOf, swapPlaces, unmergeOf } from './messages/admissions.ts';
import type { Saying } from './messages/message.ts';
import type { Person } from './people.ts';
import { Random } from './random.ts';
import { isPresent, personAt, placeAt, type SimStay } from './stay.ts';
import type { SystemId, Voice } from './systems/voices.ts';
import { voiceOf } from './systems/voices.ts';
import type { World } from './world.ts';

/** What to say and by whom; and in words, without patient data, what was done. */
export interface Deed {
  readonly says: readonly { readonly system: SystemId; readonly saying: Saying }[];
  readonly swedish: string;
}

const nothing = (swedish: string): Deed => ({ says: [], swedish });

const ACTIONS = ['swap-beds', 'merge', 'unmerge', 'correct-result', 'withdraw-result', 'burst'] as const;
export type ActionName = (typeof ACTIONS)[number];
export const isActionName = (text: string): text is ActionName => (ACTIONS as readonly string[]).includes(text);

export class Actions {
  readonly #world: World;
  readonly #seed: string;
  #done = 0;
  readonly #merged: { readonly survivor: Person; readonly former: Person; readonly stay: string }[] = [];

  constructor(world: World, seed: string) {
    this.#world = world;
    this.#seed = seed;
  }

  do(action: ActionName, at: number, size: number): Deed {
    const random = new Random(`${this.#seed}/action/${this.#done++}/${action}`);
    switch (action) {
      case 'swap-beds':
        return this.#swapBeds(at, random);
      case 'merge':
        return this.#merge(at, random);
      case 'unmerge':
        return this.#unmerge(at);
      case 'correct-result':
        return this.#changeAnswer(at, random, 'C');
      case 'withdraw-result':
        return this.#changeAnswer(at, random, 'W');
      case 'burst':
        return this.#burst(at, random, size);
    }
  }

  #wardStays(at: number): SimStay[] {
    return this.#world.stays.filter(
      (stay) =>
        stay.hospital === 'ASEN' && stay.kind === 'inpatient' && isPresent(stay, at + HOUR_MS) && isPresent(stay, at),
    );
  }

  /** Two patients of one ward; nobody with a newborn in the room. */
  #swapBeds(at: number, random: Random): Deed {
    const isSettled = (stay: SimStay): boolean => stay.places.every((step) => step.at <= at);
    const stays = this.#wardStays(at).filter((stay) => placeAt(stay, at).unit !== 'BB' && isSettled(stay));
    if (stays.length < 2) return nothing('Ingen att byta plats med');
    const first = random.pick(stays);
    const others = stays.filter((stay) => stay !== first && placeAt(stay, at).unit === placeAt(first, at).unit);
    if (others.length === 0) return nothing('Ingen att byta plats med');
    const second = random.pick(others);
    swapPlaces(first, second, at);
    return {
      says: [{ system: 'journal', saying: bedSwap(voiceOf('journal'), first, second, at) }],
      swedish: `Två patienter på ${placeAt(first, at).unit} har bytt säng (A17)`,
    };
  }

  /** An emergency patient under a reserve number turns out to be someone in the register: made here, then merged. */
  #merge(at: number, random: Random): Deed {
    const stays = this.#wardStays(at);
    if (stays.length === 0) return nothing('Ingen patient att slå samman');
    const stay = random.pick(stays);
    const survivor = personAt(stay, at);
    const serial = String(this.#done % 100).padStart(2, '0');
    const former: Person = {
      ...survivor,
      series: 'reservnummer',
      number: `${survivor.birth.padEnd(8, '0')}SP${serial}`,
      localNumber: `R${survivor.localNumber.slice(1)}`,
      given: `${survivor.given.slice(0, 1)}.`,
    };
    this.#merged.push({ survivor, former, stay: stay.number });
    const voice = voiceOf('journal');
    return {
      says: [
        { system: 'journal', saying: registration(voice, stay, former, at) },
        { system: 'journal', saying: mergeOf(voice, survivor, former, at + 1_000, stay.number) },
      ],
      swedish: 'En person fick först ett reservnummer och slogs sedan samman med sitt rätta nummer (A28, A40)',
    };
  }

  #unmerge(at: number): Deed {
    const last = this.#merged.pop();
    if (last === undefined) return nothing('Ingen sammanslagning att ångra');
    const saying = unmergeOf(voiceOf('journal'), last.survivor, last.former, at, last.stay);
    return { says: [{ system: 'journal', saying }], swedish: 'Den senaste sammanslagningen är ångrad (A37)' };
  }

  #lastAnswers(at: number): { stay: SimStay; step: AnswerStep }[] {
    return this.#wardStays(at).flatMap((stay) => {
      const step = answersBetween(stay, at - 24 * HOUR_MS, at)
        .filter((answer) => answer.stage === 'final')
        .at(-1);
      return step === undefined ? [] : [{ stay, step }];
    });
  }

  /** C: the values were wrong. W: they were another patient's and must leave every screen at once. */
  #changeAnswer(at: number, random: Random, status: 'C' | 'W'): Deed {
    const answers = this.#lastAnswers(at);
    if (answers.length === 0) return nothing('Inget provsvar att ändra');
    const { stay, step } = random.pick(answers);
    const saying = answerSaying(voiceOf('lab'), this.#world.staff, stay, step, {
      at,
      status,
      factor: status === 'C' ? 1.4 : 1,
      key: `${step.sample.name}/${status}/${at}`,
    });
    return {
      says: [{ system: 'lab', saying }],
      swedish: status === 'C' ? 'Ett provsvar är rättat (C)' : 'Ett provsvar är återtaget: fel patient (W)',
    };
  }

  /** Many updates of stays at once, as when a record system empties its queue after a stop. */
  #burst(at: number, random: Random, size: number): Deed {
    const stays = this.#wardStays(at);
    if (stays.length === 0) return nothing('Ingen patient');
    const voice = voiceOf('journal');
    const says = Array.from({ length: size }, (_, i) => {
      const stay = random.pick(stays);
      const key = `${stay.number}/burst/${at}/${i}`;
      return { system: 'journal' as const, saying: admission({ voice, stay, event: 'A08', at, key }) };
    });
    return { says, swedish: `${size} uppdateringar i kö (A08)` };
  }
}

/** A28: someone is put in the register, here under a reserve number. */
function registration(voice: Voice, stay: SimStay, person: Person, at: number): Saying {
  const saying = admission({ voice, stay: { ...stay, person, identified: null }, event: 'A28', at });
  return {
    ...saying,
    type: 'ADT^A28^ADT_A05',
    key: `register/${person.number}/${at}`,
    segments: saying.segments.filter((line) => !/^(?:PV1|PV2|DG1)/u.test(line)),
  };
}
