// Paper asked for from the app: on the unit's printer, or as a file on somebody's screen. The print room tells the ledger itself, before
// the first byte leaves; nothing here names a patient in an address.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Chart } from '../../domain/chart/chart.ts';
import { type PatientKey, patientKey, type UnitId, unitId } from '../../domain/identity.ts';
import type { PatientCopy } from '../../domain/patient-copy.ts';
import { PRINTER_TEST_STATES, type PrinterLine } from '../../domain/printing/printer-test.ts';
import {
  PRINT_STATES,
  type PrintersTold,
  type PrintProgress,
  type PrintStarted,
  UNIT_PAPERS,
  type UnitPaper,
} from '../../domain/printing/printing.ts';
import { limits } from '../../limits.ts';
import { type GuardOptions, readShown } from '../access/guard.ts';
import { STATION_AUTHOR } from '../recording.ts';
import { At, Closed, Name, NotLogged } from './schema-parts.ts';

interface By {
  readonly author: string;
  readonly name: string;
}
interface UnitAsked {
  readonly unit: UnitId;
  readonly what: UnitPaper;
  readonly only: readonly PatientKey[] | null;
  readonly by: By;
}
interface ChartAsked {
  readonly chart: Chart;
  readonly unit: UnitId;
  readonly opened: string | null;
  readonly by: By;
}
interface To {
  readonly printer: string;
  readonly again: boolean;
}
interface Pages {
  readonly title: string;
  readonly pdf: Uint8Array;
  readonly isTold: boolean;
}

/** The station's print room, as its routes know it. `isTold`: it is in the ledger. */
export interface PrintPort {
  readonly printers: readonly { readonly id: string; readonly name: string; readonly units: readonly UnitId[] }[];
  readonly prints: readonly PrintProgress[];
  printerLines(): readonly PrinterLine[];
  testPrinter(id: string, by: By): Promise<{ readonly print: PrintProgress; readonly isTold: boolean }>;
  printUnit(asked: UnitAsked & To): Promise<{ readonly print: PrintProgress; readonly isTold: boolean }>;
  printChart(asked: ChartAsked & To): Promise<{ readonly print: PrintProgress; readonly isTold: boolean }>;
  unitPdf(asked: UnitAsked): Promise<Pages>;
  chartPdf(asked: ChartAsked): Promise<Pages>;
}

export interface PrintRouteOptions extends GuardOptions {
  readonly prints: PrintPort;
  readonly chart: (copy: PatientCopy) => Chart;
}

const Key = Type.String({ pattern: '^[a-z2-7]{26}$' });
const ToPrinter = { printer: Name, again: Type.Optional(Type.Boolean()) };
const UnitPages = {
  unit: Name,
  what: Type.Union(UNIT_PAPERS.map((one) => Type.Literal(one))),
  only: Type.Optional(Type.Array(Key, { minItems: 1, maxItems: limits.unitCopyPatientsMax })),
};
const ChartPages = {
  key: Key,
  unit: Name,
  at: At,
};
const Progress = Type.Unsafe<PrintProgress>(
  Type.Object({
    number: Type.Integer(),
    unit: Type.Union([Type.String(), Type.Null()]),
    what: Type.String(),
    printer: Type.String(),
    by: Type.String(),
    askedAt: Type.Integer(),
    state: Type.Union(PRINT_STATES.map((one) => Type.Literal(one))),
    words: Type.String(),
    failure: Type.Union([Type.String(), Type.Null()]),
  }),
);
const Started = Type.Object({ print: Progress, ...NotLogged });
const Lines = Type.Unsafe<{ readonly printers: readonly PrinterLine[] }>(
  Type.Object({
    printers: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        units: Type.Array(Type.String()),
        state: Type.Union(PRINTER_TEST_STATES.map((one) => Type.Literal(one))),
        words: Type.String(),
        testedAt: Type.Union([Type.Integer(), Type.Null()]),
        trouble: Type.Union([Type.Literal('failed'), Type.Literal('untested'), Type.Null()]),
      }),
    ),
  }),
);
const Pdf = {
  description: 'sidorna',
  content: { 'application/pdf': { schema: Type.String({ format: 'binary' }) } },
};
const NOT_TOLD = 'Utskriften är gjord, men är inte skriven i liggaren än.';

export function registerPrints(plain: FastifyInstance, options: PrintRouteOptions): void {
  const server = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { prints } = options;
  const chartAsked = (request: FastifyRequest, asked: { key: string; unit: string; at?: number }): ChartAsked => {
    const { key, unit, at } = asked;
    if (request.caller.kind === 'person') options.access.requireUnit(request.caller.session, unitId(unit));
    const copy = readShown(request, options, { key: patientKey(key), asOf: at, rowsMax: limits.paperRowsMax });
    return { chart: options.chart(copy), unit: unitId(unit), opened: openedOf(request), by: printedBy(request) };
  };

  server.get(
    '/prints/:unit',
    { schema: { summary: 'Enhetens skrivare, och vad som skrivs ut', params: Type.Object({ unit: Name }) } },
    ({ params: { unit } }): PrintersTold => ({
      printers: prints.printers
        .map(({ id, name, units }) => ({ id, name, isOwn: units.includes(unitId(unit)) }))
        .sort((a, b) => Number(b.isOwn) - Number(a.isOwn)),
      prints: prints.prints.filter((print) => print.unit === unit),
    }),
  );
  server.get(
    '/printers',
    { schema: { summary: 'Stationens skrivare, och vad den senaste provsidan sade', response: { 200: Lines } } },
    () => ({ printers: prints.printerLines() }),
  );
  server.post(
    '/printers/test',
    {
      schema: {
        summary: 'Skriv ut en provsida, utan patientuppgifter',
        body: Closed({ printer: Name }),
        response: { 200: Started },
      },
    },
    async (request) => started(await prints.testPrinter(request.body.printer, printedBy(request))),
  );
  server.post(
    '/prints/unit',
    {
      schema: {
        summary: 'Skriv ut en enhet, mina patienter eller en lista',
        body: Closed({ ...UnitPages, ...ToPrinter }),
        response: { 200: Started },
      },
    },
    async (request) => {
      const { printer, again = false } = request.body;
      return started(await prints.printUnit({ ...unitAsked(request, request.body), printer, again }));
    },
  );
  server.post(
    '/prints/chart',
    {
      schema: {
        summary: 'Skriv ut en patients läsblad',
        body: Closed({ ...ChartPages, ...ToPrinter }),
        response: { 200: Started },
      },
    },
    async (request) => {
      const { printer, again = false } = request.body;
      return started(await prints.printChart({ ...chartAsked(request, request.body), printer, again }));
    },
  );
  server.post(
    '/papers/unit',
    { schema: { summary: 'Enhetens papper som fil', body: Closed(UnitPages), response: { 200: Pdf } } },
    async (request, reply) => sendPages(reply, await prints.unitPdf(unitAsked(request, request.body))),
  );
  server.post(
    '/papers/chart',
    { schema: { summary: 'En patients läsblad som fil', body: Closed(ChartPages), response: { 200: Pdf } } },
    async (request, reply) => sendPages(reply, await prints.chartPdf(chartAsked(request, request.body))),
  );
}

function unitAsked(
  request: FastifyRequest,
  { unit, what, only }: { readonly unit: string; readonly what: UnitPaper; readonly only?: readonly string[] },
): UnitAsked {
  return { unit: unitId(unit), what, only: only?.map(patientKey) ?? null, by: printedBy(request) };
}

function printedBy({ caller }: FastifyRequest): By {
  if (caller.kind !== 'person') return { author: STATION_AUTHOR, name: 'stationens program' };
  const { id, name, title } = caller.session.person;
  return { author: id, name: `${name}, ${title}` };
}

const openedOf = ({ opened }: FastifyRequest): string | null => opened?.how ?? null;

const started = ({ print, isTold }: PrintStarted & { readonly isTold: boolean }): PrintStarted => ({
  ...(isTold ? {} : { notLogged: NOT_TOLD }),
  print,
});

function sendPages(reply: FastifyReply, { pdf, isTold }: Pages): FastifyReply {
  if (!isTold) reply.header('reservkraft-not-logged', '1');
  reply.header('content-disposition', 'attachment; filename="reservkraft.pdf"');
  return reply.type('application/pdf').send(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength));
}
