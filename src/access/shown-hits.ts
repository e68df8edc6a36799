// Who may be shown where in a search. Names and numbers are found by everybody who is signed in; that somebody is on a unit whose data is
// blocked for the reader is not told, neither by the place nor by the order, nor by being found only because they are here.

import type { SearchAnswer, SearchHit } from '../copy/read/search.ts';
import { isBlockedStay, type UnitWithholding, withholdingFor } from '../domain/access/steps.ts';
import type { PatientKey } from '../domain/identity.ts';

export type KeysOf = (patient: PatientKey) => readonly PatientKey[];

export function shownHits(answer: SearchAnswer, withheld: UnitWithholding, keysOf: KeysOf): SearchAnswer {
  const isHidden = ({ key, stay, expected }: SearchHit): boolean => {
    const withholding = withholdingFor(keysOf(key), withheld);
    return [stay, expected].some((one) => one !== null && isBlockedStay(one, withholding));
  };
  const { hits } = answer;
  if (!hits.some(isHidden)) return answer;
  const asNotHere = (hit: SearchHit): SearchHit[] => {
    if (hit.found === 'number') return [{ ...hit, stay: null, expected: null }];
    return answer.isEveryoneSearched ? [{ ...hit, stay: null, expected: null, found: 'everyone' }] : [];
  };
  const byNumber = hits
    .filter(({ found }) => found === 'number')
    .flatMap((hit) => (isHidden(hit) ? asNotHere(hit) : [hit]));
  const byName = hits.filter(({ found }) => found !== 'number');
  const shown = byName.filter((hit) => !isHidden(hit));
  return { ...answer, hits: [...byNumber, ...shown, ...byName.filter(isHidden).flatMap(asNotHere)] };
}
