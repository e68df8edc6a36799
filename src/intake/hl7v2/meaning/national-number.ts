// Whether a text can be a Swedish personnummer or samordningsnummer: twelve digits with century, a day that exists, the
// right check digit (knowledge b1). Ten digits are refused: 121212-1212 is somebody born in 1912 or in 2012.

type NationalNumber =
  | { readonly kind: 'personnummer' | 'samordningsnummer'; readonly id: string }
  | {
      readonly kind: 'none';
      readonly why: 'without century' | 'not of twelve digits' | 'with an impossible date or check digit';
    };

const isDigits = (text: string): boolean => {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
};

function luhnHolds(tenDigits: string): boolean {
  let sum = 0;
  for (let index = 0; index < 10; index += 1) {
    const digit = (tenDigits.charCodeAt(index) - 48) * (index % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** Accepts `YYYYMMDDNNNC` and `YYYYMMDD-NNNC`. A samordningsnummer sent as a personnummer is told by its day (61–91). */
export function nationalNumber(text: string): NationalNumber {
  const hasMark = text.length > 5 && (text.at(-5) === '-' || text.at(-5) === '+');
  const bare = hasMark ? text.slice(0, -5) + text.slice(-4) : text;
  if (!isDigits(bare) || bare.length !== 12) {
    return { kind: 'none', why: bare.length === 10 && isDigits(bare) ? 'without century' : 'not of twelve digits' };
  }
  const year = Number(bare.slice(0, 4));
  const month = Number(bare.slice(4, 6));
  const written = Number(bare.slice(6, 8));
  const isCoordination = written > 60;
  const day = isCoordination ? written - 60 : written;
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists =
    year >= 1800 && month >= 1 && day >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || month > 12 || !luhnHolds(bare.slice(2))) {
    return { kind: 'none', why: 'with an impossible date or check digit' };
  }
  return { kind: isCoordination ? 'samordningsnummer' : 'personnummer', id: bare };
}
