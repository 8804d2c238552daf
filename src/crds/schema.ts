import { isIPv4, isIPv6 } from 'node:net';
import { Ajv, type ValidateFunction } from 'ajv';
import { fields, type Fields } from '../resources/fields.ts';
import { patternOf } from './patterns.ts';
import { schemaFlaws, type SchemaFlaw } from './schema-messages.ts';

/**
 * Compiles a structural schema. Gives a function that checks a settled object and tells what the API server would, in its words.
 */
export function schemaCheck(schema: Fields): (object: unknown) => SchemaFlaw[] {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    validateSchema: false,
    logger: false,
    verbose: true,
    formats,
    code: { regExp: Object.assign(expression, { code: 'expression' }) },
  });
  const validate: ValidateFunction = ajv.compile(fields(jsonSchemaOf(schema, true)) ?? {});
  return (object) => (validate(object) ? [] : schemaFlaws(validate.errors ?? []));
}

/** Ajv tells expressions apart by what they are as a text. */
function expression(source: string): { test: (text: string) => boolean; toString: () => string } {
  return { test: patternOf(source), toString: () => source };
}

const isBase64 = patternOf('^[A-Za-z0-9+/]*={0,2}$');
const hasDateTimeForm = patternOf(
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$',
);

const formats = {
  ipv4: isIPv4,
  ipv6: isIPv6,
  'date-time': isDateTime,
  date: (text: string) => isDateTime(`${text}T00:00:00Z`),
  byte: (text: string) => text.length % 4 === 0 && isBase64(text),
  uuid: patternOf('^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$'),
  int32: { type: 'number', validate: (number: number) => number >= -(2 ** 31) && number < 2 ** 31 },
  int64: { type: 'number', validate: (number: number) => number >= -(2 ** 63) && number < 2 ** 63 },
} as const;

function isDateTime(text: string): boolean {
  return hasDateTimeForm(text) && !Number.isNaN(Date.parse(text));
}

/** Keywords that hold one schema, a list of schemas, or schemas by name; the same words in OpenAPI v3 and JSON Schema. */
const single = ['items', 'additionalProperties', 'not'];
const several = ['allOf', 'anyOf', 'oneOf'];
const plain = [
  'type',
  'format',
  'nullable',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
];

/** The same schema in JSON Schema's words: without what Kubernetes added, which is checked elsewhere, and OpenAPI's exclusive bounds as numbers. */
function jsonSchemaOf(schema: unknown, isRoot = false): unknown {
  const from = fields(schema);
  if (from === undefined) return schema;
  const result: Record<string, unknown> = {};
  for (const keyword of plain) if (Object.hasOwn(from, keyword)) result[keyword] = from[keyword];
  for (const keyword of single) if (Object.hasOwn(from, keyword)) result[keyword] = jsonSchemaOf(from[keyword]);
  for (const keyword of several) {
    const schemas = from[keyword];
    if (Array.isArray(schemas)) result[keyword] = schemas.map((one) => jsonSchemaOf(one));
  }
  const properties = fields(from['properties']);
  if (properties !== undefined) {
    // The metadata of an object are Kubernetes' own to check.
    const own = Object.entries(properties).filter(([name]) => !isRoot || name !== 'metadata');
    result['properties'] = Object.fromEntries(own.map(([name, property]) => [name, jsonSchemaOf(property)]));
  }
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const isExclusive = result[exclusive] === true;
    if (isExclusive) result[exclusive] = result[bound];
    else Reflect.deleteProperty(result, exclusive);
    if (isExclusive) Reflect.deleteProperty(result, bound);
  }
  if (from['x-kubernetes-int-or-string'] === true) result['type'] = ['integer', 'string'];
  return result;
}
