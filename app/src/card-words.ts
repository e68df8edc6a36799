// The words of signing in with a card: fetched only where the station has such a service.

export const cardWords = {
  button: (label: string) => `Logga in med ${label}`,
  leaving: 'Går till legitimeringen …',
  noContact: 'Stationen svarade inte på legitimeringen.',
  useWords: 'Logga in med HSA-id och dina ord.',
  due: 'Du har inte använt dina egna ord på 14 dagar. Pröva dem när det passar, så att du kommer in även när legitimeringen inte svarar.',
  noWords: 'Du har inga egna ord än. Utan dem kommer du inte in när legitimeringen inte svarar.',
  practise: 'Pröva orden',
  get: 'Få dina ord',
  later: 'Inte nu',
  close: 'Stäng',
  practiseTitle: 'Pröva dina ord',
  practiseLead: 'Orden du fick, i ordning. Blir det fel händer inget mer än att du får försöka igen.',
  wrong: { happened: 'Orden stämmer inte.', doNow: 'Försök igen, eller få nya ord. Du är kvar som inloggad.' },
  newTitle: 'Dina nya ord',
  newLead: 'De visas bara nu. Lär dig dem, och skriv dem en gång här: därefter gäller de, och de förra inte.',
  words: 'Dina ord',
  forgotten: 'Jag har glömt dem',
  submit: 'Pröva',
  known: 'Orden stämmer. Du kommer in även när legitimeringen inte svarar.',
};
