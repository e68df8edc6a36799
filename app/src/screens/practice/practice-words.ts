// The words of practising on an invented patient.

export const practiceWords = {
  word: 'ÖVNING',
  invented: 'Påhittad patient.',
  nothingReal: 'Ingenting här är på riktigt. Inget sparas, inget sänds, inget räknas som läst.',
  leave: 'Lämna övningen',
  guide: 'Pröva själv',
  isDone: 'klar:',
  isLeft: 'kvar:',
  answers: 'Svar',
  right: 'Rätt.',
  did: 'Gjort.',
  wrong: 'Se efter en gång till.',
  next: 'Nästa',
  again: 'Börja om',
  allDone: 'Alla fem är klara. Så här ser kopian ut när den är på riktigt också, utan rosa ram.',
  tasks: {
    age: {
      title: 'Ålder',
      what: 'Öppna patienten. Sedan när är källan för givna doser tyst?',
      hint: 'Överst i rutan Läkemedel, till höger, står hur gammal den är.',
      why: 'Efter den tiden kan doser ha getts utan att synas här.',
    },
    limit: {
      title: 'Begränsning',
      what: 'Vilken behandlingsbegränsning gäller?',
      hint: 'Den står under namnet, bredvid allergin, med dagen den sattes.',
      why: 'Den rullar aldrig bort när du läser längre ner.',
    },
    missing: {
      title: 'Det som saknas',
      what: 'Vad ingår inte alls i den här kopian?',
      hint: 'Raden med källorna slutar med vad som saknas. Tyst, eller inga registrerade, är inte detsamma.',
      why: 'Det som inte ingår måste frågas på annat håll: att det saknas här säger ingenting om patienten.',
    },
    print: {
      title: 'Skriv ut',
      what: 'Skriv ut det du ser (p). Varje sida märks ÖVNING.',
      hint: '',
      why: 'På riktigt väljer du också skrivare, och utskriften loggas.',
    },
    'as-of': {
      title: 'Tidigare tid',
      what: 'Läs journalkopian som den var vid ett tidigare klockslag (t, med patienten öppen).',
      hint: '',
      why: 'Det som kommit senare visas då inte. Tillbaka med Escape.',
    },
  },
  print: {
    title: 'Skriv ut i övningen',
    lead: 'Skärmen skrivs ut på datorns egen skrivare, och varje sida är märkt ÖVNING. Kasta den efteråt.',
    really:
      'På riktigt väljs här enhetens skrivare, eller datorns egen. Stationen får inget veta om den här utskriften.',
    submit: 'Skriv ut skärmen',
    cancel: 'Avbryt',
  },
} as const;
