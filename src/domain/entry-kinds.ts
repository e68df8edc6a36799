// What the ledger's entries can be about: one word a kind, with what people read. A kind's name and meaning never change; a new
// meaning is a new kind, since entries are kept for years and read by other versions than wrote them.

interface EntryKindRule {
  readonly title: string;
  /** Somebody was shown what is kept about people: it belongs in the region's log review (PDL 4 kap., HSLF-FS 2016:40). */
  readonly isReading: boolean;
}

export const ENTRY_KINDS = {
  'ledger.opened': { title: 'Liggaren öppnad', isReading: false },
  'ledger.erased': { title: 'Utplånad', isReading: false },
  'ledger.gap': { title: 'Lucka i loggningen', isReading: false },
  'ledger.read': { title: 'Liggaren läst', isReading: true },
  'ledger.exported': { title: 'Liggaren exporterad', isReading: true },
  'chart.read': { title: 'Journalkopia läst', isReading: true },
  'list.read': { title: 'Enhetslista läst', isReading: true },
  'copy.sent': { title: 'Kopia sänd till enhetens app', isReading: true },
  'search.made': { title: 'Sökning gjord', isReading: true },
  'messages.read': { title: 'Meddelandelistan läst', isReading: true },
  'message.read': { title: 'Mottaget meddelande läst', isReading: true },
  'fhir.read': { title: 'Läst genom FHIR', isReading: true },
  'paper.made': { title: 'Utskrift gjord', isReading: true },
  'paper.printed': { title: 'Utskrivet', isReading: true },
  'paper.not-printed': { title: 'Utskrift blev inte av', isReading: false },
  'paper.sheet-closed': { title: 'Signeringsblad avslutat', isReading: false },
  'paper.tested': { title: 'Provsida utskriven', isReading: false },
  'paper.test-ended': { title: 'Besked om provsida', isReading: false },
  'place.marked': { title: 'Reservplats märkt', isReading: false },
  'place.tied': { title: 'Dator märkt som reservplats', isReading: false },
  'place.tested': { title: 'Reservplats prövad', isReading: false },
  'place.ended': { title: 'Reservplats borttagen', isReading: false },
  'check.made': { title: 'Dagens kontroll gjord', isReading: false },
  'check.settled': { title: 'Ruta under utredning utredd', isReading: false },
  'unit.put-in-use': { title: 'Enhet tagen i drift', isReading: false },
  'unit.taken-out': { title: 'Enhet åter under uppbyggnad', isReading: false },
  'unit.fell-back': { title: 'Enhet åter under uppbyggnad: kritisk uppgift matas inte längre', isReading: false },
  'unit.returned': { title: 'Enhet i drift igen: kritisk uppgift matas på nytt', isReading: false },
  'unit.absence-ended': { title: 'Signerad frånvaro upphörde: uppgiften matas', isReading: false },
  'copy.held': { title: 'Källa hålls', isReading: false },
  'copy.released': { title: 'Källa släppt', isReading: false },
  'copy.settled': { title: 'Undanlagda meddelanden genomgångna', isReading: false },
  'copy.full-load': { title: 'Full laddning sagd', isReading: false },
  'snapshot.taken': { title: 'Ögonblicksbild tagen', isReading: false },
  'import.received': { title: 'Uppgifter inlämnade', isReading: false },
  'access.signed-in': { title: 'Inloggad', isReading: false },
  'access.signed-out': { title: 'Utloggad', isReading: false },
  'access.refused': { title: 'Inloggning avvisad', isReading: false },
  'access.denied': { title: 'Åtkomst nekad', isReading: false },
  'access.choice': { title: 'Aktivt val', isReading: false },
  'access.emergency': { title: 'Nödöppning', isReading: false },
  'access.many-opened': { title: 'Ovanligt många patienter öppnade', isReading: false },
  'access.secret-dealt': { title: 'Nya ord utdelade', isReading: false },
  'access.practised': { title: 'Egna ord prövade', isReading: false },
  'access.secret-changed': { title: 'Nya ord i bruk', isReading: false },
  'access.account-opened': { title: 'Konto öppnat eller ändrat', isReading: false },
  'access.account-closed': { title: 'Konto stängt', isReading: false },
  'access.code-dealt': { title: 'Engångskod utdelad', isReading: false },
  'access.vouched': { title: 'Kollega intygad', isReading: false },
  'access.codes-made': { title: 'Nödkoder gjorda', isReading: false },
  'access.code-used': { title: 'Nödkod använd', isReading: false },
  'access.pin-added': { title: 'PIN och säkerhetsnyckel tillagda på en dator', isReading: false },
  'access.pin-removed': { title: 'PIN och säkerhetsnyckel borttagna', isReading: false },
  'access.device-lost': { title: 'Enhet anmäld förlorad', isReading: false },
  'access.device-told-all': { title: 'Förlorad enhet säger sig ha lämnat allt', isReading: false },
  'access.blocked': { title: 'Spärr satt', isReading: false },
  'access.unblocked': { title: 'Spärr hävd', isReading: false },
  'access.reviewed': { title: 'Nödöppning granskad', isReading: false },
  'key.envelopes-made': { title: 'Nyckelns kuvert gjorda', isReading: false },
  'key.envelopes-tried': { title: 'Nyckelns kuvert prövade', isReading: false },
  'key.restored': { title: 'Nyckeln återställd ur kuverten', isReading: false },
  'key.changed': { title: 'Stationens nyckel bytt', isReading: false },
  'station.started': { title: 'Stationen startad', isReading: false },
  'station.stopped': { title: 'Stationen stoppad', isReading: false },
  note: { title: 'Anteckning', isReading: false },
} as const satisfies Record<string, EntryKindRule>;

export type EntryKind = keyof typeof ENTRY_KINDS;

const isEntryKind = (kind: string): kind is EntryKind => Object.hasOwn(ENTRY_KINDS, kind);

/** What people read; a kind of a later version is shown by its name. */
export const kindTitle = (kind: string): string => (isEntryKind(kind) ? ENTRY_KINDS[kind].title : kind);

const DENIED = 'access.denied' satisfies EntryKind;

/** In the log review stands also who was refused: nothing was shown, and somebody tried (HSLF-FS 2016:40 4 kap. 9 §). */
export const isReviewedKind = (kind: string): boolean => isReadingKind(kind) || kind === DENIED;

export const isReadingKind = (kind: string): boolean => isEntryKind(kind) && ENTRY_KINDS[kind].isReading;
