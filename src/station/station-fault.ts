// What can go wrong with a station's files, said so that the night shift knows what happened, what is still right and what
// to do now. The code is for logs and tests, the Swedish text for people. Never patient data, never a key.

const FAULTS = {
  'station.key-malformed': {
    happened: 'Stationens nyckel har fel form.',
    stillRight: 'Ingen data är rörd.',
    doNow: 'Lägg tillbaka rätt nyckelfil (64 hexadecimala tecken) från kuverten eller säkerhetskopian.',
  },
  'station.key-missing': {
    happened: 'Nyckelfilen saknas, men det finns redan data som är låst med den.',
    stillRight: 'Ingen data är rörd och ingen ny nyckel är skapad.',
    doNow: 'Lägg tillbaka nyckelfilen. Skapa inte en ny: den kan inte öppna det som finns.',
  },
  'station.key-exposed': {
    happened: 'Nyckelfilen kan läsas av andra konton på datorn.',
    stillRight: 'Ingen data är rörd.',
    doNow: 'Sätt filens rättigheter till 0600 och starta igen. Byt nyckel om någon obehörig kan ha läst den.',
  },
  'station.key-inside-data': {
    happened: 'Nyckelfilen ligger i datamappen, så att en kopia av mappen också vore en kopia av nyckeln.',
    stillRight: 'Ingen data är rörd.',
    doNow: 'Flytta nyckelfilen utanför datamappen och ange den nya platsen.',
  },
  'station.wrong-key': {
    happened: 'Nyckeln är inte den som databasen låstes med.',
    stillRight: 'Databasen är inte rörd.',
    doNow: 'Lägg tillbaka rätt nyckelfil och starta igen.',
  },
  'station.database-damaged': {
    happened: 'En databasfil är skadad.',
    stillRight: 'Det som är kvitterat ligger i inkorgen, i kontrollerade ögonblicksbilder eller hos avsändarna.',
    doNow: 'Stationen återställer det den kan. Kontrollera disken och se efter vad som sägs saknas.',
  },
  'station.setting-differs': {
    happened: 'En databasinställning kunde inte sättas som den ska.',
    stillRight: 'Ingen data är rörd; stationen startar hellre inte än sparar osäkert.',
    doNow: 'Kontrollera att programmet är helt installerat och starta igen.',
  },
  'station.cannot-open': {
    happened: 'En databasfil gick inte att öppna (saknas, rättighet eller läsfel).',
    stillRight: 'Ingen data är rörd.',
    doNow: 'Kontrollera att datamappen finns, går att skriva i och att disken svarar.',
  },
  'station.already-running': {
    happened: 'En annan station använder redan den här datamappen.',
    stillRight: 'Den andra stationen går vidare ostörd.',
    doNow: 'Stäng den andra först, eller ange en annan datamapp.',
  },
  'station.inbox-unwritable': {
    happened: 'Inkorgen går inte att skriva: disken är full, skrivskyddad eller trasig.',
    stillRight:
      'Allt kvitterat är kvar. Inget nytt kvitteras, så avsändarna behåller och sänder om. Läsning går som vanligt.',
    doNow: 'Frigör utrymme eller byt disk. Stationen tar emot igen av sig själv när det går.',
  },
  'station.inbox-short': {
    happened: 'Inkorgen slutar före det som vittnesfilen säger är mottaget. Kvitterade meddelanden saknas.',
    stillRight: 'Det som finns kvar är kontrollerat. Kopian säger *återuppbyggd* tills källorna sänt allt igen.',
    doNow: 'Be källsystemen sända om från den angivna tiden eller göra en full laddning. Kontrollera disken.',
  },
  'station.inbox-forked': {
    happened: 'Inkorgen är en annan än den som vittnesfilen såg: en äldre fil har lagts tillbaka.',
    stillRight: 'Inget är raderat. Kopian säger *återuppbyggd* tills källorna sänt allt igen.',
    doNow: 'Ta reda på vem som lade tillbaka filen, och be källsystemen om en full laddning.',
  },
  'station.inbox-damaged': {
    happened:
      'Inkorgens fil var skadad. De läsbara raderna är flyttade till en ny fil; den skadade ligger kvar bredvid.',
    stillRight: 'Kopian går att läsa. Nya meddelanden tas emot.',
    doNow: 'Be källsystemen sända om det som saknas, och byt disk.',
  },
  'station.copy-rebuilt': {
    happened: 'Kopian var skadad eller saknades och byggs upp igen ur ögonblicksbild och inkorg.',
    stillRight: 'Inkorgen är hel. Den skadade filen ligger kvar bredvid.',
    doNow: 'Läs med den ålder som visas. Kontrollera disken.',
  },
  'station.snapshot-failed': {
    happened: 'En ögonblicksbild av kopian kunde inte göras eller klarade inte kontrollen.',
    stillRight: 'Kopian och de tidigare ögonblicksbilderna är orörda.',
    doNow: 'Kontrollera ledigt utrymme och disken. Nästa försök görs av sig själv.',
  },
  'station.copy-unwritable': {
    happened: 'Kopian kan inte uppdateras: disken är full, skrivskyddad eller trasig.',
    stillRight: 'Det som tagits emot ligger i inkorgen. Läsning går, med växande ålder.',
    doNow: 'Frigör utrymme eller byt disk. Stationen fortsätter av sig själv när det går.',
  },
} as const;

export type StationFaultCode = keyof typeof FAULTS;

export class StationFault extends Error {
  override readonly name = 'StationFault';
  readonly code: StationFaultCode;
  /** File names, counts and sequence numbers only. */
  readonly detail: string;

  constructor(code: StationFaultCode, detail: string, cause?: unknown) {
    super(`${code}: ${detail}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.detail = detail;
  }

  /** What people read: what happened, what is still right, what to do now. */
  get swedish(): string {
    return faultText(this.code, this.detail);
  }
}

export function faultText(code: StationFaultCode, detail: string): string {
  const { happened, stillRight, doNow } = FAULTS[code];
  return `${happened} (${detail}) ${stillRight} Gör nu: ${doNow}`;
}
