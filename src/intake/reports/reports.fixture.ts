// Two numbers on paper and the smallest PDF there is: what tests of printed lists share.

export const KARIN = '18900101-9802';
export const YUSUF = '18900102-9819';

/** A PDF as small as one can be: each page is lines of text from the top. */
export function pdfOf(pages: readonly (readonly string[])[], picture: string | null = null): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_page, index) => `${4 + index * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  const last = 4 + pages.length * 2;
  const drawn = picture === null ? '' : ` /XObject << /I ${last} 0 R >>`;
  pages.forEach((lines, index) => {
    const text = lines
      .map((line, row) => `1 0 0 1 50 ${800 - row * 20} Tm (${line.replace(/[()\\]/g, '\\$&')}) Tj`)
      .join(' ');
    const content = `BT /F1 12 Tf ${text} ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >>${drawn} >> /Contents ${5 + index * 2} 0 R >>`,
    );
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  });
  if (picture !== null)
    objects.push(
      `<< /Type /XObject /Subtype /Image /Width 1000 /Height ${picture.length / 1000} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${picture.length} >>\nstream\n${picture}\nendstream`,
    );
  let out = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const start = out.length;
  out += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer << /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`;
  return Buffer.from(out, 'latin1');
}
