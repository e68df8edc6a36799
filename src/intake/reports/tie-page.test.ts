import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KARIN, YUSUF } from './reports.fixture.ts';
import { printedSeries, tiePage } from './tie-page.ts';

describe('a printed page', () => {
  it.each([
    ['number and name on one line', `${KARIN} Lind, Karin   Säng 1:1`],
    ['labels around both', `Personnummer: ${KARIN}   Namn: Karin Lind`],
    ['the name on the line above', `Lind, Karin\n${KARIN}`],
    ['a labelled name below', `Pnr ${KARIN}\nNamn: Karin Ångström Lind`],
    ['the number twice, also without century', `${KARIN} Karin Lind\nGivet 900101-9802`],
    [
      'dates, phones and long order numbers besides',
      `Utskriven 2026-11-22 08:15 Tel 08-123 45 67\nRemiss 202611220815\n${KARIN} Karin Lind`,
    ],
  ])('with %s is that patient’s', (_what, text) => {
    expect(tiePage(text)).toMatchObject({
      tied: true,
      identity: { domain: '1.2.752.129.2.1.3.1', id: '189001019802' },
      name: expect.stringContaining('Karin'),
    });
  });

  it.each([
    ['a number without century', `900101-9802 Lind, Karin`, 'no whole number'],
    ['a misprinted number', `18900101-9803 Lind, Karin`, 'no whole number'],
    ['a name alone', 'Lind, Karin Säng 1:1', 'no whole number'],
    ['a number alone', `Personnummer: ${KARIN}\nKirurgavdelning 2`, 'no name beside the number'],
    ['two patients', `${KARIN} Lind, Karin\n${YUSUF} Omar, Yusuf`, 'several people'],
    ['one patient and another with a reserve number', `${KARIN} Lind, Karin\n20210325K069 Okänd`, 'several people'],
    ['one patient and another without century', `${KARIN} Lind, Karin\n900102-9819 Omar, Yusuf`, 'several people'],
    ['two numbers run together', `${KARIN} Lind, Karin\n${YUSUF}${KARIN}`, 'several people'],
    ['nothing but a clock time that could be a number', '20261122 0811 Kirurgavdelning Två', 'no whole number'],
    ...[
      '9001029819',
      '900102 9819',
      '1890-01-02-9819',
      '18900102–9819',
      '18900102\u20119819',
      '18900102\u00a09819',
    ].map((number): [string, string, string] => [
      `one patient and another as ${number}`,
      `${KARIN} Lind, Karin\n${number} Omar, Yusuf`,
      'several people',
    ]),
    ['one patient and a misprinted other', `${KARIN} Lind, Karin\n18900102-9810 Omar, Yusuf`, 'several people'],
  ])('with %s is nobody’s', (_what, text, why) => {
    expect(tiePage(text)).toEqual({ tied: false, why });
  });

  it.each(['18900101–9802', '18900101\u20119802', '18900101\u20139802', '1890\u00ad0101-9802'])(
    'is tied by a number printed with marks of its own: %s',
    (number) => {
      expect(
        tiePage(`${number} Lind, Karin\nTelefon 070-123 45 67, 0701234567. Utskrivet 2026-11-22 08:15`),
      ).toMatchObject({
        tied: true,
        name: 'Lind, Karin',
      });
    },
  );

  it('is never tied to anyone whose number is not on it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            KARIN,
            YUSUF,
            'Lind, Karin',
            'Omar, Yusuf',
            '\n',
            ' ',
            '900101-9802',
            '1890',
            'Namn:',
            '20210325K069',
            '-',
          ),
        ),
        (words) => {
          const text = words.join('');
          const tie = tiePage(text);
          if (!tie.tied) return true;
          const other = tie.identity.id === '189001019802' ? YUSUF : KARIN;
          return text.replaceAll('-', '').includes(tie.identity.id) && !text.includes(other);
        },
      ),
      { seed: 20261122, numRuns: 3000 },
    );
  });
});

describe('a printed page of a source that declares the numbers it prints', () => {
  const series = printedSeries({
    identityDomains: {
      Journalnr: '1.2.3.4',
      Reservnr: '1.2.752.113.11.0.2.1.1.1',
      Personnummer: '1.2.752.129.2.1.3.1',
    },
  });
  const VGR = '20210325K069';

  it.each([
    ['a reserve number and a name', `${VGR} Okänd, Nils Säng 3`, '1.2.752.113.11.0.2.1.1.1', VGR],
    ['a reserve number with a hyphen', `20210325-K069 Okänd, Nils`, '1.2.752.113.11.0.2.1.1.1', VGR],
    ['the house’s own number after its words', 'Journalnr: R4014431  Lind, Karin', '1.2.3.4', 'R4014431'],
    ['its words on a line of their own', 'Lind, Karin\nJournalnr: 4014431\nAlvedon', '1.2.3.4', '4014431'],
    [
      'the person’s number and the house’s own in one heading',
      `${KARIN} Lind, Karin\nJournalnr: R4014431`,
      '1.2.752.129.2.1.3.1',
      '189001019802',
    ],
  ])('with %s is that patient’s', (_what, text, domain, id) => {
    expect(tiePage(text, series)).toMatchObject({ tied: true, identity: { domain, id } });
  });

  it.each([
    ['a reserve number with a wrong check digit', '20210325K068 Okänd, Nils', 'no whole number'],
    ['a reserve number of a series not declared', '98240301AA06 Okänd, Nils', 'no whole number'],
    ['the house’s own number without its words', 'R4014431 Lind, Karin', 'no whole number'],
    ['its words and no number', 'Journalnr: saknas Lind, Karin', 'no whole number'],
    ['a reserve number alone', `Reservnummer\n${VGR}\nKirurgavdelning 2`, 'no name beside the number'],
    ['two reserve numbers', `${VGR} Okänd, Nils\n98240301AA06 Okänd, Kvinna`, 'several people'],
    ['a reserve number and a person’s', `${VGR} Okänd, Nils\n${KARIN} Lind, Karin`, 'several people'],
    ['a reserve number and one without century', `${VGR} Okänd, Nils\n900101-9802 Lind, Karin`, 'several people'],
    ['two of the house’s own', 'Journalnr: R1234 Lind, Karin\nJournalnr: R5678 Omar, Yusuf', 'several people'],
    [
      'another’s own number further down',
      `${KARIN} Lind, Karin\nAlvedon\nWaran\nJournalnr: R5678 Omar, Yusuf`,
      'several people',
    ],
    ['an own number and a reserve number', `Journalnr: R1234 Lind, Karin\n\n\n${VGR} Okänd, Nils`, 'several people'],
  ])('with %s is nobody’s', (_what, text, why) => {
    expect(tiePage(text, series)).toEqual({ tied: false, why });
  });

  it('prints no more than it is declared to: nothing is declared, nothing but national numbers ties', () => {
    for (const text of [`${VGR} Okänd, Nils`, 'Journalnr: R4014431 Lind, Karin'])
      expect(tiePage(text)).toMatchObject({ tied: false });
  });

  it('is never tied to anyone whose number is not on it, nor with another’s on it', () => {
    const pieces = [
      KARIN,
      YUSUF,
      VGR,
      '98240301AA06',
      'Journalnr: R1234',
      'Journalnr: R5678',
      'Lind, Karin',
      '\n',
      '\n\n',
      ' ',
    ];
    const numbers = [KARIN, YUSUF, VGR, '98240301AA06'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces)), (words) => {
        const tie = tiePage(words.join(''), series);
        if (!tie.tied) return true;
        const bare = words.join('').replaceAll('-', '');
        const others = numbers.map((one) => one.replace('-', '')).filter((one) => one !== tie.identity.id);
        return bare.includes(tie.identity.id) && !others.some((one) => bare.includes(one));
      }),
      { seed: 20261122, numRuns: 3000 },
    );
  });
});
