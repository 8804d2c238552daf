import { record } from './fields.ts';
import type { Kind } from './kinds.ts';

/** The newest release of the Gateway API whose maxima are in the table, as its CRDs name it. */
export const newestRelease = 'v1.6.1';

/** A field that holds more than any release of its CRD allows. */
export interface Excess {
  /** The field, as the API server writes it: `spec.rules[2].matches`. */
  readonly path: string;
  /** How many items the list has, or how many characters the text. */
  readonly count: number;
  readonly maximum: number;
  readonly unit: 'items' | 'characters';
}

/** The maxima of a list. */
interface ListMaxima {
  readonly items: number;
  /** How many characters each item may have, in a list of texts. */
  readonly characters?: number;
  /** The maxima of the lists in each item. */
  readonly inEach?: Maxima;
}

/** By field; a field of a record in the object is written with a dot. */
type Maxima = Readonly<Record<string, ListMaxima>>;

const parentRefs: ListMaxima = { items: 32 };
const filters: ListMaxima = { items: 16 };
const backendRefs: ListMaxima = { items: 16, inEach: { filters } };
/** A hostname is a DNS name: 253 characters in every release. */
const hostnames = (items: number): ListMaxima => ({ items, characters: 253 });
const rulesWith = (inEach: Maxima): ListMaxima => ({ items: 16, inEach });
const plainRules = rulesWith({ backendRefs: { items: 16 } });
const listeners: ListMaxima = {
  items: 64,
  inEach: { 'allowedRoutes.kinds': { items: 8 }, 'tls.certificateRefs': { items: 64 } },
};

/**
 * How many items the lists that rules walk may have, by kind and field below `spec`: the highest maximum of any release and channel, so that what one
 * release allows is never too long. Sources: the Gateway API's CRDs of v0.6.2 and v1.6.1, both channels, every version, fields `maxItems` and
 * `maxLength` (`matches` had 8 before v1.0, `hostnames` of TLSRoute 16). The lists of other kinds have no maximum.
 */
export const maxima: Readonly<Partial<Record<Kind, Maxima>>> = {
  Gateway: { listeners },
  ListenerSet: { listeners },
  HTTPRoute: {
    parentRefs,
    hostnames: hostnames(16),
    rules: rulesWith({
      matches: { items: 64, inEach: { headers: { items: 16 }, queryParams: { items: 16 } } },
      filters,
      backendRefs,
    }),
  },
  GRPCRoute: {
    parentRefs,
    hostnames: hostnames(16),
    rules: rulesWith({ matches: { items: 64, inEach: { headers: { items: 16 } } }, filters, backendRefs }),
  },
  TCPRoute: { parentRefs, rules: plainRules },
  TLSRoute: { parentRefs, hostnames: hostnames(1024), rules: plainRules },
  UDPRoute: { parentRefs, rules: plainRules },
  ReferenceGrant: { from: { items: 16 }, to: { items: 16 } },
};

/**
 * The first field of an object that holds more than its kind's maxima; `undefined` if there is none. Takes the object's `spec` as parsed JSON, or an object that has
 * been read. Looks at the outer lists first, so that the work is bounded by the maxima, however large the object is.
 */
export function excessOf(kind: Kind, spec: unknown): Excess | undefined {
  const own = prepared.get(kind);
  return own === undefined ? undefined : excessIn(spec, own, 'spec.');
}

interface Prepared {
  readonly name: string;
  readonly path: readonly string[];
  readonly items: number;
  readonly characters: number | undefined;
  readonly inEach: readonly Prepared[];
}

function prepare(table: Maxima): Prepared[] {
  return Object.entries(table).map(([name, { items, characters, inEach = {} }]) => ({
    name,
    path: name.split('.'),
    items,
    characters,
    inEach: prepare(inEach),
  }));
}

/** The table taken apart once: this is asked of every object under review. */
const prepared: ReadonlyMap<string, readonly Prepared[]> = new Map(
  Object.entries(maxima).map(([kind, table]) => [kind, prepare(table)]),
);

function excessIn(value: unknown, own: readonly Prepared[], at: string): Excess | undefined {
  for (const { name, path, items } of own) {
    const count = listAt(value, path).length;
    if (count > items) return { path: `${at}${name}`, count, maximum: items, unit: 'items' };
  }
  for (const { name, path, characters, inEach } of own) {
    if (characters === undefined && inEach.length === 0) continue;
    const list = listAt(value, path);
    for (let index = 0; index < list.length; index += 1) {
      const item = list[index];
      if (characters !== undefined && typeof item === 'string' && item.length > characters) {
        return { path: `${at}${name}[${index}]`, count: item.length, maximum: characters, unit: 'characters' };
      }
      const inner = inEach.length === 0 ? undefined : excessIn(item, inEach, '');
      if (inner !== undefined) return { ...inner, path: `${at}${name}[${index}].${inner.path}` };
    }
  }
  return undefined;
}

const noItems: readonly unknown[] = [];

function listAt(value: unknown, path: readonly string[]): readonly unknown[] {
  let here = value;
  for (const part of path) here = record(here)[part];
  return Array.isArray(here) ? here : noItems;
}
