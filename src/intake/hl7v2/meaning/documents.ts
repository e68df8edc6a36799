// Notes and other documents (MDM) as changes of the chart: text to read, or the file as sent. A document cancelled by its
// source (T11) leaves view; an edited or replaced one says so; a dictation nobody has signed is never shown as signed.

import type { DocumentReference, DocumentReferenceContent, FhirResource } from 'fhir/r4';
import type { Change, ResourceChange, ValueState } from '../../../domain/changes.ts';
import { EXTENSION } from '../../../domain/extensions.ts';
import type { Identity } from '../../../domain/identity.ts';
import { timeNotOwnExtension } from '../../../domain/own-time.ts';
import { partOfResource } from '../../../domain/part-of-resource.ts';
import { knownBy } from '../../known-by.ts';
import type { Hl7Message, Hl7Segment } from '../message.ts';
import { type MeaningContext, tellEmpty } from './context.ts';
import { contentsOf } from './documents-content.ts';
import { readSubject } from './identities.ts';
import { asOrderNumbers, type OrderNumber, readNumber, readOrderNumbers } from './orders-numbers.ts';
import { ResultFields, textOf } from './results-fields.ts';
import { caregiverReference, readCaregiver } from './values.ts';

/** MDM T01 to T11. Uneven events announce without content, even ones bring it; what is not said of stays as it was. */
export function readDocuments(message: Hl7Message, context: MeaningContext): Change[] {
  const fields = new ResultFields(message, context);
  const parts = documentParts(message, context);
  if (parts.length === 0) {
    if (message.first('OBX') !== undefined) context.setAside('a text without the document it belongs to (TXA)');
    else tellEmpty(context);
  }
  return parts.flatMap((part) => readDocument(part, fields));
}

/** One TXA with what follows it. */
interface DocumentPart {
  readonly subject: Identity;
  readonly txa: Hl7Segment;
  readonly segments: readonly Hl7Segment[];
  /** The order it answers stands before or after TXA. */
  readonly orc: Hl7Segment | null;
  readonly obr: Hl7Segment | null;
}

/** A message may bring several documents, also of several patients: each text stays with its own TXA, and that with its own PID. */
function documentParts(message: Hl7Message, context: MeaningContext): DocumentPart[] {
  const { segments } = message;
  const starts = segments.flatMap(({ name }, index) => (name === 'TXA' ? [index] : []));
  return starts.flatMap((start, index) => {
    const before = segments.slice(starts[index - 1] ?? 0, start);
    const following = segments.slice(start, starts[index + 1]);
    const nextPatient = following.findIndex(({ name }) => name === 'PID');
    const own = nextPatient < 0 ? following : following.slice(0, nextPatient);
    const pid = segments.slice(0, start).findLast(({ name }) => name === 'PID');
    const subject = pid === undefined ? context.subject : readSubject(pid, context);
    const [txa] = own;
    if (subject === null || txa === undefined) return [];
    const order = (wanted: string): Hl7Segment | null =>
      [...own, ...before].find(({ name }) => name === wanted) ?? null;
    return [{ subject, txa, segments: own, orc: order('ORC'), obr: order('OBR') }];
  });
}

function readDocument(part: DocumentPart, fields: ResultFields): Change[] {
  const { txa } = part;
  const { context } = fields;
  const own = readNumber(txa, 12);
  const parent = readNumber(txa, 13);
  const what = whatHappened(context.event, own, parent);
  const document = documentChange({ ...part, own, parent, what }, fields);
  // A replaced document is said to be superseded, so that nobody reads the old one as the standing word.
  if (what !== 'replaces' || parent === null || parent.key === own?.key) return [document];
  return [supersededChange(parent, document), document];
}

/**
 * Ch. 9.6: T01/T02 new, T03/T04 status, T05/T06 addendum, T07/T08 edit, T09/T10 replacement, T11 cancel. A status change that
 * names another document as its parent is an addendum by its content, and read as one.
 */
type What = 'says' | 'appends' | 'edits' | 'replaces' | 'cancels';

function whatHappened(event: string, own: OrderNumber | null, parent: OrderNumber | null): What {
  const hasOther = parent !== null && parent.key !== own?.key;
  switch (event) {
    case 'T03':
    case 'T04':
    case 'T05':
    case 'T06':
      return hasOther ? 'appends' : 'says';
    case 'T07':
    case 'T08':
      return 'edits';
    case 'T09':
    case 'T10':
      return 'replaces';
    case 'T11':
      return 'cancels';
    default:
      return 'says';
  }
}

/** TXA-17, HL7 table 0271. Only authenticated documents are final. */
function stateOf(txa: Hl7Segment, what: What): ValueState {
  if (what === 'cancels' || textOf(txa, 19) === 'CA') return 'withdrawn';
  switch ((textOf(txa, 17) ?? '').trim().toUpperCase()) {
    case 'AU':
    case 'LA':
      return what === 'edits' || what === 'replaces' ? 'corrected' : 'final';
    case 'DI':
    case 'DO':
    case 'IN':
    case 'IP':
    case 'PA':
      return 'preliminary';
    default:
      return 'unknown';
  }
}

const DOC_STATUS: Partial<Record<ValueState, NonNullable<DocumentReference['docStatus']>>> = {
  final: 'final',
  corrected: 'amended',
  preliminary: 'preliminary',
  withdrawn: 'entered-in-error',
};

interface ReceivedDocument extends DocumentPart {
  readonly own: OrderNumber | null;
  readonly parent: OrderNumber | null;
  readonly what: What;
}

function documentChange(received: ReceivedDocument, fields: ResultFields): ResourceChange {
  const { txa, own, what, subject } = received;
  const { context } = fields;
  const state = stateOf(txa, what);
  const time = fields.time(txa, 4) ?? fields.time(txa, 6) ?? fields.time(txa, 7);
  const at = time?.ms ?? context.claimedAt;
  const resource = documentReference(received, state, fields);
  // Nothing says when it was done or written: the message's own time would be read as that.
  if (time === null) resource.extension = [...(resource.extension ?? []), timeNotOwnExtension(knownBy([], context))];
  const orders = readOrderNumbers(received.orc, received.obr);
  return {
    kind: 'resource',
    subject,
    part: partOfDocument(resource, fields),
    key: `DocumentReference/${own?.key ?? `unnumbered:${textOf(txa, 2) ?? ''}/${at}`}`,
    at,
    state,
    resource,
    mode: state === 'withdrawn' ? 'withdraw' : 'merge',
    orderNumbers: asOrderNumbers({
      placer: readNumber(txa, 14) ?? orders.placer,
      filler: readNumber(txa, 15) ?? orders.filler,
      parent: null,
    }),
  };
}

/** The region may have declared a document type under another heading (`DocumentReference.type` is not looked at elsewhere). */
function partOfDocument(resource: DocumentReference, fields: ResultFields): ResourceChange['part'] {
  const { partOfCode } = fields.context.source.hl7;
  for (const { system, code } of resource.type?.coding ?? []) {
    for (const key of [`${system ?? ''}|${code ?? ''}`, code ?? '']) {
      const declared = key !== '' && Object.hasOwn(partOfCode, key) ? partOfCode[key] : undefined;
      if (declared !== undefined) return declared;
    }
  }
  return partOfResource(resource, partOfCode);
}

const RELATION: Partial<Record<What, 'appends' | 'replaces'>> = { appends: 'appends', replaces: 'replaces' };

function documentReference(
  { segments, txa, own, parent, what }: ReceivedDocument,
  state: ValueState,
  fields: ResultFields,
): DocumentReference {
  const isObsolete = textOf(txa, 19) === 'OB';
  const found: Partial<DocumentReference> & { resourceType: 'DocumentReference' } = {
    resourceType: 'DocumentReference',
    status: state === 'withdrawn' ? 'entered-in-error' : isObsolete ? 'superseded' : 'current',
  };
  const docStatus = DOC_STATUS[state];
  if (docStatus !== undefined) found.docStatus = docStatus;
  if (own !== null) found.masterIdentifier = { value: own.number };
  const type = fields.coded(txa, 2);
  if (type !== null) found.type = type;
  const written = fields.time(txa, 4) ?? fields.time(txa, 6);
  if (written !== null && written.fhir.length > 10) found.date = written.fhir;
  // The one who did or dictated it (TXA-5, TXA-9), not who typed it (TXA-11).
  const author = readCaregiver(txa, 9, 'other') ?? readCaregiver(txa, 5, 'other');
  if (author !== null) found.author = [caregiverReference(author)];
  const signer = readCaregiver(txa, 22, 'other');
  if (signer !== null) found.authenticator = caregiverReference(signer);
  const relation = RELATION[what];
  if (relation !== undefined && parent !== null) {
    found.relatesTo = [{ code: relation, target: { identifier: { value: parent.number } } }];
  }
  const title = textOf(txa, 25) ?? textOf(txa, 16);
  if (title !== null) found.description = title;
  const confidentiality = fields.coded(txa, 18);
  if (confidentiality !== null) found.securityLabel = [confidentiality];
  // Withdrawn text is not kept once more.
  const contents: DocumentReferenceContent[] = state === 'withdrawn' ? [] : contentsOf(segments, fields);
  if (contents.length > 0) found.content = contents;
  const stated = textOf(txa, 17);
  if (state === 'unknown' && stated !== null) {
    found.extension = [{ url: EXTENSION.statusAsReceived, valueString: stated }];
    fields.context.alarm({ code: 'unknown-code', detail: 'TXA-17' });
  }
  return found as DocumentReference;
}

function supersededChange(parent: OrderNumber, by: ResourceChange): ResourceChange {
  const resource = { resourceType: 'DocumentReference', status: 'superseded' } as FhirResource;
  const { subject, part, at } = by;
  return {
    kind: 'resource',
    subject,
    part,
    key: `DocumentReference/${parent.key}`,
    at,
    state: 'corrected',
    resource,
    mode: 'merge',
  };
}
