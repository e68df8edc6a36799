// The words of the daily check against the record system.

export const checkWords = {
  title: 'Dagens kontroll',
  lead: 'Öppna patienten i journalsystemet och här, jämför ruta för ruta. Under en minut per patient.',
  agrees: 'Stämmer',
  differs: 'Stämmer inte',
  send: 'Klar med patienten',
  done: 'kontrollerad i dag',
  nobody: 'Ingen inneliggande patient att kontrollera.',
  notOnList: 'Patienten är inte på listan längre',
  open: 'Under utredning',
  noneOpen: 'Ingen ruta är under utredning på enheten.',
  since: (time: string, by: string) =>
    `stämde inte med journalsystemet ${time}, ${by}. Rutan är märkt på skärm och papper.`,
  how: 'Vad var fel, och vad är gjort?',
  settle: 'Utredd: ta bort märkningen',
  silent: {
    happened: 'Stationen svarar inte.',
    stillRight: 'Märkta rutor är kvar på skärm och papper.',
    doNow: 'Gör kontrollen när stationen svarar igen.',
  },
} as const;
