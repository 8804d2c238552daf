import { field, fields, type Fields } from '../resources/fields.ts';

/** CEL's own words, which a property may not have as its name. Source: Kubernetes, CRD validation rules, "Escaping". */
const reserved: ReadonlySet<string> = new Set([
  'true',
  'false',
  'null',
  'in',
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while',
]);

/** The name by which rules speak of a property: `namespace` is `__namespace__`, `x-y` is `x__dash__y`. */
export function celName(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/**
 * A value as CEL sees it by its schema: whole numbers are BigInts, moments are Dates, properties have CEL's names, maps with free keys are Maps. The value itself is not changed.
 */
export function celValue(value: unknown, schema: Fields): unknown {
  if (Array.isArray(value)) {
    const items = fields(field(schema, 'items')) ?? {};
    return value.map((item) => celValue(item, items));
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) && schema['type'] !== 'number' ? BigInt(value) : value;
  }
  if (typeof value === 'string') return schema['format'] === 'date-time' ? new Date(value) : value;
  const record = fields(value);
  if (record === undefined) return value;
  const properties = fields(schema['properties']);
  if (properties === undefined) {
    const others = fields(schema['additionalProperties']) ?? {};
    return new Map(Object.entries(record).map(([name, inner]) => [name, celValue(inner, others)]));
  }
  const known = Object.entries(record).filter(([name]) => Object.hasOwn(properties, name));
  return Object.fromEntries(
    known.map(([name, inner]) => [celName(name), celValue(inner, fields(properties[name]) ?? {})]),
  );
}
