// The words of reading as it was at an earlier time.

export const asOfWords = {
  title: 'Läs som vid en tidigare tid',
  lead: 'Upp till 72 timmar bakåt.',
  time: 'Klockslag',
  day: 'Dag',
  today: 'i dag',
  submit: 'Läs',
  cancel: 'Avbryt',
  tooEarly: 'Kopian går inte så långt tillbaka. Välj en tid inom 72 timmar.',
  noTime: 'Skriv ett klockslag, till exempel 06:00.',
  ahead: 'Tiden har inte varit än.',
  needsStation:
    'Stationen svarar inte. Tidigare tider kan bara läsas därifrån. Det du läser nu är kvar: försök igen när stationen svarar.',
} as const;
