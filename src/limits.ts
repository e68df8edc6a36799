// Every bound of the program, with its reason; those the domain itself knows stand beside it. An input without a line in either has no
// business being read.

import { domainLimits } from './domain/domain-limits.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const limits = {
  ...domainLimits,
  /** One MLLP frame: a scanned PDF in an OBX is at most a few MB; beyond this a sender is broken or hostile. */
  mllpFrameBytesMax: 20 * MIB,
  /** Senders at once: a region has some tens of systems; each costs a socket and a buffer. */
  mllpConnectionsMax: 512,
  /** Bytes waiting from one sender before we stop reading from its socket (back-pressure, not loss). */
  mllpUnansweredBytesMax: 32 * MIB,
  /**
   * Unfinished and unanswered bytes of all senders together: six of the largest messages at once. What a line holds up to the share
   * below (any ordinary message) is not counted and never held back.
   */
  mllpOpenBytesMax: 128 * MIB,
  mllpOpenBytesFree: 256 * KIB,
  /** Kept of what comes between two frames, or of a frame beyond the bound: enough to see what it was and to answer it. */
  mllpStrayBytesMax: 64 * KIB,
  /** FS came and its CR did not: after this long the frame is taken as ended. A CR is never this late on a live line. */
  mllpFrameEndWaitMs: 500,
  /** A sender that has begun a frame and then says nothing this long is gone. */
  mllpFrameIdleMs: 60 * SECOND_MS,
  /** An open but quiet connection: engines keep theirs for hours; two days means nobody is there. */
  mllpConnectionIdleMs: 2 * DAY_MS,
  /** Messages of one group commit: bounds how long one fsync can hold the first sender's answer. */
  inboxGroupMessagesMax: 512,
  inboxGroupBytesMax: 8 * MIB,
  /** Messages applied to the copy in one transaction: bounds how long a new arrival waits behind apply. */
  applyBatchMessagesMax: 64,
  applyBatchMs: 8,
  /**
   * Held messages let through by one release row, for the same reason. A fixed number, not a time: how far a release has come
   * must depend on the inbox's rows alone.
   */
  releasePieceMessagesMax: 64,
  /** The last moment a question may name: the year has four digits wherever it is written. What is later is no time but a mistake. */
  momentMax: Date.UTC(9999, 11, 31, 23, 59, 59, 999),
  /** A whole HTTP request, as it arrives: the largest import over a slow line; and its head alone, or a TLS handshake. */
  httpRequestMs: 60 * SECOND_MS,
  httpHeadersMs: 10 * SECOND_MS,
  /** Computers of the wards at once: a hospital has some thousand, each with at most six sockets, most of them idle. */
  httpsConnectionsMax: 4_096,
  /**
   * How long a browser remembers that this name answers encrypted alone (HSTS). A day, renewed by every answer: each computer in daily use
   * knows it always. Longer would shut computers out by what held once: of a station that was given a new authority in the middle of a
   * night nobody can open a page past the browser's warning before it has ended, and plain services of the same name stay closed.
   */
  onlyEncryptedSeconds: 86_400,
  /** Answers under way when the station stops are waited for this long. */
  httpsClosingMs: 3 * SECOND_MS,
  /** What comes to each unit is compared with what its head signed for; settings change at a start, a first message at any time. */
  unitUseLookMs: 10 * SECOND_MS,
  /** Undeclared senders that get a source of their own; a sender with ever new names must not fill the list. */
  unknownSourcesMax: 100,
  /** A message that breaks apply this many times is set aside and the cursor passes it. */
  applyAttemptsMax: 3,
  /** A message in which the program has ended waits so long after the start for each time, so that no other fault is laid on it. */
  applyAgainMs: SECOND_MS,
  /** Segments of one HL7 v2 message, fields of one segment: no real message comes near. */
  hl7SegmentsMax: 100_000,
  hl7FieldsMax: 10_000,
  /** One FHIR body: the largest bundle seen in the wild (a whole life in Synthea) is about 20 MB of JSON. */
  fhirBodyBytesMax: 64 * MIB,
  /** A packed body unpacked: many documents, each within the bound above. What is more is handed in as several. */
  fhirUnpackedBytesMax: 128 * MIB,
  /** And so many times what was sent: FHIR as JSON packs 10–30 times, lines much alike somewhat more; what grows more is an attack. */
  fhirPackingMax: 100,
  /** Below this the share is not counted: a short list of things all alike packs better than any real export. */
  fhirUnpackedFreelyBytes: 4 * MIB,
  /** A body beyond this, or of unknown length, is a large import, of which there is one at a time: each takes some hundred MB. */
  largeImportBytes: 1 * MIB,
  /** Documents of a small import; what has more keeps the inbox busy for long. */
  smallImportDocumentsMax: 10_000,
  /** Small imports at once: each holds at most some ten MB. */
  smallImportsMax: 8,
  /** Who is refused because of what goes on just now is asked to come back after this long. */
  retryAfterMs: 5 * SECOND_MS,
  /** `import` waits this long for another large import to be through, and for its own to be in the copy: the largest take some minutes. */
  importWaitsMs: 10 * MINUTE_MS,
  /** Lines of an NDJSON file `import` hands in at once, within the size of a small import: enough that the answers cost nothing. */
  importBodyLinesMax: 1_000,
  /** Documents of one hand-in given to the inbox at once: they share a commit, and a sender's message waits behind few of them. */
  handInGroupMax: 64,
  handInGroupBytesMax: 1 * MIB,
  /** After this long, whoever waits at a terminal is told for what. */
  slowToldMs: 1 * SECOND_MS,
  /** A command waits this long for the copy to come to a decision: longer, and who gave it is told that it is not done yet. */
  decisionWaitMs: 10 * SECOND_MS,
  /** Asked this often meanwhile: the copy is milliseconds behind. */
  decisionAskedEveryMs: 100,
  fhirBundleEntriesMax: 100_000,
  /** Documents of one body (NDJSON lines): a region's export of one type. */
  fhirDocumentsMax: 1_000_000,
  fhirNestingMax: 60,
  /** One request to a polled FHIR server, from the first byte out to the last byte in. */
  pollRequestMs: 60 * SECOND_MS,
  /** Pages of one resource type in one sweep: a first load of a region at 200 a page; a paging loop is found by its address before. */
  pollPagesMax: 100_000,
  /** Tries of one page before the sweep gives up and the next one goes on from there. */
  pollAttemptsMax: 5,
  /** First and longest wait between tries; a server that asks for longer ends the sweep. */
  pollBackOffMs: 1 * SECOND_MS,
  pollBackOffMaxMs: 5 * MINUTE_MS,
  /** The longest rest a server can ask for: one that asks for a month has a fault of its own, and is told of. */
  pollRestMaxMs: HOUR_MS,
  /** Everything is asked for anew this often: only then is it seen what a server has deleted. */
  pollLoadEveryMs: DAY_MS,
  /** Asked for again each time: what a server committed late, with a time already passed. */
  pollOverlapMs: 2 * MINUTE_MS,
  /** Resources remembered from the overlap, so that an unchanged page is not stored again. */
  pollSeenMax: 20_000,
  /** A token answer is a few hundred bytes. */
  tokenBytesMax: 64 * KIB,
  /** A token this near its end is not begun with. */
  tokenMarginMs: 30 * SECOND_MS,
  /** One dropped report (PDF or text list) and its pages. */
  reportBytesMax: 50 * MIB,
  reportPagesMax: 2_000,
  /**
   * A page taken out of its PDF, and all pages of one PDF: what a page needs (fonts, a logo, a picture) goes along with each, so
   * that a small file can grow a hundredfold. Pages beyond it are kept by their text; the PDF itself is in the inbox.
   */
  reportPageBytesMax: 2 * MIB,
  reportPagesBytesMax: 8 * MIB,
  /** Letters of one page: no printed page has more, and what has is tied to nobody. */
  reportPageTextMax: 100_000,
  /** A PDF being read each time the station ended is kept unread after this many times. */
  reportAttemptsMax: 2,
  /** A file in the report folder that does not change this long is taken to be finished, where the settings say nothing else. */
  reportRestMs: 2 * MINUTE_MS,
  /** A taken file is looked at this much longer before it is removed: should its writer go on, it is taken again. */
  reportLookedAtMs: 15 * MINUTE_MS,
  /** Files taken in one look at the report folder; the others wait for the next. */
  reportFilesMax: 1_000,
  /** Reading the pages of one PDF: seconds for the largest real list; a file that takes longer is broken or hostile. */
  reportReaderMs: 60 * SECOND_MS,
  reportReaderMemoryMb: 512,
  /** Aliases followed from one identity: more merges than this is a fault in a source, not a person. */
  aliasesMax: 64,
  /**
   * Bookings at a unit outside the days of its list whose persons are looked at for one that was moved into them under another number;
   * as many before as after, the nearest first. A theatre has fewer; of a clinic it is a month; it costs a few hundredths of a second.
   */
  farBookingsMax: 5_000,
  /** Rows read for one block of a chart when the reader asks for no more. */
  blockRowsMax: 500,
  /**
   * Charts kept in memory once read, by the JSON their rows hold: read and made into words it takes about ten times that. A
   * ward's patients, or two of the largest charts; others are read again.
   */
  readingKeptCharactersMax: 4 * MIB,
  readingKeptWindowsMax: 4_000,
  /** Units whose present patients are kept in memory for the warning of look-alikes: a hospital; the others are read again. */
  neighbourUnitsKept: 64,
  /** Rows read of each part when a program asks for everything of one patient: a long life in one system. */
  everythingRowsMax: 100_000,
  /** The moment of a first page can be paged on from this long: a program turns pages at once, and what is old must not stay readable. */
  pageKeptMs: 10 * MINUTE_MS,
  searchTextMax: 100,
  /** A number or a name asked for on the command line: more without a line's end is a file given by mistake. */
  askedLineBytesMax: 64 * 1024,
  /** A station, or a printer, on the same network that has not answered by then does not answer. */
  installAnswerMs: 5 * SECOND_MS,
  searchHitsMax: 50,
  /** Patients of one unit that an app may say it already has: more than any unit's list with three days' discharged. */
  unitCopyPatientsMax: 1_000,
  /** From three letters on, all words together (*Bo Ek*), everyone is searched; below that only current patients. */
  searchEveryoneLettersMin: 3,
  /** So many names that fit are looked at before the best are shown; where more fit, the answer says that it is cut. */
  searchNamesReadMax: 500,
  /** Current patients looked at for a word that fits more than that: a large region has some thousands. */
  searchPresentReadMax: 20_000,
  /** Names looked up at once wait for each other; each takes milliseconds, so these are done within a second. */
  searchesWaitingMax: 64,
  /** A search that takes longer has met something wrong; nobody waits that long for a name. */
  searchWithinMs: 5 * SECOND_MS,
  /** JavaScript of the thread that searches: fifty people are some hundred kB. */
  searchMemoryMb: 48,
  /** Whole charts asked for by machines, and overviews of all units: each may take a second. */
  wholeChartsWaitingMax: 16,
  wholeChartWithinMs: 30 * SECOND_MS,
  /** The thread for them is ended when nobody has asked this long: what it has kept is memory charts need. */
  wholeChartsIdleMs: MINUTE_MS,
  /** A life of 50,000 kept rows as FHIR. */
  wholeChartMemoryMb: 512,
  /** Different words of one person's names, all sources', that can be searched by; the longest real names have a dozen. */
  nameWordsMax: 24,
  /** Letters of one word that are searched by. */
  nameWordCharactersMax: 40,
  /** JSON bodies to our own routes. */
  apiBodyBytesMax: 256 * KIB,
  /** How often it is kept on disk how long the inbox has surely been kept: what a restart of the machine may leave uncounted. */
  livedKeptEveryMs: HOUR_MS,
  /** A repetition of a message is recognised this long (design §6). */
  repetitionKeptMs: 400 * DAY_MS,
  /** A received message is kept at least this long, and never less than back to the oldest good snapshot. */
  inboxKeptMs: 7 * DAY_MS,
  /** The copy can be read as it was at any time this far back (design §5.15). */
  historyKeptMs: 72 * HOUR_MS,
  /**
   * A record system silent this long is lost, declared or not: nothing is forgotten until it is heard again. Longer than the quietest night
   * of a small hospital, shorter than any of the times above.
   */
  contactLostMs: 6 * HOUR_MS,
  /** A cancel for an event never seen waits this long for it before it is applied as a state of its own. */
  unseenCancelHeldMs: 10 * MINUTE_MS,
  /** A message this long on its way came at once: of what it tells the arrival is said, by our clock; of an older one when it was sent. */
  sendingUnremarkedMs: 5 * MINUTE_MS,
  snapshotsKept: 4,
  /** Damaged files kept beside, of each database: the newest are those somebody may get something out of. */
  damagedFilesKept: 2,
  /** The witness is written behind the inbox by a few groups at most; further behind, it is an older file or was not written. */
  witnessBehindMax: 20_000,
  /** The source has this many more of a type than the copy, and this share: news of the last minutes is no difference. */
  countDifferenceMin: 10,
  countDifferenceShare: 0.01,
  snapshotEveryMs: DAY_MS,
  /** Proof that a source carries is written to the copy at most this often (memory holds the exact time). */
  proofEveryMs: 10 * SECOND_MS,
  /** Received and not in the copy for longer: the status says that the copy lags. Less is the ordinary way in. */
  lagNotedMs: 2 * SECOND_MS,
  statusEventsMax: 200,
  /** Accounts of one station: a large region's staff. */
  accountsMax: 100_000,
  /** A list of them: a hundred letters each. */
  accountListBytesMax: 12 * MIB,
  /** Units and roles of one person; on-call roles of the whole house are one. */
  assignmentsAPersonMax: 200,
  /** Name, title and what a role is called. */
  personTextMax: 80,
  /** What is typed as a secret or a code: four words of nine letters, and room for a slip. */
  secretTextMax: 200,
  /** Slow hashes at once: two of the four threads that also read and write files, and 19 MiB each. */
  secretsAtOnce: 2,
  /** Beyond these the last would wait some ten seconds: told to try again instead. */
  secretsWaitingMax: 400,
  /** Slow keys of words waiting to be made, a sixth of a second each: a clinic's enrolment. Others are made at the next sign-in. */
  wordsKeysWaitingMax: 2_000,
  /** Envelopes of one unit on a device, half a kilobyte each: its own people, and those on call for the whole house. */
  unitReadersMax: 2_000,
  /** Stations an app tries after its own: hospital, region, and one to spare. */
  otherStationsMax: 5,
  /** Devices known by number: every computer of a region; a browser that forgets its cookies is another each time. */
  devicesMax: 20_000,
  /** A session is signed out after a long shift, and when nobody has touched it for an hour. */
  sessionMs: 13 * HOUR_MS,
  sessionIdleMs: HOUR_MS,
  /** The screen locks after this long without a hand on it: a computer in a corridor. */
  idleLockMs: 10 * MINUTE_MS,
  sessionsAPersonMax: 8,
  sessionsMax: 50_000,
  /** An active choice lasts a shift; an emergency opening as long as the words on the screen say (ux §5). */
  choiceMs: 13 * HOUR_MS,
  emergencyMs: 4 * HOUR_MS,
  /** Chosen and opened by one person at once. Beyond it the longest unused is forgotten, and asked for again: care is never refused for a number. */
  openingsAPersonMax: 500,
  /** A person's own sign-ins and changes kept to be shown to them: the last weeks'. */
  ownEventsKept: 20,
  /** So many other units' patients open to one person within a shift is told to the ledger, and again each time it has doubled. */
  openingsToldFrom: 60,
  /** The dealt words should be used at least this often, or they are forgotten when they are needed. */
  secretDueMs: 14 * DAY_MS,
  /** A one-time code dealt face to face, and one that goes out with a list of a whole clinic. */
  enrolmentCodeMs: HOUR_MS,
  listedCodeMs: 7 * DAY_MS,
  /** A colleague who was vouched for stands beside the one who vouched. */
  vouchCodeMs: 15 * MINUTE_MS,
  /** Vouched for and not come yet: a hospital's agency staff on a bad night. */
  vouchesMax: 1_000,
  /** Codes of one sheet: weeks of nights. */
  emergencyCodesASetMax: 20,
  /** Used and void ones kept of a unit, so that a device not heard for long can still tell of them: a year of a set a month. */
  emergencyCodesKeptMax: 240,
  /** One code's openings on devices that are remembered as told: more devices than a ward has. */
  codeUsesToldMax: 100,
  /** Computers one person has a PIN on: more than a ward has. */
  pinsAPersonMax: 20,
  /** What hardware signs is of now: time to fetch the key from a pocket. */
  challengeMs: 5 * MINUTE_MS,
  /** One answer of hardware, in base64 letters: an attestation we do not ask for would be a few thousand. */
  hardwareTextMax: 8_000,
  /** A sealed opening as a device hands it in, in base64 letters: two names and a unit. */
  codeUseTextMax: 2_000,
  /** What was read on a device, sealed: at once, and each in base64 letters (names of two, a unit, a handle). */
  handedReadsMax: 200,
  handedReadTextMax: 4_000,
  /** From one device, in an hour: three nights of forty charts an hour read on it, and a third of what the ledger lets wait. */
  handedReadsHourMax: 3_000,
  /** What is older was read on no copy that an app of ours still keeps. */
  handedReadAgeMs: 90 * DAY_MS,
  /** Who has signed in on one computer, remembered: a ward with its substitutes. */
  devicePeopleMax: 100,
  /** Units whose copy one computer is remembered to hold: a pool doctor's tablet goes round the house. */
  deviceCopiesMax: 50,
  /** A lost device that is heard has this long to tell what was read on it, before its browser is told to wipe it whatever its app does. */
  lostHandInMs: MINUTE_MS,
  /** What was read on it is taken from when it is first heard: time for a disk to be mended, and for a copied cookie to have said all there is. */
  lostTellMs: 24 * HOUR_MS,
  /** And it is heard at all: a computer that was put away is found at the next stocktaking, or not. */
  lostHeardMs: 90 * DAY_MS,
  /** Devices and addresses that a lost one was refused at, remembered. */
  lostPlacesMax: 10_000,
  /** Accounts and addresses whose wrong tries are remembered; the longest quiet are forgotten first. */
  slowDownKeysMax: 50_000,
  /**
   * Refused access of one person told one by one in an hour: more patients than anybody looks for in vain. Beyond it their number, each time it has
   * doubled.
   */
  refusedToldAnHour: 60,
  refusedCountMs: HOUR_MS,
  /** A sign-in begun at the provider and not come back: a card looked for, a code typed wrong. */
  providerFlowMs: 10 * MINUTE_MS,
  /** Begun at once by one computer, and by a hospital whose shift begins. */
  providerFlowsAnAddressMax: 20,
  providerFlowsMax: 5_000,
  /** Each question to the provider; whoever waits can sign in with words meanwhile. */
  providerAnswerMs: 5 * SECOND_MS,
  /** Its description, keys and tokens are some kB each. */
  providerAnswerBytesMax: 512 * KIB,
  /** Answers being checked at once: a slow provider holds so many requests, and no more. */
  providerReturnsMax: 64,
  /** Whether it answers is looked at so often, and sooner when it did not; never when somebody signs in. */
  providerLookEveryMs: 60 * SECOND_MS,
  providerSilentLookEveryMs: 15 * SECOND_MS,
  /** What a browser carries back: a code, a state and an issuer. */
  providerReturnTextMax: 4_000,
  /** Somebody's sign-in there shows so long that others can sign in there too. */
  providerProofMs: 4 * HOUR_MS,
  /** After having been identified there, own words can be had anew so long without the former. */
  providerFreshMs: 10 * MINUTE_MS,
  /** A reason in somebody's own words. */
  reasonTextMax: 500,
  /** One entry's body: a list view names some hundred patients, a captured form a few pages; beyond it something is wrong. */
  ledgerBodyBytesMax: 1 * MIB,
  /** Entries of one commit: bounds how long one fsync keeps the others waiting. */
  ledgerGroupEntriesMax: 512,
  /** Entries of this long share a commit: twenty fsyncs a second leave the disk to the senders' messages. */
  ledgerGroupMs: 50,
  /** Waiting to be written while the disk refuses: an hour of a hospital's reads; what comes beyond is counted. */
  ledgerQueueMax: 10_000,
  /** How long the answer to a decision waits for its entry: longer, and it leaves saying that the entry has not been written. */
  ledgerWaitMs: 2 * SECOND_MS,
  /** Entries that derived tables follow in one commit. */
  ledgerProjectionBatch: 1_000,
  /** Rows of one page of the read log. */
  ledgerPageRowsMax: 1_000,
  /** Occasions on one extract for a patient: some two hundred pages. More is asked for by shorter times. */
  readLogPaperRowsMax: 10_000,
  /** Rightly signed entries that fit in no chain: some are somebody's mistake, thousands are an attack on the disk. */
  ledgerApartMax: 10_000,
  /** Faults told one by one when a ledger is checked; the number of all is told too. */
  ledgerFaultsTold: 100,
  /** One line of an exported ledger: an entry with the largest body, as JSON in JSON. */
  ledgerLineBytesMax: 8 * MIB,
  /** Notes printed of one patient, newest first, and letters of each: two pages a patient as a rule; the rest is counted on the sheet. */
  paperNotesMax: 5,
  paperNoteLettersMax: 700,
  /** Lines of a block that nobody is harmed by not having on paper; allergies, limits, orders and doses have no such bound. */
  paperEntriesMax: 12,
  /** Rows read of a part for paper: what is never cut must not be cut where it is read (a life of given doses in one system). */
  paperRowsMax: 5_000,
  /** A reading sheet is read at most this long; the ward is told to print again. Shorter than two rounds of doses. */
  paperValidMs: 2 * HOUR_MS,
  /** Prints waiting for the renderer: every unit of a large hospital at once. */
  paperJobsWaitingMax: 200,
  /** One job: a unit of forty takes two seconds; what takes longer than this will never be done. */
  paperJobMs: 60 * SECOND_MS,
  /** The renderer's own memory: a unit of thirty takes some 400 MB while it is set; it is ended beyond this. */
  paperMemoryBytesMax: 1_200 * MIB,
  /** Of which JavaScript: the words of one job. */
  paperScriptMemoryMb: 256,
  paperWatchEveryMs: 250,
  /** The renderer is ended when nobody has printed this long: its memory is what charts are read with. */
  paperIdleMs: 10 * MINUTE_MS,
  /** While one is set by the renderer, the next is read from the copy; more would only wait, in memory. */
  paperPacksAtOnce: 2,
  /** The first pack after a start waits: charts are opened before anything is printed. */
  paperFirstAfterMs: 1 * MINUTE_MS,
  /** How often it is looked whose turn it is. */
  paperLookEveryMs: 5 * SECOND_MS,
  /** A printer that says nothing for this long is not there. */
  printerAnswerMs: 10 * SECOND_MS,
  /** Handing over a unit's pack (some MB) to a slow printer that warms up first. */
  printerTakesMs: 5 * MINUTE_MS,
  /** A printer that has taken everything and does not close is not waited for. */
  printerClosesMs: 5 * SECOND_MS,
  /** IPP's answers are some kB. */
  printerAnswerBytesMax: 1 * MIB,
  printerFollowEveryMs: 1 * SECOND_MS,
  /** Ninety pages at ten a minute, and somebody who fetches paper. */
  printerFollowedMs: 20 * MINUTE_MS,
  /** Prints waiting for printers, and ended ones still told of. */
  printsWaitingMax: 50,
  printsRemembered: 100,
  placeLookEveryMs: MINUTE_MS,
  /** A house has one or two a unit. */
  reservePlacesMax: 1_000,
  /** What a place is called and where it stands, in letters. */
  placeTextMax: 80,
  /** How often it is looked which printer's test page is due. */
  printerTestLookEveryMs: 20 * SECOND_MS,
  /** A printer that did not take its test page: somebody may have switched it on meanwhile. */
  printerTestAgainMs: HOUR_MS,
  /** Not tested for a day and the hour its turn may take (the station was down, a clock was set): tested at once, and if not, told. */
  printerTestOverdueMs: 25 * HOUR_MS,
} as const;
