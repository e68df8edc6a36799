// Every sentence the app itself says. What is said of the copy (ages, states, times, why something is empty) comes from the domain;
// here stand the words of buttons, headings, and of the app's own condition. Tone: what happened, what still holds, what to do.

export const words = {
  product: 'Reservkraft',

  signIn: {
    title: 'Logga in',
    lead: 'Med ditt HSA-id och dina ord. Går också utan nät på en dator där enhetens kopia finns.',
    user: 'HSA-id',
    secret: 'Dina ord',
    secretHint: 'Orden du fick, i ordning. Stora eller små bokstäver spelar ingen roll.',
    show: 'Visa orden',
    submit: 'Logga in',
    working: 'Prövar …',
    missing: 'Skriv både HSA-id och ord.',
    noCopyHere:
      'Stationen svarar inte, och orden öppnar ingen kopia på den här datorn: de hör inte ihop med HSA-id, eller så finns här ingen kopia av en enhet där du har en roll. Rätta och försök igen, gå till en reservplats, eller ta fram enhetens papper.',
    tooMany: 'Stationen svarar inte, och orden har varit fel flera gånger på den här datorn.',
    wait: (ms: number) => `Vänta ${Math.ceil(ms / 1000)} s.`,
    nothingKept:
      'Stationen svarar inte, och webbläsaren lämnar inte ut det som sparats på den här datorn. Stäng andra fönster och försök igen, gå till en reservplats, eller ta fram enhetens papper.',
    locked: 'Låst. Logga in igen för att fortsätta.',
    practise: 'Öva med en påhittad patient',
    code: 'Öppna med förseglad nödkod',
    pin: 'Logga in med PIN',
  },

  bar: {
    contact: (station: string, age: string) => `Kontakt med ${station}, ${age}`,
    alone: 'Ingen kontakt med stationen',
    neverHeard: 'Stationen har inte svarat än',
    search: 'Sök namn, nummer',
    signOut: 'Byt användare',
    lock: 'Lås',
    sources: 'Källornas ålder',
    print: 'Skriv ut',
    round: 'Rundlista',
    work: 'Arbetsblad',
    checks: 'Dagens kontroll',
    place: 'Reservplats',
    places: 'Reservplatser och skrivare',
    devices: 'Datorer, anmäl förlorad',
    practise: 'Öva själv',
    use: 'I drift eller under uppbyggnad',
    theme: 'Mörkt eller ljust',
    menu: (name: string) => `${name}: byt användare, lås, inställningar`,
    keys: 'Alla tangenter',
    own: 'Mina inloggningar',
    pin: 'PIN på den här datorn',
    units: 'Byt enhet',
  },

  use: { take: 'Ta enheten i drift …', why: 'Varför' },

  alone: (since: string, from?: string) =>
    `Ingen kontakt med stationen sedan ${since}. Du läser den här datorns kopia${from === undefined ? '' : `, hämtad från ${from}`}. Allt i den finns kvar, och åldrarna växer.`,
  elsewhere: (name: string, since: string) =>
    `Läser från ${name} – avdelningens egen svarar inte sedan ${since}. Åldrarna är den stationens.`,
  readAt: (name: string | null) => (name === null ? 'Läs från avdelningens egen' : `Läs från ${name}`),
  byCode: (number: string, names: string) =>
    `Öppnat med förseglad nödkod ${number} av ${names}. Allt som läses granskas.`,
  notLogged: 'Det går inte att logga vad som läses just nu. Läs vidare; meddela drift.',
  newSince: (since: string) => `Nytt ${since}`,
  seen: 'Sett',
  lost: 'Den här enheten är anmäld förlorad. Kopian som finns här raderas. Lämna den till drift.',
  clockUnsure: 'Klockan är osäker: räkna med att uppgifterna är äldre än de ser ut.',
  asOfBack: 'Läs som nu',

  list: {
    all: 'Alla',
    mine: 'Mina',
    high: 'NEWS2 ≥ 5',
    critical: 'Kritiska svar',
    limits: 'Behandlingsgräns',
    caption: (unit: string) => `Patientlista för ${unit}`,
    none: 'Inga patienter på listan.',
    noneChosen: 'Ingen patient i det här urvalet.',
    left: (kind: string, since: string) => `${kind} ${since}. Journalkopian finns kvar i tre dygn.`,
    noChart: (kind: string, since: string) => `${kind} ${since}. Journalkopia saknas.`,
    count: (n: number) => (n === 1 ? '1 patient' : `${n} patienter`),
    star: 'Min patient',
    coming: (n: number) => (n === 1 ? '1 rad till kommer …' : `${n} rader till kommer …`),
    loading: 'Hämtar enhetens kopia …',
    trend: { up: 'stiger', down: 'sjunker', flat: 'oförändrat' },
  },

  back: 'Tillbaka',
  notFetched: 'Den här delen av appen är inte hämtad till datorn, och stationen svarar inte. Resten går att använda.',
  update: 'En ny version av appen är hämtad. Den används först när alla fönster har stängts.',
} as const;
