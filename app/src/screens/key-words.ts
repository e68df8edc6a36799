// The words of the keys that steer.

export const keyWords = {
  title: 'Tangenter',
  rows: [
    ['/', 'sök'],
    ['↑ ↓', 'rad'],
    ['Enter', 'öppna'],
    ['Esc', 'tillbaka, stäng'],
    ['m', 'mina patienter'],
    ['1 … 9', 'till ruta i journalkopian'],
    ['[ ]', 'förra, nästa patient'],
    ['t', 'läs som vid en tidigare tid'],
    ['p', 'skriv ut'],
    ['g l', 'till listan'],
    ['g r', 'rundlista'],
    ['g a', 'arbetsblad'],
    ['g d', 'dagens kontroll'],
    ['g k', 'källornas ålder'],
    ['g p', 'reservplatser och skrivare'],
    ['g ö', 'öva själv'],
    ['?', 'alla tangenter'],
  ],
  close: 'Stäng',
  on: 'Enkla tangenter är på',
  off: 'Enkla tangenter är av',
} as const;
