// The words of the search, fetched with it.

export const searchWords = {
  title: 'Sök patient',
  label: 'Namn eller nummer',
  hint: 'Minst tre bokstäver, eller personnummer. På enheten räcker en bokstav.',
  onUnit: 'På enheten',
  elsewhere: 'Övriga',
  none: (text: string) => `Ingen träff på ”${text}”.`,
  offline: 'Stationen svarar inte: sökningen gäller bara den här datorns kopia.',
  cut: 'Fler träffar finns. Skriv mer av namnet eller hela numret.',
  close: 'Stäng, Escape',
  born: 'född',
  refused: { title: 'Det gick inte', close: 'Stäng' },
} as const;
