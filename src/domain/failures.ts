// Every failure a person can meet, by code: what happened, what is still right, what to do now. One registry, so that the
// screen, the command line, the HTTP answer and docs/failures.md say the same thing (a test holds them equal).

/**
 * `transient`: the same act may succeed later, repeat it. `ambiguous`: it may have been done, a person looks before repeating.
 * `permanent`: repeating changes nothing until somebody has changed something.
 */
export type FailureClass = 'transient' | 'ambiguous' | 'permanent';

interface FailureRule {
  readonly class: FailureClass;
  readonly httpStatus: number;
  /** HL7 v2 table 0008; null where no message is answered. */
  readonly acknowledgement: 'AE' | 'AR' | null;
  readonly happened: string;
  readonly stillRight: string;
  readonly doNow: string;
}

export const FAILURES = {
  'settings.invalid': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Inställningarna kan inte användas.',
    stillRight: 'Inget har startats och inga uppgifter är ändrade.',
    doNow: 'Rätta raderna ovan och starta igen. `reservkraft check` prövar utan att starta.',
  },
  'station.port-busy': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Porten är upptagen av ett annat program.',
    stillRight: 'Inga uppgifter är ändrade.',
    doNow: 'Stäng det andra programmet eller välj en annan port (se --help), och starta igen.',
  },
  'station.already-running': {
    class: 'permanent',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'En annan station använder redan den här datamappen.',
    stillRight: 'Den stationen arbetar vidare, ostörd.',
    doNow: 'Använd den, eller stäng den först. Två stationer får aldrig dela datamapp.',
  },
  'station.not-running': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Ingen station svarar på adressen.',
    stillRight: 'Det som redan tagits emot ligger kvar på disken.',
    doNow:
      'Starta stationen (`reservkraft start`), eller ange rätt port (--http-port) och mapp (--data, --token-file).',
  },
  'store.full': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: 'AE',
    happened: 'Disken är full: inget nytt kan tas emot.',
    stillRight: 'Allt som kvitterats finns kvar och kan läsas. Sändande system sparar det nya och försöker igen.',
    doNow: 'Frigör plats på disken. Mottagningen återupptas av sig själv.',
  },
  'store.read-only': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: 'AE',
    happened: 'Disken går inte att skriva på: inget nytt kan tas emot.',
    stillRight: 'Allt som kvitterats finns kvar och kan läsas. Sändande system sparar det nya och försöker igen.',
    doNow: 'Kontrollera disken och filsystemet. Mottagningen återupptas av sig själv.',
  },
  'key.malformed': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Stationens nyckel har fel form.',
    stillRight: 'Inga uppgifter är rörda.',
    doNow: 'Lägg tillbaka rätt nyckelfil (64 hexadecimala tecken) från kuverten eller säkerhetskopian.',
  },
  'key.missing': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Nyckelfilen saknas, men det finns redan uppgifter som är låsta med den.',
    stillRight: 'Inga uppgifter är rörda, och ingen ny nyckel är skapad.',
    doNow: 'Lägg tillbaka nyckelfilen. En ny nyckel kan inte öppna det som finns.',
  },
  'key.exposed': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Nyckelfilen kan läsas av andra konton på datorn.',
    stillRight: 'Inga uppgifter är rörda.',
    doNow: 'Sätt filens rättigheter till 0600 och starta igen. Byt nyckel om någon obehörig kan ha läst den.',
  },
  'key.inside-data': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Nyckelfilen ligger i datamappen: en kopia av mappen vore också en kopia av nyckeln.',
    stillRight: 'Inga uppgifter är rörda.',
    doNow: 'Flytta nyckelfilen ut ur datamappen och ange den nya platsen.',
  },
  'key.wrong': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Nyckeln är inte den som databasen låstes med.',
    stillRight: 'Databasen är inte rörd.',
    doNow: 'Lägg tillbaka rätt nyckelfil och starta igen.',
  },
  'store.damaged': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: 'AE',
    happened: 'En databasfil är skadad.',
    stillRight: 'Det som kvitterats ligger i inkorgen, i kontrollerade ögonblicksbilder eller kvar hos avsändarna.',
    doNow: 'Stationen återställer det den kan. Kontrollera disken, och läs vad som sägs saknas.',
  },
  'store.setting-differs': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'En databasinställning gick inte att sätta som den ska.',
    stillRight: 'Inga uppgifter är rörda: stationen startar hellre inte än sparar osäkert.',
    doNow: 'Kontrollera att programmet är helt installerat och starta igen.',
  },
  'store.cannot-open': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'En databasfil gick inte att öppna.',
    stillRight: 'Inga uppgifter är rörda.',
    doNow: 'Kontrollera att datamappen finns, att kontot får läsa och skriva i den och att disken svarar.',
  },
  'inbox.short': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Inkorgen slutar före det som vittnesfilen säger är mottaget: kvitterade meddelanden saknas.',
    stillRight: 'Det som finns kvar är kontrollerat. Kopian säger *återuppbyggd* tills källorna sänt allt igen.',
    doNow: 'Be källsystemen sända om från den angivna tiden, eller göra en full laddning. Kontrollera disken.',
  },
  'inbox.forked': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Inkorgen är inte den som vittnesfilen såg: en annan eller äldre fil har lagts tillbaka.',
    stillRight: 'Inget är raderat. Kopian säger *återuppbyggd* tills källorna sänt allt igen.',
    doNow: 'Ta reda på vem som lade tillbaka filen, och be källsystemen om en full laddning.',
  },
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
  'scrub.found-damage': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Genomläsningen fann skadade sidor eller rader på disken.',
    stillRight: 'Det som kan läsas används. Stationen återställer skadad kopia ur ögonblicksbild och inkorg.',
    doNow: 'Läs vad som sägs saknas. Byt disk.',
  },
  'scrub.failed': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Kopian och inkorgen kunde inte läsas igenom.',
    stillRight: 'Inget är ändrat. Mottagning och läsning fortsätter.',
    doNow: 'Kontrollera disken. Nästa försök görs nästa natt.',
  },
  'counts.differ': {
    class: 'ambiguous',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Källan har fler uppgifter än kopian: något kan ha gått förlorat på vägen.',
    stillRight: 'Det som finns i kopian är mottaget från källan och visas med sin ålder.',
    doNow: 'Jämför i källan vad som saknas, och be om en full laddning. `reservkraft status --counts` visar alla tal.',
  },
  'counts.failed': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Nattens räkning av kopian kunde inte göras.',
    stillRight: 'Kopian är orörd. Den förra räkningen finns kvar.',
    doNow: 'Kontrollera disken. Nästa försök görs nästa natt.',
  },
  'inbox.damaged': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: 'AE',
    happened: 'Inkorgens fil var skadad. Det läsbara är flyttat till en ny fil; den skadade ligger kvar bredvid.',
    stillRight: 'Kopian går att läsa, och nya meddelanden tas emot.',
    doNow: 'Be källsystemen sända om det som saknas, och byt disk.',
  },
  'copy.other-version': {
    class: 'permanent',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Kopian är gjord av en annan version av programmet.',
    stillRight: 'Inkorgen är orörd: ur den görs kopian igen.',
    doNow:
      'Starta stationen med den här versionen; den bygger kopian på nytt. Läs under tiden med den version som gjorde den.',
  },
  'copy.rebuilt': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Kopian var skadad eller saknades och byggs upp igen ur ögonblicksbild och inkorg.',
    stillRight: 'Inkorgen är hel. En skadad fil ligger kvar bredvid.',
    doNow: 'Läs med den ålder som visas. Kontrollera disken.',
  },
  'copy.not-updated': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Kopian kan inte uppdateras: disken är full, skrivskyddad eller trasig.',
    stillRight: 'Det som tagits emot ligger i inkorgen. Läsning går, med växande ålder.',
    doNow: 'Frigör plats eller byt disk. Stationen fortsätter av sig själv.',
  },
  'snapshot.failed': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'En ögonblicksbild av kopian kunde inte göras, eller klarade inte kontrollen.',
    stillRight: 'Kopian och de tidigare ögonblicksbilderna är orörda.',
    doNow: 'Kontrollera ledig plats och disken. Nästa försök görs av sig själv.',
  },
  'copy.starting': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Kopian byggs upp.',
    stillRight: 'Inkommande meddelanden tas emot som vanligt.',
    doNow: 'Vänta en stund. `reservkraft status` visar hur långt det har kommit.',
  },
  'intake.busy': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'En annan stor inlämning pågår, och stationen tar emot en i taget.',
    stillRight: 'Inget av den här är mottaget. Meddelanden, enheternas listor och journalkopior går som vanligt.',
    doNow: 'Lämna in den igen om en stund. `reservkraft import` väntar av sig själv.',
  },
  'reading.busy': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Stationen har redan så många frågor att svara på som den kan.',
    stillRight: 'Enheternas listor, journalkopior och sökning på nummer svarar som vanligt.',
    doNow: 'Försök igen om en stund, eller sök på nummer.',
  },
  'reading.too-slow': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Svaret tog för lång tid och avbröts.',
    stillRight: 'Enheternas listor, journalkopior och sökning på nummer svarar som vanligt.',
    doNow: 'Fråga efter mindre: fler bokstäver, hela numret, eller färre typer (_type).',
  },
  'reading.stopped': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Läsningen avbröts innan svaret var klart.',
    stillRight: 'Enheternas listor, journalkopior och sökning på nummer svarar som vanligt.',
    doNow: 'Försök igen. Avbryts den en gång till: fråga efter mindre.',
  },
  'copy.missing': {
    class: 'permanent',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Här finns ingen kopia att läsa.',
    stillRight: 'Inget är ändrat. En kopia på en annan station påverkas inte.',
    doNow: 'Ange rätt mapp med --data, eller starta stationen en gång (`reservkraft start`).',
  },
  'patient.not-found': {
    class: 'permanent',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Ingen patient med det numret finns i kopian.',
    stillRight: 'Patienten kan ändå finnas i journalsystemet eller på en annan enhet.',
    doNow: 'Kontrollera numret mot armband eller legitimation, eller sök på namn.',
  },
  'unit.not-found': {
    class: 'permanent',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Enheten finns inte i kopian.',
    stillRight: 'Övriga enheter kan läsas.',
    doNow: 'Välj en enhet ur listan (`reservkraft unit` utan namn visar alla).',
  },
  'history.too-old': {
    class: 'permanent',
    httpStatus: 410,
    acknowledgement: null,
    happened: 'Kopian kan inte visas så långt tillbaka i tiden.',
    stillRight: 'De senaste 72 timmarna och sparade tidpunkter kan läsas.',
    doNow: 'Välj en senare tid.',
  },
  'request.invalid': {
    class: 'permanent',
    httpStatus: 400,
    acknowledgement: null,
    happened: 'Frågan kan inte besvaras som den är ställd.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Rätta det som anges och fråga igen.',
  },
  'request.too-large': {
    class: 'permanent',
    httpStatus: 413,
    acknowledgement: 'AR',
    happened: 'Det som skickades är större än vad som tas emot.',
    stillRight: 'Inget är ändrat. Det som togs emot före är kvar.',
    doNow: 'Dela upp det i mindre delar och skicka igen.',
  },
  'request.unauthorized': {
    class: 'permanent',
    httpStatus: 401,
    acknowledgement: null,
    happened: 'Frågan saknar giltigt tillträde.',
    stillRight: 'Inget har visats och inget är ändrat.',
    doNow: 'Skicka stationens token i huvudet Authorization: Bearer … (finns i filen som `status` anger).',
  },
  'request.not-supported': {
    class: 'permanent',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Det här kan stationen inte göra.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Se /fhir/metadata eller /api/openapi.json för vad som finns.',
  },
  'request.method-not-allowed': {
    class: 'permanent',
    httpStatus: 405,
    acknowledgement: null,
    happened: 'Adressen finns, men inte för den metoden: kopian kan bara läsas.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Se /fhir/metadata eller /api/openapi.json för vad som finns.',
  },
  'request.not-acceptable': {
    class: 'permanent',
    httpStatus: 406,
    acknowledgement: null,
    happened: 'Svaret finns bara som JSON.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Fråga efter application/fhir+json.',
  },
  'request.media-type': {
    class: 'permanent',
    httpStatus: 415,
    acknowledgement: null,
    happened: 'Det skickade har en form som inte läses här.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Skicka JSON (eller ett formulär till en sökning) och ange det i Content-Type.',
  },
  'output.not-written': {
    class: 'ambiguous',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Svaret kunde inte skrivas ut helt.',
    stillRight: 'Stationen arbetar vidare. Det kommandot skulle ändra kan vara gjort.',
    doNow:
      'Frigör plats dit svaret skrivs, eller skriv det någon annanstans, och fråga igen. `reservkraft status` visar vad som är gjort.',
  },
  'resource.not-found': {
    class: 'permanent',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Uppgiften finns inte, eller inte längre, i kopian.',
    stillRight: 'Den kan ha dragits tillbaka av källan. Patientens övriga uppgifter kan läsas.',
    doNow: 'Sök patientens uppgifter på nytt.',
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
  'station.internal': {
    class: 'ambiguous',
    httpStatus: 500,
    acknowledgement: 'AE',
    happened: 'Något oväntat hände i stationen.',
    stillRight: 'Det som kvitterats är sparat.',
    doNow: 'Försök en gång till. Händer det igen: meddela drift, med tidpunkten.',
  },
} as const satisfies Record<string, FailureRule>;

export type FailureCode = keyof typeof FAILURES;

/** An expected failure on its way to a person. `detail` says which setting, file or field; never patient data. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: string | null;

  constructor(code: FailureCode, detail: string | null = null, options?: ErrorOptions) {
    super(detail === null ? code : `${code}: ${detail}`, options);
    this.name = 'Failure';
    this.code = code;
    this.detail = detail;
  }
}

/** The three sentences for a screen or a terminal, with the detail after the first. */
export function failureText(code: FailureCode, detail: string | null): string {
  const rule = FAILURES[code];
  const what = detail === null ? rule.happened : `${rule.happened}\n  ${detail.split('\n').join('\n  ')}`;
  return `${what}\nFortfarande rätt: ${rule.stillRight}\nGör nu: ${rule.doNow}`;
}
