// The settings the tests' small station runs with: one ward, one record system.

export const SETTINGS_EXAMPLE = {
  name: 'Övningsstationen',
  units: [{ id: 'KIR', name: 'Kirurgen' }],
  sources: [
    {
      id: 'journal',
      name: 'Journalsystemet',
      match: { application: 'JOURNAL' },
      identityDomains: { SKV: '1.2.752.129.2.1.3.1' },
      feeds: [{ parts: ['person', 'stay', 'allergies', 'results'] }],
    },
  ],
};

/** What docs/settings.md shows: one of everything that can be declared. */
export const SETTINGS_EXAMPLE_YAML = `
name: Reservkraft Lilla sjukhuset
data: /var/lib/reservkraft/data
keyFile: /etc/reservkraft/station.key      # never inside the data folder
tokenFile: /etc/reservkraft/station.token
mllpHost: 10.0.0.5
mllpAllow: [10.0.0.0/24]                   # only these may send
units:
  - { id: kir2, name: Kirurgavdelning 2 }
  - { id: akut, name: Akuten, listKind: emergency }
  - { id: psyk, name: Psykiatriavdelningen, isSensitive: true }   # elsewhere shown only in emergency
sources:
  - id: journal
    name: Journalsystemet
    match: { application: JOURNAL, facility: LILLA }   # MSH-3, MSH-4
    rank: 1                                # wins where two sources tell a person differently
    feeds:
      - { parts: [person, stay, allergies, alerts, limits, infection] }
      - { parts: [medication-orders, doses-given], units: [kir2], ageLimitMinutes: 30 }
    identityDomains: { SKV: 1.2.752.129.2.1.3.1 }      # CX-4 to number series
    units: { KIR2: kir2, AKM: akut }       # PV1-3 to units above
    hl7: { charset: iso-8859-1, allergies: snapshot }
  - id: lab
    name: Laboratoriet
    transport: fhir-poll
    feeds:
      - { parts: [results] }
  - id: listor
    name: Utskrivna listor
    transport: reports
    feeds:
      - { parts: [reports], heartbeat: own-messages }
    # Besides national numbers a page is tied by these: reserve series by form, others after their printed words
    identityDomains: { Reservnr: 1.2.752.113.11.0.2.1.1.1, Journalnr: "source:journal" }
stations:                                  # where wards' computers read when this station is silent, in order
  - { name: Sjukhusets station, address: "https://10.0.0.5:8443" }
printers:                                  # fixed addresses: no name service is needed to print
  - { id: kir2-exp, name: Kirurgens expedition, address: "ipp://10.0.0.7/ipp/print", units: [kir2] }
  - { id: akut, name: Akutens skrivare, address: "socket://10.0.0.8:9100", units: [akut] }
polls:
  - source: lab
    baseUrl: https://lab.example/fhir
    types: [Observation, DiagnosticReport]
    everySeconds: 60
    loadEveryHours: 24                     # everything anew: only so is it seen what the server has deleted
    tokenUrl: https://lab.example/token
    clientId: reservkraft
    clientSecretFile: /etc/reservkraft/lab.secret
provider:                                  # sign-in with SITHS in good times; words always work
  label: SITHS
  issuer: https://idp.example/oidc
  clientId: reservkraft
  privateKeyFile: /etc/reservkraft/siths.pem # or clientSecretFile
  addresses: ["https://reserv.lasarettet.example:7443/", "https://10.0.0.5:7443/"]
  acr: ["http://id.sambi.se/loa/loa3"]
reports:
  - source: listor
    folder: /var/lib/reservkraft/listor
    kind: Läkemedelslista
    unit: kir2
    pattern: ^kir2-
    restSeconds: 120                       # unchanged this long a file is finished; less where it is moved there whole
`;
