import type { CelFailure } from './failure.ts';

/**
 * A value of CEL: `int` is a bigint, `double` a number. A failure stands for a value that cannot be had; whoever uses it fails.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Duration
  | Timestamp
  | Optional
  | TypeName
  | List
  | Mapping
  | Native
  | CelFailure;

/** CEL's `uint`. */
export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

export class Duration {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class Timestamp {
  /** Since 1970. */
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** A value, or none. */
export class Optional {
  readonly value: Value | undefined;

  constructor(value?: Value) {
    this.value = value;
  }
}

/** What `type(x)` gives. */
export class TypeName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A value of a library of functions, such as a format; only those functions know what to do with it. */
export class Native {
  readonly type: string;
  readonly value: unknown;

  constructor(type: string, value: unknown) {
    this.type = type;
    this.value = value;
  }
}

/** A list; its items are translated when they are asked for. */
export abstract class List {
  abstract readonly size: number;
  abstract at(index: number): Value;

  /** Whether the same items in another order make the same list. */
  abstract readonly isSet: boolean;

  *[Symbol.iterator](): Generator<Value> {
    for (let index = 0; index < this.size; index += 1) yield this.at(index);
  }
}

/** A list that an expression makes. */
export class MadeList extends List {
  readonly isSet = false;
  readonly #items: readonly Value[];

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  get size(): number {
    return this.#items.length;
  }

  at(index: number): Value {
    return this.#items[index] ?? null;
  }
}

/** A map, or an object whose fields are its keys. */
export abstract class Mapping {
  abstract readonly size: number;
  /** `undefined` if the key is not in it. */
  abstract find(key: Value): Value | undefined;
  abstract keys(): Iterable<Value>;
}

/** A map that an expression makes. */
export class MadeMap extends Mapping {
  readonly #entries = new Map<unknown, readonly [Value, Value]>();

  constructor(entries: Iterable<readonly [Value, Value]>) {
    super();
    for (const entry of entries) this.#entries.set(identity(entry[0]), entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  find(key: Value): Value | undefined {
    return this.#entries.get(identity(key))?.[1];
  }

  *keys(): Iterable<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
}

/** A value as messages show it. */
export function shown(value: Value): string {
  if (value instanceof Uint) return String(value.value);
  return typeof value === 'object' && value !== null ? '' : String(value);
}

/** Numbers of every type are one key if they are equal. */
function identity(key: Value): unknown {
  if (key instanceof Uint) return key.value;
  return typeof key === 'number' && Number.isInteger(key) ? BigInt(key) : key;
}
