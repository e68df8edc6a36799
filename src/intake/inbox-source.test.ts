import { describe, expect, it } from 'vitest';
import { sourceId } from '../domain/identity.ts';
import { peekHeader, recogniseSource, unknownSource, wholeControlId } from './inbox-source.ts';

const header = (text: string) => peekHeader(Buffer.from(text, 'latin1'));
const declared = (id: string, match: { application?: string; facility?: string }) => ({
  ...unknownSource(header('')),
  id: sourceId(id),
  match,
});

describe('telling whose message it is', () => {
  it('reads application, facility and control id by the header’s own delimiters', () => {
    expect(header('MSH|^~\\&|COSMIC^1.2|KIR^X|RK|RK|20261122||ADT^A01|77|P|2.5\rPID|1')).toEqual({
      application: 'COSMIC',
      facility: 'KIR',
      controlId: '77',
    });
    expect(header('MSH#*~\\&#LAB*1#S:T#RK#RK#2026##ORU*R01#a1#P#2.3\nPID#1').application).toBe('LAB');
  });

  it('knows a sender also in UTF-16, with and without byte order mark', () => {
    const text = 'MSH|^~\\&|JOURNAL|KIR|RK|RK|20261122||ADT^A01|77|P|2.5\rPID|1';
    const known = { application: 'JOURNAL', facility: 'KIR', controlId: '77' };
    expect(peekHeader(Buffer.from(text, 'utf16le'))).toEqual(known);
    expect(peekHeader(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(known);
    expect(peekHeader(Buffer.from(`\ufeff${text}`, 'utf16le').swap16())).toEqual(known);
  });

  it('finds nothing in what is not a message, without failing', () => {
    for (const text of ['', 'MSH', 'MSH|', 'hej', '\x00\xff'])
      expect(header(text)).toEqual({ application: '', facility: '', controlId: null });
  });

  it('does not read past the header line', () => {
    expect(header('MSH|^~\\&|LAB\rPID|1|||||||77').controlId).toBeNull();
  });

  it('prefers the declaration that says most', () => {
    const byName = declared('a', { application: 'LAB' });
    const byBoth = declared('b', { application: 'LAB', facility: 'NORR' });
    const byHouse = declared('c', { facility: 'NORR' });
    const sources = [byHouse, byName, byBoth];
    expect(recogniseSource(header('MSH|^~\\&|LAB|NORR'), sources)?.id).toBe('b');
    expect(recogniseSource(header('MSH|^~\\&|LAB|SYD'), sources)?.id).toBe('a');
    expect(recogniseSource(header('MSH|^~\\&|RTG|NORR'), sources)?.id).toBe('c');
    expect(recogniseSource(header('MSH|^~\\&|RTG|SYD'), sources)).toBeUndefined();
  });

  it('never gives a sender to a declaration that matches everything', () => {
    expect(recogniseSource(header('MSH|^~\\&|RTG|SYD'), [declared('a', {})])).toBeUndefined();
  });

  it('gives an undeclared sender a source of its own that feeds nothing and loses every conflict', () => {
    const source = unknownSource(header('MSH|^~\\&|RTG^9|SYD'));
    expect(source).toMatchObject({ id: expect.stringMatching(/^unknown:[0-9a-f]{12}$/), feeds: [], rank: 1_000_000 });
    expect(source.name).toBe('Okänd avsändare RTG SYD');
    expect(unknownSource(header('MSH|^~\\&|RTG|SYD')).id).toBe(source.id);
    expect(unknownSource(header('MSH|^~\\&|RTG|NORR')).id).not.toBe(source.id);
  });

  it('carries nothing a sender wrote into an id that people paste, and no number into its name', () => {
    const { id, name } = unknownSource(header('MSH|^~\\&|$(touch /tmp/x)|19121212-1212'));
    expect(id).toMatch(/^unknown:[0-9a-f]{12}$/);
    expect(name).toBe('Okänd avsändare $(touch /tmp/x) …');
  });
});

describe('a message that was cut off', () => {
  const idOf = (text: string) => wholeControlId(Buffer.from(text));
  it('is known again by its control id, when the cut lies behind it', () => {
    expect(idOf('MSH|^~\\&|JOURNAL|KIR|||20261122||ADT^A01|77|P|2.5\rPID|1')).toBe('77');
    expect(idOf('MSH|^~\\&|JOURNAL|KIR|||20261122||ADT^A01|77|')).toBe('77');
    expect(idOf('MSH|^~\\&|JOURNAL|KIR|||20261122||ADT^A01|7')).toBeNull();
    expect(idOf('PID|1')).toBeNull();
  });
});
