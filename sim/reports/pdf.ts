// The smallest PDF that a record system could print: pages of plain lines in Helvetica, WinAnsi letters, a valid xref.

import { encode } from '../systems/wire.ts';

const PAGE = { width: 595, height: 842, left: 48, top: 790, lineHeight: 15, size: 10 } as const;

const latin = (text: string): Buffer => Buffer.from(encode(text, 'windows-1252'));

const literal = (line: string): Buffer => latin(`(${line.replace(/[\\()]/gu, (sign) => `\\${sign}`)}) Tj T*\n`);

function contentOf(lines: readonly string[]): Buffer {
  return Buffer.concat([
    latin(`BT /F1 ${PAGE.size} Tf ${PAGE.lineHeight} TL ${PAGE.left} ${PAGE.top} Td\n`),
    ...lines.map(literal),
    latin('ET\n'),
  ]);
}

/** One page for each list of lines. Lines are not wrapped: whoever writes them keeps them short. */
export function writePdf(pages: readonly (readonly string[])[]): Buffer {
  const objects: Buffer[] = [];
  const firstPage = 4;
  const kids = pages.map((_, i) => `${firstPage + 2 * i} 0 R`).join(' ');
  objects.push(latin('<< /Type /Catalog /Pages 2 0 R >>'));
  objects.push(latin(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`));
  objects.push(latin('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'));
  for (const [i, lines] of pages.entries()) {
    const stream = contentOf(lines);
    const box = `[0 0 ${PAGE.width} ${PAGE.height}]`;
    objects.push(
      latin(
        `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Resources << /Font << /F1 3 0 R >> >> /Contents ${firstPage + 2 * i + 1} 0 R >>`,
      ),
    );
    objects.push(Buffer.concat([latin(`<< /Length ${stream.length} >>\nstream\n`), stream, latin('endstream')]));
  }
  return assemble(objects);
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n%\xe5\xe4\xf6\xd6\n', 'latin1')];
  let offset = parts[0]?.length ?? 0;
  const offsets: number[] = [];
  for (const [i, object] of objects.entries()) {
    offsets.push(offset);
    const whole = Buffer.concat([latin(`${i + 1} 0 obj\n`), object, latin('\nendobj\n')]);
    parts.push(whole);
    offset += whole.length;
  }
  const entries = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    latin(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${offset}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
