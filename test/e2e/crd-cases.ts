import type { Definitions } from '../../src/crds/definitions.ts';
import { field, fields, type Fields } from '../../src/resources/fields.ts';
import { changed, damaged } from '../support/crds/damage.ts';
import { Dice } from '../support/crds/dice.ts';
import { Maker } from '../support/crds/make.ts';
import { isReachable, rulesOf, violatedIn, type Said } from './crd-rules-met.ts';
import type { Target } from './crd-targets.ts';

/** An object for the API server and for check, or an update of one. */
export interface Case {
  readonly target: Target;
  readonly what: 'valid' | 'damaged' | 'rule' | 'update' | 'seed';
  readonly object: Fields;
  readonly old?: Fields;
}

/** How many of each kind of case there are for a version of a kind. */
const [validOnes, damagedOnes, updates, attempts] = [36, 36, 14, 400];

/** An object as one writes it: with a name, in its version. */
export function objectOf({ apiVersion, kind }: Target, value: unknown, name: string): Fields {
  return { ...fields(value), apiVersion, kind, metadata: { name } };
}

/** What check says of an object: what refuses it. */
export function denialsOf(definitions: Definitions, object: Fields, old?: Fields): Said[] {
  const { flaws } = definitions.admit(object, old) ?? { flaws: [] };
  return flaws
    .filter(({ denies }) => denies)
    .map(({ path, message }) => ({ path: path === '' ? '<nil>' : path, message }));
}

/**
 * The cases of a version of a kind: the seeds, valid objects, objects with something wrong, objects that violate rules, updates. `tried` counts the keywords that were
 * violated.
 */
export function casesOf(
  target: Target,
  definitions: Definitions,
  seeds: readonly Case[],
  seed: number,
  tried: Map<string, number>,
): Case[] {
  const { schema } = target;
  const dice = new Dice(seed);
  const maker = new Maker(dice, schema);
  const make = (density: number): Fields => objectOf(target, maker.value(schema, density), 'made');
  const isValid = (object: Fields): boolean => denialsOf(definitions, object).length === 0;
  const cases: Case[] = [];
  const rules = rulesOf(target);
  const missing = new Set([...rules].filter(isReachable));
  const valid: Fields[] = [];
  const take = (what: Case['what'], object: Fields, old?: Fields): void => {
    cases.push({ target, what, object, ...(old === undefined ? {} : { old }) });
    for (const rule of violatedIn(rules, denialsOf(definitions, object, old))) missing.delete(rule);
  };
  for (const one of seeds) take('seed', one.object, one.old);
  for (let attempt = 0; attempt < attempts && (valid.length < validOnes || missing.size > 0); attempt += 1) {
    const object = make(dice.pick([0, 0.1, 0.2, 0.3, 0.5, 0.8]));
    const met = violatedIn(rules, denialsOf(definitions, object)).filter((rule) => missing.has(rule));
    if (met.length > 0) take('rule', object);
    else if (valid.length < validOnes && isValid(object)) {
      valid.push(object);
      take('valid', object);
    }
  }
  for (let index = 0; index < damagedOnes; index += 1) {
    const base = dice.chance(0.5) && valid.length > 0 ? dice.pick(valid) : make(dice.pick([0.2, 0.5, 0.9]));
    take('damaged', objectOf(target, damaged(base, schema, dice, maker, tried).object, 'made'));
  }
  for (let index = 0; index < updates || (missing.size > 0 && index < attempts / 4); index += 1) {
    const status = dice.chance(0.5) ? { status: programmed } : {};
    const valued = dice.chance(0.6) && valid.length > 0 ? dice.pick(valid) : make(dice.pick([0.2, 0.5]));
    const old = dice.chance(0.4) ? damaged(valued, schema, dice, maker, new Map()).object : valued;
    const name = `old-${seed}-${index}`;
    const before = objectOf(target, { ...fields(old), ...status }, name);
    const after = dice.chance(0.3)
      ? damaged(before, schema, dice, maker, new Map()).object
      : changed(before, schema, dice, maker);
    const object = objectOf(target, after, name);
    const met = violatedIn(rules, denialsOf(definitions, object, before)).some((rule) => missing.has(rule));
    if (index < updates || met) take('update', object, before);
  }
  return cases;
}

/** A status by which Kong's rules take fields for immutable. */
const programmed = {
  conditions: ['Programmed', 'APIAuthValid'].map((type) => ({
    type,
    status: 'True',
    reason: 'Done',
    message: '',
    lastTransitionTime: '2026-01-02T03:04:05Z',
  })),
};

/** An object without what the API server keeps in its metadata. */
export function withoutMetadata(object: unknown): Fields {
  const { metadata: _metadata, ...rest } = fields(object) ?? {};
  return rest;
}

export function nameOf(object: Fields): string {
  const name = field(object['metadata'], 'name');
  return typeof name === 'string' ? name : '';
}
