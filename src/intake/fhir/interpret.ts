// FHIR R4 as received to changes of the copy: bundles of every type, single resources, NDJSON, several documents in one file,
// gzipped or not. Reads what it can and says what it could not; nothing in the bytes makes it throw.

import type { FeedAlarm, Reading } from '../../domain/changes.ts';
import type { Interpreter, Received } from '../../domain/received.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { limits } from '../../limits.ts';
import { documentsWithin } from './bundle.ts';
import { DocumentReader, nothingRead } from './document-reader.ts';
import { sliceDocuments } from './documents.ts';
import { isObject, textAt } from './elements.ts';
import { decodeJson, parseJson } from './parse.ts';
import { asUtf8, unpack } from './unpack.ts';

export const interpretFhir: Interpreter = (received, source) => {
  const unpacked = unpack(received.raw);
  if (typeof unpacked === 'string') return nothingRead(received, 'set-aside', 'FHIR', unpacked);
  const readings = readAll(asUtf8(unpacked), received, source);
  const [first, ...others] = readings;
  if (first === undefined) return nothingRead(received, 'set-aside', 'FHIR', 'the body is empty');
  return others.length === 0 ? first : together(readings, received);
};

function readAll(bytes: Uint8Array, received: Received, source: SourceDeclaration): Reading[] {
  const slices = sliceDocuments(bytes);
  if (slices === null) return [nothingRead(received, 'set-aside', 'FHIR', 'too many documents')];
  return slices.flatMap((slice): Reading[] => {
    const setAside = (reason: string): Reading[] => [
      nothingRead(received, 'set-aside', 'FHIR', `byte ${slice.start}: ${reason}`),
    ];
    const raw = bytes.subarray(slice.start, slice.end);
    if (!slice.isClosed) return setAside(whyNotJson(raw));
    if (slice.nesting > limits.fhirNestingMax) return setAside('nests too deep');
    if (raw.length > limits.fhirBodyBytesMax) return setAside('the document is too large');
    const { text, isGuessed } = decodeJson(raw);
    const parsed = parseJson(text);
    const resources = Array.isArray(parsed) ? parsed : [parsed];
    const alarms: FeedAlarm[] = isGuessed ? [{ code: 'charset-mismatch', detail: 'JSON that is not UTF-8' }] : [];
    return resources.flatMap((resource): Reading[] => {
      if (!isObject(resource)) return setAside('not JSON');
      if (textAt(resource, 'resourceType') === '') return setAside('not a FHIR resource');
      const within = documentsWithin(resource);
      const documents =
        textAt(resource, 'resourceType') === 'Parameters' && within.length > 0 ? within : [resource, ...within];
      return documents.map((document, at) =>
        // A document within is known by its own bytes, so that it is the same one whatever holds it.
        new DocumentReader({
          resource: document,
          raw: document === resource ? raw : Buffer.from(JSON.stringify(document)),
          received,
          source,
          alarms: at === 0 ? alarms : [],
        }).read(),
      );
    });
  });
}

/** FHIR has an XML form; every R4 server can be asked for JSON instead. */
const whyNotJson = (raw: Uint8Array): string =>
  raw[0] === 0x3c ? 'FHIR as XML is not read: ask the source for JSON' : 'not a whole JSON document';

/** Several documents of one file are one row: good ones are applied, and it is said that some could not be. */
function together(readings: readonly Reading[], received: Received): Reading {
  const understood = readings.filter(({ outcome }) => outcome === 'understood');
  const failed = readings.filter(({ outcome }) => outcome !== 'understood');
  const types = [...new Set(understood.map(({ type }) => type))];
  const [reason] = failed.map((reading) => reading.reason).filter((text) => text !== undefined);
  const alarms = readings.flatMap((reading) => reading.alarms);
  const doubts = readings.flatMap((reading) => reading.doubts ?? []);
  if (failed.length > 0)
    alarms.push({ code: 'other', detail: `${failed.length} of ${readings.length} documents not read` });
  return {
    outcome: understood.length > 0 ? 'understood' : (failed[0]?.outcome ?? 'set-aside'),
    type: types.length === 1 ? (types[0] ?? 'FHIR') : 'FHIR',
    ...(reason === undefined ? {} : { reason }),
    eventAt: understood.reduce((latest, { eventAt }) => Math.max(latest, eventAt), 0) || received.arrival.wallMs,
    sequence: null,
    changes: understood.flatMap(({ changes }) => changes),
    subjects: readings.flatMap(({ subjects }) => subjects),
    ...(doubts.length === 0 ? {} : { doubts }),
    alarms,
  };
}
