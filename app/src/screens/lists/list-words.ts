// The words of the lists that are written on: the round and the work ahead.

export const listWords = {
  onlyMine: 'Bara mina patienter',
  noneMine: 'Ingen patient är märkt som din. Märk med stjärnan i listan.',
  round: {
    title: 'Rundlista',
    lead: 'Det ronden behöver. Utskriven har den plats att skriva.',
    room: 'plan, ordinationer, att göra',
  },
  work: {
    title: 'Arbetsblad',
    lead: (hours: string) => `${hours}. Tiderna är de som ordinationerna själva skriver; signera aldrig här.`,
    room: 'att göra – kryssa när det är gjort',
  },
} as const;
