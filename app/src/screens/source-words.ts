// The words of the sources and how old each is.

export const sourceWords = {
  title: 'Källornas ålder',
  lead: 'Allt som matar enhetens kopia, och allt som saknas. Det sämsta först.',
  part: 'Uppgift',
  source: 'Källa',
  state: 'Läge',
  none: 'ingen källa',
  holds: 'Hålls just nu',
  nothingHeld: 'Ingen källa hålls.',
  critical: 'kritisk',
} as const;
