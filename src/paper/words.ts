// Every Swedish text that paper adds to what the chart already says. One place, so that a ward's words can be read through and
// changed together.

export const WORDS = {
  readingSheet: 'Läsblad',
  signingSheet: 'Signeringsblad',
  validUntil: (at: string): string => `Giltig till ${at}`,
  replaces: (version: number, at: string): string => `Ersätter version ${version}, ${at}. Kasta den.`,
  version: (version: number): string => `version ${version}`,
  printed: (at: string): string => `Utskrivet ${at}`,
  printedBy: (by: string): string => `Utskrivet av ${by} · sekretess`,
  untimed: (day: string): string => `Tider utan datum gäller ${day}`,
  writeIn: (place: string): string => `Skriv i: ${place}`,
  clockUnsure: 'Klockan osäker: åldrar kan vara större än de står',
  noCode: 'Streckkod saknas: numret kan inte kodas',
  noNumber: 'Streckkod saknas: inget nummer i kopian',
  continues: (numbers: string): string => `Fortsättning på blad ${numbers}`,
  neverVoid: 'Gäller tills varje rad är införd. Kastas inte när ett nytt skrivs ut.',
  sheet: (number: string): string => `blad ${number}`,
  replaced: '□ = tecken som skrivaren saknar. Jämför med armbandet.',

  why: 'Varför här',
  warnings: 'Varningar och begränsningar',
  responsible: 'Ansvariga och närstående',
  fluids: 'Vätska, infarter, risker',
  emptyBlocks: 'Utan uppgifter i kopian',
  write: 'Skriv här',
  writeHint: 'tid, text, signatur',
  olderNotes: (count: number): string =>
    count === 1
      ? '1 äldre anteckning får inte plats. Den finns på skärm.'
      : `${count} äldre anteckningar får inte plats. De finns på skärm.`,
  olderEntries: (count: number): string =>
    count === 1
      ? '1 äldre uppgift får inte plats. Den finns på skärm.'
      : `${count} äldre uppgifter får inte plats. De finns på skärm.`,
  cutText: '… (hela texten finns på skärm)',
  answered: 'Besvarade',
  sourceOf: (name: string): string => `källa ${name}`,
  saidAlike: (sources: string): string => `sägs lika av ${sources}`,
  receivedUnder: (number: string): string => `mottaget under ${number}`,

  referenceHead: 'Referens',
  latest: (text: string, at: string): string => `senaste ${text}, ${at}`,
  sameTime: (text: string): string => `samma källa uppger också ${text}`,
  columnSources: (words: string): string => `Källor: ${words}`,

  bedList: (unit: string): string => `${unit} – enhetslista`,
  myPatients: (unit: string): string => `${unit} – mina patienter`,
  roundList: (unit: string): string => `${unit} – rundlista`,
  workSheet: (unit: string): string => `${unit} – arbetsblad`,
  workHow: (hours: string): string =>
    `Arbetsblad för ${hours}. Tiderna är de som ordinationerna själva skriver. Läkemedel signeras på signeringsbladet, aldrig här.`,
  workHint: 'att göra – kryssa när det är gjort',
  patients: (count: number): string => (count === 1 ? '1 patient' : `${count} patienter`),
  onSpot: 'På plats',
  bookedAt: 'Tid',
  bookedHow: 'Läge',
  noPatients: 'Inga patienter på listan',
  gone: 'Utskrivna senaste 72 timmarna (läs på skärm)',
  tickOff: 'Avprickning vid säng',
  tickOffHint: (per: string): string => `fyll i: kommit, gått, flyttat (listan ${per})`,
  roundHint: 'plan, ordinationer, att göra',
  marks: '▲ överkänslighet, livshotande där det står · NEWS2 i ram 5–6 brådskande, svart 7– akut',
  forms: (from: string, to: string): string =>
    `Läsblad och signeringsblad för varje patient följer. Signeringsblad ${from}–${to}.`,
  formsOfThoseHere: (signing: readonly [string, string] | null): string =>
    `Läsblad för varje patient följer. Signeringsblad finns bara för inskrivna här${signing === null ? '' : `: ${signing.join('–')}`}.`,

  testPage: 'Provsida',
  testPageHow: [
    'Ligger hela ramen på papperet? Syns den ljusaste grå rutan? Går det minsta raden att läsa? Läser skannern streckkoden?',
    'Skriv datum och signatur på sidan och sätt den i pärmen. Är något fel: felanmäl skrivaren nu, inte under ett avbrott.',
  ],
  testPageLetters: 'åäö ÅÄÖ éüñ 0123456789 10,5 mg · 1 000 ml · µ ± ≥ ≤ ▲ ▼ 19420608-9205',
  testPageFor: (printer: string): string => `Skrivare: ${printer}`,
  codeSheet: (half: string | null): string => (half === null ? 'Nödkoder' : `Nödkoder, kuvert ${half}`),
  codesHow: [
    'Öppnas bara när ingen kan logga in på annat sätt. Två personer öppnar kuverten tillsammans och skriver båda sitt namn och klockslag.',
    'Varje kod gäller en gång. Stryk den som använts. Användningen loggas och granskas efteråt. Beställ nya kuvert samma dag.',
  ],
  codesTitle: 'Koder – en gång var',
  code: 'Kod',
  firstName: 'Namn, den ena',
  secondName: 'Namn, den andra',
  usedAt: 'Dag och tid',
  keySheet: (half: string): string => `Stationens nyckel, kuvert ${half}`,
  keyOf: (station: string, pair: string, mark: string): string => `${station} · omgång ${pair} · nyckel ${mark}`,
  keyHow: [
    'Öppnas när stationens nyckel är borta: ny maskin, trasig disk. Kuvert A och B förvaras på skilda ställen, av skilda personer. Den som har båda och datamappen kan läsa allt.',
    'Lägg datamappen på plats och kör reservkraft keys restore. Var och en skriver sin halva, rad för rad; varje rad prövas för sig. Tecknen 0 och 1 är siffror; bokstäverna I, L, O och U finns inte.',
    'Pröva kuverten en gång om året med reservkraft keys verify. Gör nya kuvert efteråt, och när nyckeln har bytts; förstör då dessa.',
  ],
  keyLines: 'Skriv in',
  readLog: 'Logg över läsning',
  readLogPeriod: (from: string, to: string): string => `Vem som har tagit del av uppgifterna ${from}–${to}`,
  readLogRows: (count: number): string => (count === 1 ? '1 tillfälle' : `${count} tillfällen`),
  readLogNone: 'Ingen har tagit del av uppgifterna i Reservkraft under tiden.',
  readLogNote: 'Gäller läsning i Reservkraft. Läsning i journalsystemet finns i dess egen logg.',
  noTimeLimit: 'Ingen giltighetstid',

  medicines: 'Läkemedel',
  medicineColumns: ['Läkemedel och dos', 'Kända givna doser', 'Nästa'] as const,
  signingColumns: (per: string, hours: number): readonly [string, string, string] => [
    'Läkemedel och dos',
    'Kända givna doser',
    `Ordinerade tider kommande ${hours} h enligt ${per} – skriv klockslag och signatur`,
  ],
  signGiven: 'given kl · sign',
  signFree: 'kl · sign',
  signRate: 'kl · takt · sign',
  newOrders:
    'Nya ordinationer – ingen interaktionskontroll görs. Läs allergi, eGFR och kalium. Ordinatör skriver namn och tid.',
  withoutOrder: 'Givet utan ordination i kopian',
  noOrders: 'Inga ordinationer att visa',
  stopped: 'Utsatta och avslutade – ges inte',
  olderDoses: 'Äldre kända doser',
  askBeforeGiving: 'Kontrollera med patient och kollega innan du ger.',
  doseMarks: 'given enligt källan',
} as const;
