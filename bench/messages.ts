// Messages as Swedish senders write them, numbered so that each is its own: what every row of the benchmark is measured on.

const NUMBERS = ['189001019802', '189001029819', '189001039800', '189001049817', '189001059808', '189001069815'];

const pad = (number: number, length: number): string => String(number).padStart(length, '0');

/** A patient number of its own for each index: local series, so that a benchmark can have a million people. */
const patient = (index: number): string =>
  index < NUMBERS.length ? `${NUMBERS[index]}^^^&1.2.752.129.2.1.3.1&ISO^PNR` : `B${pad(index, 9)}^^^BENCH^MR`;

/** A second a message: for those whose pace does not matter. */
const secondOf = (sequence: number): number => Date.UTC(2026, 0, 1) + sequence * 1000;

const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '');

/** ADT of about 350 bytes. `saidMs`: the sender's clock. */
export function adt(sequence: number, person: number, event = 'A01', saidMs = secondOf(sequence)): Buffer {
  const at = stamp(saidMs);
  return Buffer.from(
    [
      `MSH|^~\\&|JOURNAL|ASEN|RESERV|ASEN|${at}||ADT^${event}|J${sequence}|P|2.5|${sequence}|||||8859/1`,
      `EVN|${event}|${at}`,
      `PID|1||${patient(person)}||Ängström^Åsa${person}^Örjana||19${pad(30 + (person % 60), 2)}0${1 + (person % 9)}1${person % 10}|F|||Södra vägen ${person % 99}^^Östersund^^83131`,
      `PV1|1|I|KIR2^${1 + (person % 20)}^${bed(sequence, person, event)}|||||SE2321000131-P000000000001^Läkare^Lena|||||||||||V${pad(person, 8)}|||||||||||||||||||||||||${at}`,
      '',
    ].join('\r'),
    'latin1',
  );
}

/** Who moves gets another bed each time. */
const bed = (sequence: number, person: number, event: string): number =>
  1 + ((event === 'A02' ? sequence : person) % 7);

const ANALYTES = [
  'B-Hb',
  'B-LPK',
  'B-TPK',
  'P-CRP',
  'P-Natrium',
  'P-Kalium',
  'P-Kreatinin',
  'P-ALAT',
  'P-ASAT',
  'P-Glukos',
];

/** ORU^R01 with 20 OBX, about 2 kB: the message of design §17. */
export function oru(sequence: number, person: number, saidMs = secondOf(sequence)): Buffer {
  const at = stamp(saidMs);
  const segments = [
    `MSH|^~\\&|LAB|ASEN|RESERV|ASEN|${at}||ORU^R01|L${sequence}|P|2.5|${sequence}|||||UNICODE UTF-8`,
    `PID|1||${patient(person)}||Ängström^Åsa${person}`,
    `PV1|1|I|KIR2^${1 + (person % 20)}^${1 + (person % 4)}`,
    `OBR|1|P${sequence}|F${sequence}|KEM^Klinisk kemi^L|||${at}|||||||||||||||${at}||LAB|F`,
  ];
  for (let index = 0; index < 20; index++) {
    const name = ANALYTES[index % ANALYTES.length];
    segments.push(
      `OBX|${index + 1}|NM|NPU${pad(19748 + index, 5)}^${name} ${index}^NPU||${100 + ((sequence + index) % 70)}|g/L|117-153||||F|||${at}`,
    );
  }
  return Buffer.from(`${segments.join('\r')}\r`, 'utf8');
}
