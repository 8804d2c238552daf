import { fields, text } from '../resources/fields.ts';
import { groupOf, versionOf } from '../resources/kinds.ts';
import { ruleCheck, type Unevaluated } from './cel.ts';
import type { Definition, ServedVersion } from './definition.ts';
import type { Flaw } from './flaw.ts';
import { listTypeFlaws } from './list-types.ts';
import { nearest } from './nearest.ts';
import { schemaCheck } from './schema.ts';
import { settle } from './settle.ts';

/** What the API server makes of an object by its CRD. */
export interface Admitted {
  /** The object as the API server hands it on: without unknown fields and status, defaults filled in. */
  readonly object: unknown;
  /** Whether objects of this kind are in a namespace. */
  readonly namespaced: boolean;
  readonly flaws: readonly Flaw[];
  /** The CRD's own rules that could not be evaluated here. */
  readonly unevaluated: readonly Unevaluated[];
}

type Check = (raw: unknown) => Admitted;

/** The CustomResourceDefinitions that objects are checked by. Each schema is compiled when its first object comes. */
export class Definitions {
  readonly #definitions = new Map<string, Definition>();
  readonly #checks = new Map<ServedVersion, Check>();

  constructor(definitions: Iterable<Definition>) {
    for (const definition of definitions) this.#definitions.set(`${definition.group}/${definition.kind}`, definition);
  }

  /** Whether one of these CRDs defines an object's kind. */
  defines(raw: unknown): boolean {
    return this.#definitions.has(`${groupOf(text(raw, 'apiVersion') ?? '')}/${text(raw, 'kind') ?? ''}`);
  }

  /** Checks an object as the API server does before any webhook sees it; `undefined` where none of these CRDs defines its kind. */
  admit(raw: unknown): Admitted | undefined {
    const apiVersion = text(raw, 'apiVersion') ?? '';
    const definition = this.#definitions.get(`${groupOf(apiVersion)}/${text(raw, 'kind') ?? ''}`);
    if (definition === undefined) return undefined;
    const version = definition.served.get(versionOf(apiVersion));
    return version === undefined ? notServed(raw, definition) : this.#checkOf(definition, version)(raw);
  }

  #checkOf(definition: Definition, version: ServedVersion): Check {
    const known = this.#checks.get(version);
    if (known !== undefined) return known;
    const check = checkBy(definition, version);
    this.#checks.set(version, check);
    return check;
  }
}

function notServed(raw: unknown, { kind, namespaced, served }: Definition): Admitted {
  const flaw: Flaw = {
    id: 'crd-schema',
    denies: true,
    path: 'apiVersion',
    message: `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(text(raw, 'apiVersion'))}`,
    hint: `The CRD serves ${[...served.keys()].join(', ')}.`,
  };
  return { object: raw, namespaced, flaws: [flaw], unevaluated: [] };
}

function checkBy(definition: Definition, { name, schema, hasStatus }: ServedVersion): Check {
  const check = schemaCheck(schema);
  const evaluate = ruleCheck(schema);
  return (raw) => {
    const { object: whole, unknown } = settle(raw, schema);
    const object = hasStatus ? withoutStatus(whole) : whole;
    const schemaFlaws = check(object);
    const flaws: Flaw[] = [...schemaFlaws, ...listTypeFlaws(object, schema)];
    const isBlocked = schemaFlaws.some(({ blocks }) => blocks);
    const rules = isBlocked ? { flaws: [], unevaluated: [] } : evaluate(object);
    const dropped = unknown.map((path) => unknownField(path, definition, name, schema));
    return {
      object,
      namespaced: definition.namespaced,
      flaws: [...flaws, ...rules.flaws, ...dropped],
      unevaluated: rules.unevaluated,
    };
  };
}

function withoutStatus(object: unknown): unknown {
  const { status: _status, ...rest } = fields(object) ?? {};
  return rest;
}

function unknownField(path: string, { kind, bundle }: Definition, version: string, schema: unknown): Flaw {
  const of = bundle === undefined ? '' : ` (${bundle})`;
  const close = nearest(path, schema);
  return {
    id: 'crd-schema',
    denies: false,
    path,
    message: `unknown field ${JSON.stringify(path)}: the CRD of ${kind} ${version}${of} does not have it, and the API server drops it.`,
    ...(close === undefined ? {} : { hint: `There is ${JSON.stringify(close)}.` }),
  };
}
