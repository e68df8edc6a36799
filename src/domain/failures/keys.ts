// What can be said of the station's key: the file, the envelopes, a change of keys. Part of the one registry (domain/failures.ts).

import type { FailureRule } from './failure-rule.ts';

export const KEY_FAILURES = {
  'key.malformed': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Stationens nyckel har fel form.',
    stillRight: 'Inga uppgifter är rörda.',
    doNow:
      'Lägg tillbaka rätt nyckelfil (64 eller 128 hexadecimala tecken) från kuverten (`reservkraft keys restore`) eller säkerhetskopian.',
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
  'key.change-unfinished': {
    class: 'transient',
    httpStatus: 503,
    acknowledgement: null,
    happened: 'Ett nyckelbyte har avbrutits mitt i.',
    stillRight: 'Inga uppgifter är borta: det som flyttats öppnas av den nya nyckeln, resten ligger färdigt bredvid.',
    doNow:
      'Starta stationen, eller kör `reservkraft keys rotate` igen: bytet avslutas innan något öppnas. Öppnar den nya nyckeln inte det som ligger i datamappen: lägg tillbaka den datamapp som låg där.',
  },
  'key.change-no-room': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'Disken har inte plats för ett nyckelbyte: allt skrivs om bredvid det som finns.',
    stillRight: 'Inget är bytt. Den nuvarande nyckeln gäller.',
    doNow: 'Frigör plats på disken och kör bytet igen.',
  },
  'key.change-leftovers': {
    class: 'permanent',
    httpStatus: 500,
    acknowledgement: null,
    happened: 'I datamappen ligger filer som ett nyckelbyte inte kan ta med:',
    stillRight: 'Inget är bytt. Den nuvarande nyckeln gäller.',
    doNow:
      'Starta och stoppa stationen, så att den gör klart vad den håller på med. Skadade filer som ingen behöver längre: kör bytet med --drop-damaged.',
  },
  'key.exists': {
    class: 'permanent',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'Det finns redan en nyckelfil här, och den skrivs inte över:',
    stillRight: 'Nyckelfilen och uppgifterna är inte rörda.',
    doNow:
      'Öppnar den inte uppgifterna: flytta undan filen och återställ igen. Ska nyckeln bytas: `reservkraft keys rotate`.',
  },
  'key.half-mistyped': {
    class: 'permanent',
    httpStatus: 400,
    acknowledgement: null,
    happened: 'Raden stämmer inte med sina kontrolltecken:',
    stillRight: 'Inget är ändrat, och nyckeln är inte rörd.',
    doNow: 'Jämför raden med papperet tecken för tecken och skriv den igen.',
  },
  'key.halves-apart': {
    class: 'permanent',
    httpStatus: 400,
    acknowledgement: null,
    happened: 'Halvorna hör inte ihop:',
    stillRight: 'Inget är ändrat, och nyckeln är inte rörd.',
    doNow: 'Ta fram kuvert A och kuvert B från samma utskrift: omgången står överst på båda.',
  },
  'key.envelope-other': {
    class: 'permanent',
    httpStatus: 409,
    acknowledgement: null,
    happened: 'Kuverten är hela, men öppnar en annan nyckel än den som stationen använder.',
    stillRight: 'Stationen och dess uppgifter är inte rörda.',
    doNow: 'Leta efter nyare kuvert. Finns inga: gör nya nu (`reservkraft keys envelope`) och förstör dessa.',
  },
} as const satisfies Record<string, FailureRule>;
