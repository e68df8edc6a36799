// Who may ask what: one line a route, and a route without a line is the station's own. A test walks them all.

/**
 * `open`: anybody who reaches the station, signed in or not. `person`: who is signed in, for themselves. `signed-in`: nothing of any
 * patient, or the route itself keeps to what may be shown. `unit`, `patient`, `resource`: decided for that unit or patient.
 * `station`: the station's token alone, so on its own machine.
 */
export type AccessRule =
  | 'open'
  | 'person'
  | 'signed-in'
  | 'unit'
  | 'patient'
  | 'fhir-patient'
  | 'fhir-resource'
  | 'station';

export const ACCESS_RULES: Readonly<Record<string, AccessRule>> = {
  // The bare address is open to all before any rule.
  'GET /health': 'signed-in',
  // The app's page; it and its files say nothing of anyone.
  'GET /': 'open',
  'POST /api/session': 'open',
  'POST /api/session/emergency-code': 'open',
  'POST /api/session/emergency-code/used': 'open',
  'GET /api/session/provider': 'open',
  'POST /api/session/provider': 'open',
  'POST /api/session/provider/return': 'open',
  'POST /api/session/pin/challenge': 'open',
  'POST /api/session/pin': 'open',
  // The seal shows that it was written on the device, with its copy open; nothing is answered.
  'POST /api/reads/sealed': 'open',
  'POST /api/enrolments': 'open',
  'GET /api/session': 'person',
  'GET /api/stations': 'signed-in',
  'DELETE /api/session': 'person',
  'GET /api/sessions/own': 'person',
  'POST /api/sessions/own/end': 'person',
  'POST /api/sessions/own/seen': 'person',
  'POST /api/session/secret': 'person',
  'POST /api/session/practice': 'person',
  'GET /api/session/pins': 'person',
  'POST /api/session/pins/offer': 'person',
  'POST /api/session/pins': 'person',
  'POST /api/session/pins/remove': 'person',
  // Within: only of a unit that is open to them. The station's own programs keep no copy.
  'POST /api/copies/key': 'person',
  'POST /api/choices': 'person',
  'POST /api/emergencies': 'person',
  'POST /api/vouches': 'person',
  'GET /api/openapi.json': 'signed-in',
  'GET /api/status': 'signed-in',
  'GET /api/units': 'signed-in',
  'GET /api/units/:unit': 'unit',
  'POST /api/patients/search': 'signed-in',
  'GET /api/charts/:key': 'patient',
  'POST /api/copies/unit': 'unit',
  'POST /api/copies/patient': 'patient',
  'GET /api/checks/:unit': 'unit',
  'POST /api/checks/made': 'unit',
  'POST /api/checks/settled': 'unit',
  // Nothing of anyone.
  'GET /api/printers': 'signed-in',
  'POST /api/printers/test': 'signed-in',
  'GET /api/uses/:unit': 'unit',
  // Within: only by the unit's head.
  'POST /api/uses/in-use': 'person',
  'POST /api/uses/out': 'person',
  'GET /api/prints/:unit': 'unit',
  'POST /api/prints/unit': 'unit',
  'POST /api/papers/unit': 'unit',
  'POST /api/prints/chart': 'patient',
  'POST /api/papers/chart': 'patient',
  'GET /api/places/:unit': 'unit',
  // Within: only who answers for the unit, or the operator.
  'POST /api/places/mark': 'unit',
  'POST /api/places/end': 'unit',
  // Within: on a unit that is open to them. At the computer itself, so never by a program.
  'POST /api/places/tie': 'person',
  'POST /api/places/tested': 'person',
  'GET /api/messages': 'station',
  // An app says what was read of its own copy.
  'POST /api/reads': 'signed-in',
  'POST /api/hold': 'station',
  'POST /api/release': 'station',
  'POST /api/settle': 'station',
  'POST /api/full-load': 'station',
  'POST /api/snapshot': 'station',
  'POST /api/intake/:source/fhir': 'station',
  // Within: only for the units one answers for.
  'GET /api/accounts': 'signed-in',
  'POST /api/accounts': 'signed-in',
  'POST /api/accounts/deal': 'signed-in',
  'POST /api/accounts/close': 'signed-in',
  'POST /api/accounts/pins/remove': 'signed-in',
  'POST /api/emergency-codes': 'signed-in',
  'GET /api/devices': 'signed-in',
  'POST /api/devices/lost': 'signed-in',
  'POST /api/blocks': 'signed-in',
  'POST /api/blocks/lift': 'signed-in',
  'POST /api/reviews': 'signed-in',
  'POST /api/ledger/erasures/asked': 'station',
  'POST /api/ledger/erasures': 'station',
  'POST /api/accounts/import': 'station',
  'GET /fhir/metadata': 'signed-in',
  // A search can find anybody: for programs of the station's own machine.
  'GET /fhir/Patient': 'station',
  'POST /fhir/Patient/_search': 'station',
  'GET /fhir/Patient/$summary': 'station',
  'POST /fhir/Patient/$summary': 'station',
  'GET /fhir/:type': 'station',
  'POST /fhir/:type/_search': 'station',
  'GET /fhir/Patient/:id': 'fhir-patient',
  'GET /fhir/Patient/:id/$summary': 'fhir-patient',
  'POST /fhir/Patient/:id/$summary': 'fhir-patient',
  'GET /fhir/Patient/:id/$everything': 'fhir-patient',
  'POST /fhir/Patient/:id/$everything': 'fhir-patient',
  'GET /fhir/:type/:id': 'fhir-resource',
};
