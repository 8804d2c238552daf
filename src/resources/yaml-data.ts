import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  visit,
  type Alias,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { plainKey } from './yaml-scalars.ts';

/** A key that a map has more than once; the last one counts. */
export interface RepeatedKey {
  /** The steps to it from the document's root, itself included. */
  readonly path: readonly (string | number)[];
  /** Where it is, as offsets in the text. */
  readonly offsets: readonly number[];
}

/** Why kubectl refuses a document that YAML allows, with an offset in its text. */
export class DocumentRefusal extends Error {
  readonly offset: number;

  /** `at` is the offset, or a node that begins there. */
  constructor(message: string, at: unknown) {
    super(message);
    this.offset = typeof at === 'number' ? at : (offsetOf(at) ?? 0);
  }
}

/**
 * A document as JSON, as kubectl and Helm convert it: keys are texts; of a key given twice the last counts, even where a merge gives it
 * again; null keys, keys that are collections, numbers that JSON does not have, and aliases that expand to too much are refused.
 * Throws DocumentRefusal. Source: go.yaml.in/yaml/v2 decode.go and sigs.k8s.io/yaml 1.6.
 */
export function dataOf(document: Document, text: string): { data: unknown; repeated: readonly RepeatedKey[] } {
  const conversion = new Conversion(document, text);
  return { data: conversion.value(document.contents), repeated: conversion.repeated };
}

/** The key of a map's entry as a text; `undefined` for one that JSON cannot have. */
export function keyOf(document: Document, key: unknown): string | undefined {
  const node = isAlias(key) ? key.resolve(document) : key;
  return isScalar(node) ? scalarKey(node.value, node.source, node.tag) : undefined;
}

function scalarKey(value: unknown, source = '', tag?: string): string | undefined {
  if (typeof value === 'string') return value;
  return tag === undefined || tag.startsWith('tag:yaml.org,2002:') ? plainKey(source) : source;
}

/** Whether a key merges another map into its own. */
export function isMerge(key: unknown): boolean {
  if (!isScalar(key) || key.value !== '<<') return false;
  return key.tag === 'tag:yaml.org,2002:merge' || (key.tag === undefined && key.type === 'PLAIN');
}

export function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

class Conversion {
  readonly repeated: RepeatedKey[] = [];
  readonly #text: string;
  readonly #hasSlash: boolean;
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #open = new Set<Alias>();
  readonly #path: (string | number)[] = [];
  #flow = 0;
  #steps = 0;
  #stepsInAliases = 0;

  constructor(document: Document, text: string) {
    this.#text = text;
    this.#hasSlash = text.includes('\\/');
    this.#targets = text.includes('*') && text.includes('&') ? targetsOf(document) : new Map<Alias, Node>();
  }

  value(node: unknown): unknown {
    this.#count(node);
    if (isScalar(node)) return this.#scalar(node);
    if (isAlias(node)) return this.#follow(node, (target) => this.value(target));
    if (!isCollection(node)) return null;
    if (node.flow === true) this.#flow += 1;
    const value = isMap(node) ? this.#entries(node) : this.#items(node);
    if (node.flow === true) this.#flow -= 1;
    return value;
  }

  #entries(map: YAMLMap): unknown {
    const entries: Record<string, unknown> = {};
    this.#enter(map, entries);
    return entries;
  }

  #items(list: Node): unknown {
    return isSeq(list) ? list.items.map((item, index) => this.#below(index, item)) : [];
  }

  #below(step: string | number, node: unknown): unknown {
    this.#path.push(step);
    const value = this.value(node);
    this.#path.pop();
    return value;
  }

  #scalar(node: Scalar): unknown {
    const { value, type } = node;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new DocumentRefusal(`${value} is not a number that JSON has.`, node);
    }
    if (this.#flow > 0) this.#refuseIndicator(node);
    if (this.#hasSlash && type === 'QUOTE_DOUBLE') this.#refuseSlash(node);
    return value;
  }

  /** Between brackets, YAML 1.1 reads these as indicators. */
  #refuseIndicator(node: Scalar): void {
    const { source, type } = node;
    if (type !== 'PLAIN' || source === undefined || this.#open.size > 0 || !/^[:?]/.test(source)) return;
    throw new DocumentRefusal(`Quote it: "${source}" cannot begin with ${source.slice(0, 1)} between brackets.`, node);
  }

  #refuseSlash(node: Node): void {
    const [start = 0, end = 0] = node.range ?? [];
    const written = this.#text.slice(start, end).replaceAll('\\\\', '');
    if (written.includes('\\/'))
      throw new DocumentRefusal(String.raw`The escape \/ is one of JSON; YAML reads / as it is.`, node);
  }

  #enter(map: YAMLMap, entries: Record<string, unknown>): void {
    let hasRepeats = false;
    for (const { key, value } of map.items) {
      if (isMerge(key)) {
        this.#merge(value, entries);
        continue;
      }
      const name = this.#key(key);
      hasRepeats ||= Object.hasOwn(entries, name);
      set(entries, name, this.#below(name, value));
    }
    if (hasRepeats && this.#open.size === 0) this.#noteRepeats(map);
  }

  #key(key: unknown): string {
    this.#count(key);
    if (isAlias(key)) return this.#follow(key, (target) => this.#key(target));
    if (isScalar(key) && this.#flow > 0) this.#refuseIndicator(key);
    const name = isScalar(key) ? scalarKey(key.value, key.source, key.tag) : undefined;
    if (name !== undefined) return name;
    const isTemplate = this.#text.startsWith('{{', (offsetOf(key) ?? 1) - 1);
    throw new DocumentRefusal(
      isTemplate
        ? 'This looks like a template of Helm, which must be rendered first: helm template CHART | gateway-guard check -'
        : 'The key of a map must be a text, a number or a boolean.',
      key,
    );
  }

  /** A merge overwrites what was given above it. Of several maps the first counts. */
  #merge(value: unknown, entries: Record<string, unknown>): void {
    const sources = isSeq(value) ? value.items.toReversed() : [value];
    for (const source of sources) {
      this.#count(source);
      if (isMap(source)) this.#enter(source, entries);
      else if (isAlias(source)) {
        this.#follow(source, (target) => {
          if (!isMap(target)) throw new DocumentRefusal('A merge (<<) needs a map, or a list of maps.', source);
          this.#count(target);
          this.#enter(target, entries);
        });
      } else throw new DocumentRefusal('A merge (<<) needs a map, or a list of maps.', source);
    }
  }

  #follow<T>(alias: Alias, read: (target: Node) => T): T {
    const target = this.#targets.get(alias);
    if (target === undefined)
      throw new DocumentRefusal(`Unresolved alias: there is no anchor &${alias.source} above it.`, alias);
    if (this.#open.has(alias)) {
      throw new DocumentRefusal('An anchor holds an alias of itself, so that the object would have no end.', alias);
    }
    this.#open.add(alias);
    const value = read(target);
    this.#open.delete(alias);
    return value;
  }

  /** Counts as go-yaml does, so that a small text cannot become a huge object. */
  #count(node: unknown): void {
    this.#steps += 1;
    if (this.#open.size > 0) this.#stepsInAliases += 1;
    if (this.#stepsInAliases <= 100 || this.#steps <= 1000) return;
    if (this.#stepsInAliases / this.#steps > allowedShare(this.#steps)) {
      const [outermost = node] = this.#open;
      throw new DocumentRefusal('Excessive aliases: the document would become too large.', outermost);
    }
  }

  #noteRepeats(map: YAMLMap): void {
    const offsets = new Map<string, number[]>();
    for (const { key } of map.items) {
      if (isMerge(key) || !isScalar(key)) continue;
      const name = scalarKey(key.value, key.source, key.tag) ?? '';
      const places = offsets.get(name);
      if (places === undefined) offsets.set(name, [offsetOf(key) ?? 0]);
      else places.push(offsetOf(key) ?? 0);
    }
    for (const [name, places] of offsets) {
      if (places.length > 1) this.repeated.push({ path: [...this.#path, name], offsets: places });
    }
  }
}

/** How much of the work may be that of aliases: nearly all of a small document, a tenth of a very large one. */
function allowedShare(steps: number): number {
  const [low, high] = [400_000, 4_000_000];
  if (steps <= low) return 0.99;
  return steps >= high ? 0.1 : 0.99 - (0.89 * (steps - low)) / (high - low);
}

/** What each alias names: the last node above it that has its anchor. */
function targetsOf(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

/** A key such as `__proto__` is one like any other. */
function set(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  } else record[name] = value;
}
