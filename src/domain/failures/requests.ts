// What is wrong with a question. Part of the one registry (domain/failures.ts).

import type { FailureRule } from './failure-rule.ts';

export const REQUEST_FAILURES = {
  'request.invalid': {
    class: 'permanent',
    httpStatus: 400,
    acknowledgement: null,
    happened: 'Frågan kan inte besvaras som den är ställd.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Rätta det som anges och fråga igen.',
  },
  'request.too-large': {
    class: 'permanent',
    httpStatus: 413,
    acknowledgement: 'AR',
    happened: 'Det som skickades är större än vad som tas emot.',
    stillRight: 'Inget är ändrat. Det som togs emot före är kvar.',
    doNow: 'Dela upp det i mindre delar och skicka igen.',
  },
  'request.unauthorized': {
    class: 'permanent',
    httpStatus: 401,
    acknowledgement: null,
    happened: 'Frågan saknar giltigt tillträde.',
    stillRight: 'Inget har visats och inget är ändrat.',
    doNow:
      'Logga in. Program på stationens egen dator skickar dess token i huvudet Authorization: Bearer … (finns i filen som `status` anger).',
  },
  'request.not-supported': {
    class: 'permanent',
    httpStatus: 404,
    acknowledgement: null,
    happened: 'Det här kan stationen inte göra.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Se /fhir/metadata eller /api/openapi.json för vad som finns.',
  },
  'request.method-not-allowed': {
    class: 'permanent',
    httpStatus: 405,
    acknowledgement: null,
    happened: 'Adressen finns, men inte för den metoden: kopian kan bara läsas.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Se /fhir/metadata eller /api/openapi.json för vad som finns.',
  },
  'request.not-acceptable': {
    class: 'permanent',
    httpStatus: 406,
    acknowledgement: null,
    happened: 'Svaret finns bara som JSON.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Fråga efter application/fhir+json.',
  },
  'request.media-type': {
    class: 'permanent',
    httpStatus: 415,
    acknowledgement: null,
    happened: 'Det skickade har en form som inte läses här.',
    stillRight: 'Inget är ändrat.',
    doNow: 'Skicka JSON (eller ett formulär till en sökning) och ange det i Content-Type.',
  },
} as const satisfies Record<string, FailureRule>;
