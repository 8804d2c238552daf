import { field, fields, texts, type Fields } from '../resources/fields.ts';
import { isSame } from './same.ts';

/**
 * A value and the one that stood in its place before an update. On an update the API server says nothing of what is wrong in a value that did not
 * change. Source: Kubernetes, apiserver pkg/cel/common/equality.go.
 */
export class Correlated {
  readonly value: unknown;
  readonly old: unknown;
  readonly #schema: Fields;
  readonly #children = new Map<string | number, Correlated | undefined>();
  #byKey: ReadonlyMap<string, unknown> | undefined;
  #isUnchanged: boolean | undefined;

  constructor(value: unknown, old: unknown, schema: Fields) {
    this.value = value;
    this.old = old;
    this.#schema = schema;
  }

  /**
   * Whether the value is what it was before. The order of a list that is a map does not count; what the schema does not know counts as changed,
   * because the API server cannot follow it.
   */
  get isUnchanged(): boolean {
    this.#isUnchanged ??= this.#compare();
    return this.#isUnchanged;
  }

  #compare(): boolean {
    const { value, old } = this;
    if (Array.isArray(value) && Array.isArray(old)) {
      if (this.#schema['x-kubernetes-list-type'] !== 'map') return isSame(value, old);
      return value.length === old.length && value.every((_item, index) => this.child(index)?.isUnchanged === true);
    }
    const [now, before] = [fields(value), fields(old)];
    if (now === undefined || before === undefined) return isSame(value, old);
    const names = Object.keys(now);
    return names.length === Object.keys(before).length && names.every((name) => this.child(name)?.isUnchanged === true);
  }

  /** What stands in a field, if it stood there before; in an item, if the list is a map and the key was in it. */
  child(step: string | number): Correlated | undefined {
    if (this.#children.has(step)) return this.#children.get(step);
    const child = typeof step === 'number' ? this.#item(step) : this.#field(step);
    this.#children.set(step, child);
    return child;
  }

  #field(name: string): Correlated | undefined {
    const [now, before] = [fields(this.value), fields(this.old)];
    if (now === undefined || before === undefined) return undefined;
    if (!Object.hasOwn(now, name) || !Object.hasOwn(before, name)) return undefined;
    const schema = fields(field(this.#schema['properties'], name)) ?? fields(this.#schema['additionalProperties']);
    return schema && new Correlated(now[name], before[name], schema);
  }

  #item(index: number): Correlated | undefined {
    const items = fields(this.#schema['items']);
    if (!Array.isArray(this.value) || !Array.isArray(this.old) || items === undefined) return undefined;
    const item: unknown = this.value[index];
    this.#byKey ??= itemsByKey(this.old, this.#schema);
    const key = mapKey(item, this.#schema);
    const old = key === undefined ? undefined : this.#byKey.get(key);
    return old === undefined ? undefined : new Correlated(item, old, items);
  }
}

/** The items of a list that is a map by its schema, by their keys, the first of a key; none of any other list. */
export function itemsByKey(items: readonly unknown[], schema: Fields): ReadonlyMap<string, unknown> {
  const result = new Map<string, unknown>();
  for (const item of items) {
    const key = mapKey(item, schema);
    if (key !== undefined && !result.has(key)) result.set(key, item);
  }
  return result;
}

/** The key of an item of a list that is a map by its schema; `undefined` if it has none, or one that is a list or an object. */
export function mapKey(item: unknown, schema: Fields): string | undefined {
  const keys = texts(schema, 'x-kubernetes-list-map-keys');
  if (schema['x-kubernetes-list-type'] !== 'map' || keys.length === 0 || fields(item) === undefined) return undefined;
  const values = keys.map((key) => field(item, key));
  const isScalar = values.every((value) => ['boolean', 'number', 'string'].includes(typeof value));
  return isScalar ? JSON.stringify(values) : undefined;
}
