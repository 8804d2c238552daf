import { field, fields, texts, type Fields } from '../../resources/fields.ts';
import { isInt64, goType } from '../printed.ts';
import { CelFailure, noOverload } from './failure.ts';
import { celName } from './names.ts';
import { durationOf, timestampOf } from './times.ts';
import { List, Mapping, Native, type Value } from './values.ts';

/**
 * A value of an object as CEL sees it by its schema; a failure if it is of another type. Source: Kubernetes, apiserver pkg/cel/common, UnstructuredToVal.
 */
export function typed(value: unknown, schema: Fields): Value {
  if (value === null || value === undefined) {
    return schema['nullable'] === true ? null : new CelFailure('invalid data, got null for schema with nullable=false');
  }
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (typeof value === 'string') return value;
    return isInt64(value)
      ? BigInt(value)
      : new CelFailure('invalid data, expected XIntOrString value to be either a string or integer');
  }
  switch (schema['type']) {
    case 'object': {
      const record = fields(value);
      return record === undefined
        ? strange('a map for the provided schema with type=object')
        : new Typed(record, schema);
    }
    case 'array':
      if (!Array.isArray(value)) return strange('an array for the provided schema with type=array');
      if (fields(schema['items']) === undefined) {
        return new CelFailure('invalid array type, expected Items with a non-empty Schema');
      }
      return new TypedList(value, schema);
    case 'string':
      return typeof value === 'string' ? typedText(value, schema['format']) : strange('string', value);
    case 'number':
      return typeof value === 'number' ? value : strange('float', value);
    case 'integer':
      return isInt64(value) ? BigInt(value) : strange('int', value);
    case 'boolean':
      return typeof value === 'boolean' ? value : strange('bool', value);
    default:
      return new Native('unknown', value);
  }
}

function strange(expected: string, value?: unknown): CelFailure {
  const found = value === undefined ? '' : `, got ${goType(value)}`;
  return new CelFailure(`invalid data, expected ${expected}${found}`);
}

function typedText(value: string, format: unknown): Value {
  switch (format) {
    case 'duration':
      return durationOf(value) ?? new CelFailure(`Invalid duration ${value}: unable to parse ${value} as duration`);
    case 'date':
      return timestampOf(`${value}T00:00:00Z`) ?? new CelFailure(`Invalid date formatted string ${value}`);
    case 'date-time':
      return timestampOf(value) ?? new CelFailure(`Invalid date-time formatted string ${value}`);
    case 'byte':
      return Uint8Array.from(Buffer.from(value, 'base64url'));
    default:
      return value;
  }
}

/** A list of an object. */
export class TypedList extends List {
  readonly #items: readonly unknown[];
  readonly #schema: Fields;
  readonly #of: Fields;

  constructor(items: readonly unknown[], schema: Fields) {
    super();
    this.#items = items;
    this.#schema = schema;
    this.#of = fields(schema['items']) ?? {};
  }

  get size(): number {
    return this.#items.length;
  }

  get isSet(): boolean {
    return this.#schema['x-kubernetes-list-type'] === 'set' || this.#schema['x-kubernetes-list-type'] === 'map';
  }

  at(index: number): Value {
    return typed(this.#items[index], this.#of);
  }

  /** The names of the fields by which items are told apart; none for a list that is not a map. */
  get keyNames(): readonly string[] {
    return this.#schema['x-kubernetes-list-type'] === 'map' ? texts(this.#schema, 'x-kubernetes-list-map-keys') : [];
  }
}

/** An object, or a map with free keys. */
export class Typed extends Mapping {
  readonly raw: Fields;
  readonly #properties: Fields | undefined;
  readonly #others: Fields | undefined;
  readonly #names: ReadonlyMap<string, string>;

  constructor(raw: Fields, schema: Fields) {
    super();
    this.raw = raw;
    this.#properties = fields(schema['properties']);
    this.#others = fields(schema['additionalProperties']);
    this.#names = this.#properties === undefined ? noNames : namesOf(this.#properties);
  }

  get size(): number {
    return Object.keys(this.raw).length;
  }

  find(key: Value): Value | undefined {
    if (typeof key !== 'string') throw noOverload();
    const name = this.#properties === undefined ? key : this.#names.get(key);
    if (name === undefined || !Object.hasOwn(this.raw, name)) return undefined;
    const value = this.raw[name];
    if (this.#properties === undefined) return this.#others === undefined ? undefined : typed(value, this.#others);
    // A null of a field that may be null is the same as no field.
    return value === null ? undefined : typed(value, fields(field(this.#properties, name)) ?? {});
  }

  *keys(): Iterable<Value> {
    for (const name of Object.keys(this.raw)) {
      if (this.#properties === undefined) {
        if (this.#others !== undefined) yield name;
      } else if (Object.hasOwn(this.#properties, name)) yield celName(name);
    }
  }
}

const noNames: ReadonlyMap<string, string> = new Map();
const namesBySchema = new WeakMap<Fields, ReadonlyMap<string, string>>();

/** The properties of a schema by the names that rules use. */
function namesOf(properties: Fields): ReadonlyMap<string, string> {
  const known = namesBySchema.get(properties);
  if (known !== undefined) return known;
  const names = new Map(Object.keys(properties).map((name) => [celName(name), name]));
  namesBySchema.set(properties, names);
  return names;
}
