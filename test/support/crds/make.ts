import fc from 'fast-check';
import { formatOf } from '../../../src/crds/formats.ts';
import { patternOf } from '../../../src/crds/patterns.ts';
import { field, fields, list, text, texts, type Fields } from '../../../src/resources/fields.ts';
import type { Dice } from './dice.ts';

/** Texts that stand in many configurations. */
const words = [
  ...['a', 'kong', 'example.com', '*.example.com', '10.0.0.1', '10.0.0.0/8', 'fd00::1', '/', '/a/b', 'HTTP', 'v1', '1'],
  ...[
    '1s',
    '500ms',
    '1h',
    'Service',
    'core',
    'gateway.networking.k8s.io',
    'GET',
    'https://example.com',
    'é',
    'X-A',
    '0',
  ],
  ...['00000000-0000-4000-8000-000000000000', '2026-01-02T03:04:05Z', '2026-01-02', 'aGk=', '#fff', 'a@b.example'],
];
const numbers = [0, 1, 2, 80, 443, 8080, 301, 100];
const unicodeSpace = /[^\P{C}]/u;

/** Makes values that a structural schema allows, or nearly: a union may still be violated, and so may a rule. */
export class Maker {
  readonly #dice: Dice;
  /** The texts that a CRD's own rules compare with. */
  readonly #literals: readonly string[];
  readonly #pools = new Map<string, readonly string[]>();

  constructor(dice: Dice, schema: Fields) {
    this.#dice = dice;
    this.#literals = [...new Set(literalsIn(schema))];
  }

  /** A value for a schema. `density` is how likely a field that may be left out is there, from 0 to 1. */
  value(schema: Fields, density: number, depth = 0): unknown {
    const dice = this.#dice;
    const allowed = list(schema, 'enum');
    if (allowed.length > 0) return dice.pick(allowed);
    if (schema['nullable'] === true && dice.chance(0.1)) return null;
    const standard = schema['default'];
    if (typeof standard !== 'object' && standard !== undefined && dice.chance(0.2)) return standard;
    if (schema['x-kubernetes-int-or-string'] === true) {
      return dice.chance(0.5) ? this.#number(schema) : this.#text(schema);
    }
    switch (schema['type']) {
      case 'object':
        return this.#object(schema, density, depth);
      case 'array':
        return this.#list(schema, density, depth);
      case 'string':
        return this.#text(schema);
      case 'integer':
        return this.#number(schema);
      case 'number':
        return dice.chance(0.5) ? this.#number(schema) : this.#number(schema) + 0.5;
      case 'boolean':
        return dice.chance(0.5);
      default:
        return dice.pick<unknown>(['free', 1, { any: { thing: [1] } }, [true]]);
    }
  }

  #object(schema: Fields, density: number, depth: number): unknown {
    const dice = this.#dice;
    const properties = fields(schema['properties']);
    const others = fields(schema['additionalProperties']);
    if (properties === undefined && others === undefined) {
      return schema['x-kubernetes-preserve-unknown-fields'] === true ? { any: { thing: [1, 'a'] }, n: 1 } : {};
    }
    const result: Record<string, unknown> = {};
    if (properties !== undefined) {
      const wanted = new Set(texts(schema, 'required'));
      for (const keyword of ['oneOf', 'anyOf']) {
        const branches = list(schema, keyword);
        if (branches.length === 0) continue;
        const chosen = dice.pick(branches);
        if (keyword === 'oneOf')
          for (const branch of branches) for (const name of texts(branch, 'required')) wanted.delete(name);
        for (const name of texts(chosen, 'required')) wanted.add(name);
      }
      const unions = list(schema, 'oneOf').flatMap((branch) => texts(branch, 'required'));
      for (const [name, property] of Object.entries(properties)) {
        const isOptional = dice.chance(density / (1 + depth / 8)) && !unions.includes(name);
        if (wanted.has(name) || isOptional) result[name] = this.value(fields(property) ?? {}, density, depth + 1);
      }
    }
    if (others !== undefined) {
      const most = Math.min(numberIn(schema, 'maxProperties') ?? 2, 2);
      const count = Math.max(dice.whole(0, most), numberIn(schema, 'minProperties') ?? 0);
      for (let index = 0; index < count; index += 1) {
        const key = dice.chance(0.5) ? dice.pick(this.#keys()) : `key-${index}`;
        result[key] = this.value(others, density, depth + 1);
      }
    }
    return result;
  }

  #keys(): readonly string[] {
    return ['a', 'b.c/d', 'x', ...this.#literals.slice(0, 12)].filter((key) => key !== '');
  }

  #list(schema: Fields, density: number, depth: number): unknown {
    const dice = this.#dice;
    const items = fields(schema['items']) ?? {};
    const fewest = numberIn(schema, 'minItems') ?? 0;
    const most = Math.min(numberIn(schema, 'maxItems') ?? 3, fewest + 3);
    const count = dice.chance(0.15) ? fewest : Math.max(fewest, dice.whole(1, Math.max(1, most)));
    const result = Array.from({ length: Math.min(count, most) }, () => this.value(items, density, depth + 1));
    if (result.length > 1 && dice.chance(0.3)) result[1] = structuredClone(result[0]);
    const keys = texts(schema, 'x-kubernetes-list-map-keys');
    if (schema['x-kubernetes-list-type'] === undefined || schema['x-kubernetes-list-type'] === 'atomic') return result;
    const seen = new Set<string>();
    return result.filter((item) => {
      const key = JSON.stringify(keys.length === 0 ? item : keys.map((name) => field(item, name) ?? null));
      return seen.has(key) ? false : (seen.add(key), true);
    });
  }

  #text(schema: Fields): string {
    const pool = this.#poolOf(schema);
    return pool.length === 0 ? 'x'.repeat(numberIn(schema, 'minLength') ?? 1) : this.#dice.pick(pool);
  }

  /** Texts that fit pattern, format and length. */
  #poolOf(schema: Fields): readonly string[] {
    const pattern = text(schema, 'pattern');
    const [fewest, most] = [numberIn(schema, 'minLength') ?? 0, numberIn(schema, 'maxLength') ?? 4000];
    const format = text(schema, 'format');
    const key = JSON.stringify([pattern, fewest, most, format]);
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const matches = pattern === undefined ? () => true : patternOf(pattern);
    const accepts = (format === undefined ? undefined : formatOf(format)) ?? (() => true);
    const fits = (one: string): boolean =>
      Array.from(one).length >= fewest && Array.from(one).length <= most && matches(one) && accepts(one);
    const candidates = [...words, ...this.#literals, ...this.#literals];
    if (fewest > 1) candidates.push('x'.repeat(fewest), 'y'.repeat(fewest));
    if (fits('')) candidates.push('');
    const pool = candidates.filter(fits);
    if (pool.length < 4 && pattern !== undefined) pool.push(...matching(pattern).filter(fits));
    this.#pools.set(key, pool);
    return pool;
  }

  #number(schema: Fields): number {
    const from = numberIn(schema, 'minimum');
    const to = numberIn(schema, 'maximum');
    const factor = numberIn(schema, 'multipleOf') ?? 1;
    const edges = [from, to].flatMap((edge) => (edge === undefined ? [] : [edge]));
    const candidates = [...numbers, ...edges].filter((one) => one >= (from ?? one) && one <= (to ?? one));
    return Math.trunc(this.#dice.pick(candidates.length === 0 ? [from ?? to ?? 0] : candidates) / factor) * factor;
  }
}

/** Some texts that match an expression; none for one that only Go reads. */
function matching(pattern: string): readonly string[] {
  try {
    const texts = fc.sample(fc.stringMatching(new RegExp(pattern), { size: 'small' }), { numRuns: 8, seed: 1 });
    return texts.filter((one) => !unicodeSpace.test(one));
  } catch {
    return [];
  }
}

export function numberIn(schema: Fields, name: string): number | undefined {
  const value = schema[name];
  return typeof value === 'number' ? value : undefined;
}

/** The texts between quotes in the rules of a schema and all below it. */
function literalsIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(literalsIn);
  const record = fields(schema);
  if (record === undefined) return [];
  const own = list(record, 'x-kubernetes-validations').flatMap((rule) =>
    [...(text(rule, 'rule') ?? '').matchAll(/'([^'"\\]{0,60})'|"([^'"\\]{0,60})"/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    ),
  );
  return [...own, ...Object.values(record).flatMap(literalsIn)];
}
