// The ward's one page, to stand beside the reserve place: how one reads when the record system is down. One text, on paper and as a
// document; only what the program does today, in the words it says it with.

export interface GuideStep {
  readonly label: string;
  readonly text: string;
}

export const GUIDE = {
  title: 'Så läser du när journalen är nere',
  sections: [
    {
      title: 'Gör så här',
      steps: [
        {
          label: '1 Datorn',
          text: 'Gå till reservplatsen (det står på dess skärm att den är det, och när den prövades), eller en dator där du har loggat in förut. Öppna Reservkraft från dess ikon. Det går också utan nät.',
        },
        {
          label: '2 Logga in',
          text: 'Med ditt HSA-id och dina egna ord, eller PIN på en dator där du har valt det. Blir det fel: vänta och försök igen, kontot låses aldrig. Går det inte: läs med en kollega som är inloggad, öppna två tillsammans med enhetens förseglade nödkod, eller ring IT-jour.',
        },
        {
          label: '3 Listan',
          text: 'Din enhets patienter. Överst står vad som är tyst, och sedan när. Det som hänt efter den tiden finns inte här.',
        },
        {
          label: '4 Patienten',
          text: 'Jämför namn och personnummer med armbandet innan du läser eller gör något. Sök med tangenten / på namn eller nummer.',
        },
        {
          label: '5 Åldern',
          text: 'Läs tiden på varje ruta och varje värde. Fråga patienten och den som vårdade senast om det som kan ha hänt sedan dess.',
        },
        {
          label: '6 Skriv',
          text: 'På papper, enligt enhetens reservrutin. Reservkraft tar inte emot anteckningar. Säg högt det som andra måste veta nu.',
        },
      ],
    },
    {
      title: 'Vad orden betyder',
      steps: [
        {
          label: 'ÖVNINGSKOPIA',
          text: 'Enheten är under uppbyggnad: uppgifter kan saknas utan att det syns. Använd inte kopian i vården, och ring IT-jour.',
        },
        { label: 'Tyst sedan …', text: 'Inget nytt har kommit sedan dess. Det som står var sant då.' },
        {
          label: 'Givna doser okända',
          text: 'Doser kan ha getts utan att det syns. Kontrollera med patient och kollega innan du ger.',
        },
        { label: 'Inga kända', text: 'Källan har sagt att det inte finns något. Fråga ändå om överkänslighet.' },
        { label: 'Ingår inte i kopian', text: 'Uppgiften kommer aldrig hit. Att den saknas betyder ingenting.' },
        {
          label: 'Ofullständig, återuppbyggd',
          text: 'Något saknas, kanske äldre uppgifter. Lita inte på att listan är hel.',
        },
        {
          label: 'Spärrade uppgifter finns',
          text: 'Mer finns som patienten har spärrat. Vid fara för liv: nödöppning med skäl, den granskas.',
        },
        { label: 'Klockan osäker', text: 'Räkna med att allt är äldre än det står.' },
      ],
    },
    {
      title: 'Papper',
      steps: [
        { label: 'Läsblad', text: 'Får läsas till den tid som står överst. Kasta det när ett nyare kommer.' },
        {
          label: 'Signeringsblad',
          text: 'Kastas aldrig, ersätts aldrig, förrän varje rad är införd i journalen. Skriv klockslag och signatur på varje rad.',
        },
        {
          label: 'Går ingen dator',
          text: 'Senaste utskrifterna ligger i pärmen. IT-jour kan skriva ut enhetens färdiga paket, också när stationen står still.',
        },
      ],
    },
  ] as readonly { readonly title: string; readonly steps: readonly GuideStep[] }[],
  fillIn: { title: 'Fyll i här', labels: ['Reservplatsen står', 'Skrivaren, pärmen', 'IT-jour, telefon'] },
} as const;
