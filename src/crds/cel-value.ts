import { field, fields, type Fields } from '../resources/fields.ts';

/** CEL's own words, which a property may not have as its name. Source: Kubernetes, CRD validation rules, "Escaping". */
const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** The name by which rules speak of a property: `namespace` is `__namespace__`, `x-y` is `x__dash__y`. */
export function celName(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** Values as CEL sees them by their schemas; a list or an object is translated once, however many rules read it. */
export class CelValues {
  readonly #known = new Map<unknown, Map<Fields, unknown>>();

  /** Whole numbers are BigInts, moments are Dates, properties have CEL's names, maps with free keys are Maps. The value itself is not changed. */
  of(value: unknown, schema: Fields): unknown {
    if (typeof value !== 'object' || value === null) return scalar(value, schema);
    const bySchema = this.#known.get(value) ?? new Map<Fields, unknown>();
    this.#known.set(value, bySchema);
    const known = bySchema.get(schema);
    if (known !== undefined) return known;
    const translated = this.#compound(value, schema);
    bySchema.set(schema, translated);
    return translated;
  }

  #compound(value: object, schema: Fields): unknown {
    if (Array.isArray(value)) {
      const items = fields(schema['items']) ?? {};
      return value.map((item) => this.of(item, items));
    }
    const record = fields(value) ?? {};
    const properties = fields(schema['properties']);
    if (properties === undefined) {
      const others = fields(schema['additionalProperties']) ?? {};
      return new Map(Object.entries(record).map(([name, inner]) => [name, this.of(inner, others)]));
    }
    const result: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(record)) {
      const known = fields(field(properties, name));
      // A null of a field that may be null is the same as no field.
      if (known !== undefined && inner !== null) result[celName(name)] = this.of(inner, known);
    }
    return result;
  }
}

function scalar(value: unknown, schema: Fields): unknown {
  if (typeof value === 'number') {
    return Number.isInteger(value) && schema['type'] !== 'number' ? BigInt(value) : value;
  }
  if (typeof value !== 'string' || schema['type'] !== 'string') return value;
  switch (schema['format']) {
    case 'date':
    case 'date-time':
      return new Date(value);
    case 'byte':
      return Uint8Array.from(Buffer.from(value, 'base64'));
    default:
      return value;
  }
}
