// Why a message was set aside, and what was odd with one that was applied, in Swedish. Intake and copy tell it in one English
// sentence each: that is the code a supplier's engineer is given (`messages --json`), and what a replay compares.

import type { FeedAlarm } from './changes.ts';

/** `$1`, `$2`: what stood there, as it stood (a segment, a count, the name of a fault). */
const REASONS: readonly (readonly [RegExp, string])[] = [
  // HL7 v2
  [/^does not begin with an MSH segment$/, 'börjar inte med ett MSH-segment'],
  [/^MSH-9 names no message type$/, 'MSH-9 anger ingen meddelandetyp'],
  [/^more segments or fields than the limit$/, 'fler segment eller fält än vad som tas emot'],
  [/^two messages in one$/, 'två meddelanden i ett'],
  [/^a part of a message that goes on elsewhere \((.+)\)$/, 'en del av ett meddelande som fortsätter i ett annat ($1)'],
  [/^processing id \(MSH-11\) not accepted$/, 'MSH-11 (prov- eller skarpt läge) tas inte emot från den här källan'],
  [/^ADT without a trigger event$/, 'ADT utan händelsekod'],
  [/^the reader failed \((.+)\)$/, 'läsningen misslyckades hos oss ($1)'],
  [/^no PID$/, 'inget PID-segment'],
  [/^no usable patient identifier$/, 'inget användbart patientnummer'],
  [/^two patients in an event about one$/, 'två patienter i en händelse som gäller en'],
  [/^bed swap without two different patients$/, 'sängbyte utan två olika patienter'],
  [/^move without a place \(PV1-3\)$/, 'flytt utan plats (PV1-3)'],
  [/^a booking message without SCH$/, 'bokning utan SCH-segment'],
  [
    /^(a booking|an order|results) for a patient without a usable identity$/,
    'gäller en patient utan användbart nummer',
  ],
  [/^a text without the document it belongs to \(TXA\)$/, 'text utan det dokument den hör till (TXA)'],
  [/^merge or move without MRG$/, 'sammanslagning eller flytt utan MRG-segment'],
  [/^merge without two different patient numbers$/, 'sammanslagning utan två olika patientnummer'],
  [/^merge without two different account numbers$/, 'sammanslagning utan två olika kontonummer'],
  [/^merge without two different visit numbers$/, 'sammanslagning utan två olika vårdtillfällesnummer'],
  [/^move without two different patient numbers$/, 'flytt utan två olika patientnummer'],
  [/^move of an? account without its number$/, 'flytt av ett konto utan dess nummer'],
  [/^move of a visit without its number$/, 'flytt av ett vårdtillfälle utan dess nummer'],
  [/^link without two different patients$/, 'länkning utan två olika patienter'],
  [/^merge of an identity with itself$/, 'sammanslagning av ett nummer med sig självt'],
  [/^(.+) says nothing but whom it is about$/, '$1 säger inget mer än vem det gäller'],
  [/^by (\d+) minutes$/, '$1 minuter före vår klocka'],
  [/^(\S+) by (\d+) minutes$/, '$1 $2 minuter före vår klocka'],
  [/^declared (.+), read as (.+)$/, 'angiven teckenkod $1, läst som $2'],
  [/^declared nothing, read as (.+)$/, 'ingen teckenkod angiven, läst som $1'],
  [/^(\S+): reserve number of an unexpected form$/, '$1: reservnummer med oväntad form'],
  [
    /^(\S+): national number refused \((.+)\), kept as the source's own$/,
    '$1: personnummer godtas inte ($2), sparat som källans eget',
  ],
  [/^(\S+): two national numbers in one list$/, '$1: två personnummer i en lista'],
  [/^(\S+) names no substance$/, '$1 anger inget ämne'],
  [
    /^allergies and "no known allergies" in one message: the allergies stand$/,
    'allergier och ”inga kända” i samma meddelande: allergierna gäller',
  ],
  [
    /^"" in an allergy line removes nothing: lists are not snapshots$/,
    '"" i en allergirad tar inte bort något: källans listor är inte fullständiga',
  ],
  [
    /^cut off, too large or without a frame: kept as far as it came$/,
    'avbrutet, för stort eller utan ram: sparat så långt det kom',
  ],
  // FHIR
  [/^byte (\d+): (.+)$/, 'byte $1: $2'],
  [/^not a whole JSON document$/, 'inte ett helt JSON-dokument'],
  [/^FHIR as XML is not read: ask the source for JSON$/, 'FHIR som XML läses inte: be källan om JSON'],
  [/^nests too deep$/, 'för djupt nästlat'],
  [/^the document is too large$/, 'dokumentet är för stort'],
  [/^not JSON$/, 'inte JSON'],
  [/^not a FHIR resource$/, 'inte en FHIR-resurs'],
  [/^the body is empty$/, 'inget innehåll'],
  [/^(too many documents|the body has too many documents)$/, 'för många dokument i en sändning'],
  [/^the bundle has too many entries$/, 'för många poster i en bundle'],
  [/^not about a patient$/, 'gäller ingen patient'],
  [/^nothing in it could be tied to a patient$/, 'inget i det kunde knytas till en patient'],
  [/^changes of a kind that is not read$/, 'ändringar av ett slag som inte läses'],
  [/^a bundle that states no type, read as a collection$/, 'en bundle utan typ, läst som samling'],
  [/^JSON that is not UTF-8$/, 'JSON som inte är UTF-8'],
  [/^(\d+) of (\d+) documents not read$/, '$1 av $2 dokument kunde inte läsas'],
  [/^(\S+) is from the future$/, '$1 är daterad framåt i tiden'],
  [/^(\S+): (\d+) patient identifiers that cannot be a person$/, '$1: $2 patientnummer som inte kan vara någons'],
  [/^(\S+): (\d+) references whose identifier is another person$/, '$1: $2 hänvisningar med en annan persons nummer'],
  [/^(\S+): (\d+) entries of a kind that is not read$/, '$1: $2 poster av ett slag som inte läses'],
  [/^(\S+): (\d+) patches, which are not followed$/, '$1: $2 deländringar (PATCH), som inte följs'],
  [/^(\S+): (\d+) deletes of something unknown$/, '$1: $2 borttag av något okänt'],
  [/^(\S+): (\d+) (\S+) without a patient that can be told$/, '$1: $2 $3 utan en patient som kan pekas ut'],
  // Printed lists
  [/^a text list that is not UTF-8$/, 'en textlista som inte är UTF-8'],
  [/^(\d+) of (\d+) pages tied to no patient$/, '$1 av $2 sidor kunde inte knytas till någon patient'],
  [/^no page could be tied to one patient$/, 'ingen sida kunde knytas till en patient'],
  // The copy
  [/^the program ended each time this was applied$/, 'programmet avslutades varje gång det skulle föras in'],
  [/^could not be applied \((.+)\)$/, 'kunde inte föras in ($1)'],
  [/^a command that could not be carried out \((.+)\)$/, 'ett beslut som inte kunde utföras ($1)'],
  [/^the source is held$/, 'källan hålls'],
  [/^a part or unit of the source is held$/, 'en ruta eller enhet av källan hålls'],
  [/^cancels an event not seen$/, 'återtar en händelse som inte har kommit'],
  [/^no longer in the inbox$/, 'finns inte längre i inkorgen'],
  [/^a type the copy does not read$/, 'en typ som kopian inte läser'],
  [/^not understood$/, 'kunde inte förstås'],
  [
    /^a value taken back is not kept under the patient named$/,
    'ett återtaget värde finns inte på den patient som anges',
  ],
  [/^one list of numbers would join two national numbers$/, 'en nummerlista skulle föra samman två personnummer'],
  [/^a list of numbers is not followed: both are admitted$/, 'en nummerlista följs inte: båda är inskrivna'],
  [
    /^a list of numbers is not followed: birth date or sex differs$/,
    'en nummerlista följs inte: födelsedatum eller kön skiljer',
  ],
  [/^a list of numbers is not followed: the sender is not declared$/, 'en nummerlista följs inte: avsändaren är okänd'],
  [/^a merge is not followed: both are admitted$/, 'en sammanslagning följs inte: båda är inskrivna'],
  [/^a merge is not followed: the sender is not declared$/, 'en sammanslagning följs inte: avsändaren är okänd'],
];

/** A sentence nobody has put into Swedish yet stands as it is: better than nothing. */
export function reasonWords(reason: string): string {
  for (const [form, words] of REASONS) {
    const found = form.exec(reason);
    if (found === null) continue;
    return words.replace(/\$(\d)/g, (_, place: string) => reasonWords(found[Number(place)] ?? ''));
  }
  return reason;
}

const ALARMS: Readonly<Record<FeedAlarm['code'], string>> = {
  'clock-ahead': 'klockan går före',
  'time-fold': 'tid i den timme som finns två gånger',
  'time-unreadable': 'tid som inte kan läsas',
  'charset-mismatch': 'fel teckenkod angiven',
  'replacement-character': 'tecken har gått förlorade',
  mojibake: 'tecken kodade två gånger',
  'control-id-reused': 'samma meddelandenummer igen',
  'batch-count': 'antalet i bunten stämmer inte',
  'identity-conflict': 'nummer i konflikt',
  'bed-conflict': 'två på samma plats',
  'merge-refused': 'sammanslagning inte utförd',
  'unmatched-withdrawal': 'återtaget värde inte funnet',
  'unknown-code': 'okänd kod',
  other: 'att titta på',
};

/** *Klockan går före: 12 minuter före vår klocka (clock-ahead)*. */
export const alarmWords = ({ code, detail }: FeedAlarm): string => `${ALARMS[code]}: ${reasonWords(detail)} (${code})`;
