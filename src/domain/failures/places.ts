// What a reserve place says of itself. Part of the one registry (domain/failures.ts).

import type { FailureRule } from './failure-rule.ts';

export const PLACE_FAILURES = {
  'place.test-failed': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Reservplatsen kunde inte öppna en journalkopia utan nät.',
    stillRight: 'Stationen och de andra datorerna är inte berörda. Går stationen ner kan den här platsen inte läsa.',
    doNow:
      'Gå dit, logga in, vänta en minut och tryck Pröva nu (Reservplatser och skrivare). Hjälper det inte: stäng webbläsaren och öppna appen igen. Går det ändå inte: säg till driften, och visa avdelningen en annan dator.',
  },
  'place.untested': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Reservplatsen har inte prövats på mer än ett dygn.',
    stillRight: 'Platsen kan fungera ändå: ingen vet. Andra datorer med enhetens kopia kan läsas utan nät.',
    doNow:
      'Gå dit och logga in: den prövar sig själv inom en minut. Är datorn borta eller bytt: märk den nya (Reservplatser och skrivare), eller ta bort platsen.',
  },
  'place.unknown': {
    class: 'permanent',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Reservplatsen finns inte på enheten.',
    stillRight: 'Inget är ändrat, och datorns kopia finns kvar.',
    doNow: 'Se enhetens reservplatser i appen (Reservplatser och skrivare) eller med `reservkraft place list`.',
  },
  'place.has-computer': {
    class: 'permanent',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'En annan dator är redan den reservplatsen.',
    stillRight: 'Den datorn är fortfarande platsen. Inget är ändrat.',
    doNow: 'Är datorn bytt gör enhetsansvarig det här, på den nya datorn.',
  },
  'place.other-computer': {
    class: 'permanent',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'En annan dator är nu den reservplatsen.',
    stillRight: 'Den här datorn kan läsa enhetens kopia som förut; den är bara inte märkt.',
    doNow: 'Ska den här datorn vara platsen märker enhetsansvarig den igen (Reservplatser och skrivare).',
  },
  'place.too-many': {
    class: 'permanent',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'Stationen har redan så många reservplatser som den håller reda på.',
    stillRight: 'De som är märkta prövas som förut.',
    doNow: 'Ta bort de som inte längre finns (`reservkraft place end`), och märk igen.',
  },
} as const satisfies Record<string, FailureRule>;
