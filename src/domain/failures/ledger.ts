// What the ledger finds of itself, and what it refuses. Part of the one registry (domain/failures.ts).

import type { FailureRule } from './failure-rule.ts';

export const LEDGER_FAILURES = {
  'witness.missing': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Vittnesfilen saknas eller kan inte läsas: det går inte att kontrollera att inkorgen är hel till slutet.',
    stillRight: 'Det som ligger i inkorgen är kontrollerat och används. En ny vittnesfil förs från och med nu.',
    doNow:
      'Ta reda på vem som tog bort filen. Jämför med källsystemen vad som sänts sist, och be om en full laddning vid tvekan.',
  },
  'witness.behind': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened:
      'Vittnesfilen är äldre än inkorgen: en äldre fil har lagts tillbaka, eller så har den inte gått att skriva.',
    stillRight:
      'Allt som vittnesfilen såg finns i inkorgen, och det som kommit efter används. Den förs vidare från och med nu.',
    doNow: 'Ta reda på om filer har lagts tillbaka, och kontrollera disken.',
  },
  'ledger.unwritable': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Läsningen kan inte loggas just nu: liggaren går inte att skriva.',
    stillRight: 'Journalkopiorna kan läsas. Det som görs skrivs i liggaren i efterhand så länge stationen är igång.',
    doNow: 'Läs vidare. Drift: kontrollera diskens plats och att den går att skriva på.',
  },
  'ledger.gap': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Allt som gjordes har inte kunnat skrivas i liggaren.',
    stillRight: 'Hur mycket, av vilket slag och mellan vilka tider står som en egen post.',
    doNow: 'Ta reda på varför disken inte gick att skriva, och för en egen anteckning om perioden.',
  },
  'ledger.short': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Liggaren slutar före det som vittnesfilen såg: skrivna poster saknas.',
    stillRight: 'Det som finns kvar är oförändrat. En ny epok är öppnad, och den säger vilka nummer som saknas.',
    doNow: 'Ta reda på om en äldre fil har lagts tillbaka. Det som stationen ovanför har kan hämtas därifrån.',
  },
  'ledger.forked': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Liggaren är inte den som vittnesfilen såg: en annan fil har lagts i dess ställe.',
    stillRight: 'Inget är raderat. En ny epok är öppnad, så att inga två poster får samma nummer.',
    doNow: 'Ta reda på vem som bytte filen, och jämför med stationen ovanför (`reservkraft ledger verify`).',
  },
  'ledger.unwitnessed': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened:
      'Liggarens vittnesfil saknas eller kan inte läsas: det går inte att säga att liggaren är hel till slutet.',
    stillRight: 'Det som ligger i liggaren är kontrollerat. En ny epok är öppnad, och en ny vittnesfil förs.',
    doNow: 'Ta reda på vem som tog bort filen. Jämför med stationen ovanför vad som sist skrevs.',
  },
  'ledger.damaged': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Liggarens fil är skadad.',
    stillRight: 'Den är undanlagd, det som gick att läsa är överfört, och en ny epok säger vilka nummer som saknas.',
    doNow: 'Behåll den undanlagda filen. Byt disk. Det som stationen ovanför har kan hämtas därifrån.',
  },
  'ledger.not-erased': {
    class: 'permanent',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'Posten kan inte utplånas.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Rätta det som anges.',
  },
  'ledger.missing': {
    class: 'permanent',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Här finns ingen liggare att läsa.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Ange rätt mapp med --data, eller starta stationen en gång (`reservkraft start`).',
  },
} as const satisfies Record<string, FailureRule>;
