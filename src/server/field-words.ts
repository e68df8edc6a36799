// Which field of a question is wrong, and what is allowed there. Never what stood there, nor the name of a field we do not know:
// either could be somebody's number.

import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { Failure } from '../domain/failures.ts';

type Compiler = typeof TypeBoxValidatorCompiler;

/** The library's check, its faults in our own words. */
export const fieldCheck: Compiler = (route) => {
  const check = TypeBoxValidatorCompiler(route);
  return (value: unknown) => {
    const result = check(value);
    if (typeof result !== 'object' || !('error' in result) || !Array.isArray(result.error)) return result;
    return {
      error: new Failure('request.invalid', fieldWords(route.schema, result.error, NOUNS[route.httpPart ?? ''])),
    };
  };
};

/** As much of a JSON schema as our routes use. */
interface Described {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

interface Fault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: unknown;
}

const NOUNS: Readonly<Record<string, string>> = { body: 'fältet', querystring: 'parametern', params: 'adressens del' };

function fieldWords(schema: unknown, faults: readonly Fault[], noun = 'fältet'): string {
  const fields = propertiesOf(schema as Described);
  const [missing, wrong] = [new Set<string>(), new Set<string>()];
  let isUnknown = false;
  for (const { keyword, instancePath, params } of faults) {
    const name = instancePath.split('/')[1];
    if (name !== undefined && Object.hasOwn(fields, name)) wrong.add(name);
    else if (keyword === 'required')
      for (const one of (params as { requiredProperties: readonly string[] }).requiredProperties) missing.add(one);
    else if (keyword === 'additionalProperties') isUnknown = true;
  }
  const allowed = (name: string): string => allowedWords(fields[name] ?? {});
  const said = [
    ...[...missing].map((name) => `${noun} ${name} saknas: ${allowed(name)}`),
    ...[...wrong].map((name) => `${noun} ${name} ska vara ${allowed(name)}`),
    ...(isUnknown ? [`en okänd del finns med; det som kan anges är ${Object.keys(fields).join(', ')}`] : []),
  ];
  return said.length > 0 ? said.join('; ') : `frågan ska ha ett objekt med ${Object.keys(fields).join(', ')}`;
}

const propertiesOf = (schema: Described): Readonly<Record<string, Described>> =>
  schema.properties ?? schema.anyOf?.find(({ properties }) => properties !== undefined)?.properties ?? {};

function allowedWords(field: Described): string {
  if (field.anyOf !== undefined) return field.anyOf.map(({ const: word }) => String(word)).join(' eller ');
  switch (field.type) {
    case 'integer':
      return `ett heltal${field.minimum === undefined ? '' : ` från ${field.minimum}`}${field.maximum === undefined ? '' : ` till ${field.maximum}`}`;
    case 'boolean':
      return 'true eller false';
    case 'array':
      return `en lista på högst ${field.maxItems ?? 'några'}, var och en ${allowedWords(field.items ?? {})}`;
    case 'string':
      if (field.pattern !== undefined) return `en text av formen ${field.pattern}`;
      return `en text på ${(field.minLength ?? 0) > 0 ? `${field.minLength} till` : 'högst'} ${field.maxLength ?? 'många'} tecken`;
    default:
      return String(field.const ?? 'ett objekt');
  }
}
