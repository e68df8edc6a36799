// The words of *Datorer med enhetens kopia*, which is fetched when whoever answers for the unit first opens it.

const listed = new Intl.ListFormat('sv', { type: 'conjunction' });

export const deviceWords = {
  title: 'Datorer med enhetens kopia',
  lead: 'Datorer, plattor och telefoner som någon på enheten har loggat in på. Är en borta: leta upp den här och anmäl den. Flera lika: numret står under Mina inloggningar hos den som använde den.',
  at: (station: string) => `Så som ${station} känner dem: varje station har egna nummer, och anmälan gäller där.`,
  find: 'Sök plats, namn eller nummer',
  noneFound: 'Ingen dator svarar mot det du skrev.',
  none: 'Ingen annan dator har haft enhetens kopia.',
  loading: 'Frågar stationen …',
  unknown: 'Okänd webbläsare',
  place: 'Reservplats',
  number: 'Nummer',
  last: 'Senast inloggad',
  nobody: (id: string) => `${id} (inget konto här längre)`,
  signedInNow: 'inloggad nu',
  seen: 'Hördes senast',
  ago: (age: string | null) => (age === null ? 'nyss' : `för ${age} sedan`),
  holds: 'Har kopia av',
  fetched: (time: string) => `hämtad ${time}`,
  holdsNone: 'har inte hämtat någon kopia, så vitt stationen vet',
  here: 'Den här datorn, som du sitter vid.',
  lost: (time: string) => `Anmäld förlorad ${time}.`,
  refused: (time: string) => `Nekad sedan ${time}: den har fått beskedet.`,
  notHeard: 'Den har inte hört av sig sedan dess: kopian ligger kvar där, förseglad.',
  toldAll: (time: string) => `Säger sig ha lämnat allt ${time}. Att den är raderad kan ingen veta.`,
  report: 'Anmäl förlorad …',
  reportOf: (what: string) => `Anmäl förlorad: ${what}`,
  confirm: {
    title: (what: string) => `Är det den här som är borta? ${what}`,
    copies: (units: readonly string[]) =>
      units.length === 0
        ? 'Stationen vet inte att den har hämtat någon kopia. Har den det ändå gäller detsamma.'
        : `Kopian av ${listed.format(units)} kan inte längre öppnas där när datorn har fått beskedet. Det som har lästs på den lämnas in först, sedan raderas kopian.`,
    whenNow: `Den hördes nyss. Är den kvar på nätet får den beskedet genast.`,
    whenNext: (time: string) => `Den hördes senast ${time}. Beskedet får den nästa gång den når stationen.`,
    never:
      'Når den aldrig stationen ligger kopian kvar, förseglad: den öppnas bara med någons egna ord, PIN med säkerhetsnyckel eller nödkod. Ingen tid går ut.',
    signedIn: (who: string) => `${who} är inloggad där nu, loggas ut, och får logga in på en annan dator.`,
    station: 'Ingenting går förlorat vid stationen, och andra datorer arbetar som förut.',
    back: 'Det går inte att ångra. Kommer den till rätta: driften rensar webbläsaren på den, och då loggar ni in som på en ny dator.',
    others: (stations: readonly string[]) =>
      `Anmäl den också vid ${listed.format(stations)}: den är bara anmäld vid den station du läser.`,
    words: (who: string) => `Kan någon ha fått se orden: be driften om en ny engångskod åt ${who}.`,
    reason: 'Vad har hänt?',
    reasonHint:
      'Till exempel: stulen ur bilen, inte återfunnen efter flytten. Skälet, ditt namn och tiden skrivs i liggaren.',
    noReason: 'Skriv vad som har hänt.',
    no: 'Avbryt',
    yes: 'Ja, anmäl den förlorad',
  },
  done: (what: string) => `${what} är anmäld förlorad och nekas från nu.`,
  readAt: (time: string) => `Så här var det ${time}.`,
  silent: {
    happened: 'Stationen svarar inte.',
    stillRight: 'Det som redan är anmält gäller.',
    doNow:
      'Inget mer kan anmälas härifrån förrän den svarar. Brådskar det: ring driften, som kan anmäla vid stationen själv.',
  },
} as const;
