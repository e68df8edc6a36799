// What can go wrong on the way to paper. Part of the one registry (domain/failures.ts).

import type { FailureRule } from './failure-rule.ts';

export const PAPER_FAILURES = {
  'paper.busy': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'För många utskrifter väntar redan.',
    stillRight: 'De som väntar görs i tur och ordning. Färdiga paket på disken kan skrivas ut.',
    doNow: 'Vänta en minut och försök igen.',
  },
  'paper.too-slow': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Utskriften tog för lång tid att göra och avbröts.',
    stillRight: 'Inget är ändrat. Journalkopian kan läsas på skärm, och färdiga paket på disken kan skrivas ut.',
    doNow:
      'Skriv ut färre patienter åt gången. Händer det igen för en enda patient: läs på skärm och säg till driften.',
  },
  'paper.too-large': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Utskriften tog för mycket minne att göra och avbröts.',
    stillRight: 'Inget är ändrat. Journalkopian kan läsas på skärm, och färdiga paket på disken kan skrivas ut.',
    doNow:
      'Skriv ut färre patienter åt gången. Händer det igen för en enda patient: läs på skärm och säg till driften.',
  },
  'paper.not-rendered': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Sidorna kunde inte göras.',
    stillRight: 'Inget är ändrat. Journalkopian kan läsas på skärm, och färdiga paket på disken kan skrivas ut.',
    doNow: 'Försök igen. Händer det igen: läs på skärm, skriv av för hand och säg till driften.',
  },
  'paper.printer-unknown': {
    class: 'permanent',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Skrivaren finns inte i inställningarna.',
    stillRight: 'Inget är utskrivet.',
    doNow: 'Välj en skrivare som finns (`reservkraft paper list`), eller lägg till den i inställningarna.',
  },
  'paper.printer-silent': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Skrivaren svarar inte: inget är sänt till den.',
    stillRight: 'Paketet finns kvar och kan skrivas ut på en annan skrivare eller sparas som PDF.',
    doNow: 'Kontrollera att skrivaren är på och inkopplad. Välj annars en annan, eller skriv ut filen över USB.',
  },
  'paper.printer-refused': {
    class: 'permanent',
    httpStatus: 502,
    acknowledgement: null,
    happened: 'Skrivaren tog inte emot utskriften.',
    stillRight: 'Inget är utskrivet. Paketet finns kvar.',
    doNow: 'Läs vad skrivaren säger, rätta det, eller välj en annan skrivare.',
  },
  'paper.print-unclear': {
    class: 'ambiguous',
    httpStatus: 504,
    acknowledgement: null,
    happened: 'Det är oklart om sidorna kom ut: skrivaren fick utskriften men har inte sagt att den är klar.',
    stillRight: 'Paketet finns kvar. Signeringsblad som kom ut gäller.',
    doNow: 'Gå till skrivaren och se efter innan du skriver ut igen. Räkna sidorna mot «Sida x av y».',
  },
  'paper.already-printing': {
    class: 'transient',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'Samma papper är redan på väg.',
    stillRight: 'Den utskriften fortsätter.',
    doNow: 'Hämta den vid skrivaren. Behövs en till: skriv ut igen och säg att du vill ha två.',
  },
  'paper.test-failed': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Skrivarens dagliga provsida har inte säkert kommit ut.',
    stillRight: 'Journalkopiorna läses på skärm som vanligt, och allt kan skrivas ut på en annan skrivare.',
    doNow:
      'Gå till skrivaren: är den på och inkopplad, finns papper och toner? Rätta det, och pröva igen: i appen under Reservplatser och skrivare, eller `reservkraft paper test-page`. Säg till avdelningen vilken skrivare som gäller så länge.',
  },
  'paper.printer-untested': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Skrivaren har inte prövats på mer än ett dygn.',
    stillRight: 'Skrivaren kan fungera ändå: ingen vet. Journalkopiorna läses på skärm som vanligt.',
    doNow:
      'Pröva den nu: i appen under Reservplatser och skrivare, eller `reservkraft paper test-page`. Kommer sidan ut är det här borta.',
  },
  'paper.sheet-unknown': {
    class: 'permanent',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Inget öppet signeringsblad har det numret.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Läs numret på bladet igen. `reservkraft paper list` visar de öppna.',
  },
  'paper.pack-missing': {
    class: 'transient',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Inget färdigt paket finns för enheten.',
    stillRight: 'Journalkopian kan läsas på skärm.',
    doNow: 'Gör ett paket nu (`reservkraft paper pack`), eller vänta tills stationen gjort sitt nästa.',
  },
  'paper.pack-unmarked': {
    class: 'transient',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'Det färdiga paketet är återkallat: enheten är under uppbyggnad, och paketet säger det inte.',
    stillRight: 'Inget är utskrivet. Stationen gör ett nytt paket så snart den kan.',
    doNow:
      'Vänta på nästa paket, eller gör ett nu (`reservkraft paper pack`). Enhetens ansvariga ser på skärmen varför enheten är under ' +
      'uppbyggnad, och kan ta den i drift.',
  },
  'paper.pack-withdrawn': {
    class: 'transient',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'Det färdiga paketet är återkallat: uppgifter i det har spärrats sedan det gjordes.',
    stillRight: 'Inget är utskrivet. Stationen gör ett nytt paket så snart den kan.',
    doNow:
      'Vänta på nästa paket, eller gör ett nu (`reservkraft paper pack`). Går inget att göra och paketet behövs för vården: ' +
      '`reservkraft paper print … --though-blocked`, och håll det undan för andra än dem som vårdar patienten.',
  },
} as const satisfies Record<string, FailureRule>;
