// The words before a patient of another unit is opened.

import { BLOCKED_WORDS } from '../../../src/domain/chart/context.ts';

export const choiceWords = {
  title: 'Patienten är inte på din enhet',
  lead: 'Ange din relation. Ett tryck öppnar, och det loggas.',
  emergencyTitle: BLOCKED_WORDS,
  emergencyLead: 'Nödöppning gäller en begränsad tid, och varje öppning granskas.',
  reason: 'Skäl, med egna ord',
  reasonNeeded: 'Skriv varför: det läses vid granskningen.',
  cancel: 'Avbryt',
  needsStation: 'Stationen svarar inte. Andra enheters patienter kan bara öppnas därifrån.',
} as const;
