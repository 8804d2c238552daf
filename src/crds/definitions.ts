import { field, fields, text } from '../resources/fields.ts';
import { groupOf, versionOf } from '../resources/kinds.ts';
import { Correlated } from './correlated.ts';
import type { Definition, ServedVersion } from './definition.ts';
import type { Flaw } from './flaw.ts';
import { listTypeFlaws } from './list-types.ts';
import { nearest } from './nearest.ts';
import { ruleCheck, type Unevaluated } from './rules.ts';
import { scaleFlaws } from './scale.ts';
import { schemaCheck } from './schema.ts';
import { set } from './set.ts';
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

type Check = (raw: unknown, old: unknown) => Admitted;

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

  /** The URL path of all objects of an object's kind and version; `undefined` if none of these CRDs serves them. */
  pathOf(raw: unknown): string | undefined {
    const apiVersion = text(raw, 'apiVersion') ?? '';
    const definition = this.#definitions.get(`${groupOf(apiVersion)}/${text(raw, 'kind') ?? ''}`);
    return definition?.served.has(versionOf(apiVersion)) === true
      ? `/apis/${apiVersion}/${definition.plural}`
      : undefined;
  }

  /**
   * The same CRDs, by which an object is checked as an update of what `previous` gives for it, if it gives something. With `keepsFlaws` its flaws as a creation
   * are told beside those of the update: an update says nothing of what was wrong before and did not change.
   */
  beside(previous: (raw: unknown) => unknown, keepsFlaws = false): Pick<Definitions, 'admit'> {
    return {
      admit: (raw) => {
        const old = previous(raw);
        const updated = this.admit(raw, old);
        if (updated === undefined || old === undefined || !keepsFlaws) return updated;
        const created = this.admit(raw)?.flaws ?? [];
        const isNew = (flaw: Flaw): boolean =>
          !created.some(({ path, message }) => path === flaw.path && message === flaw.message);
        return { ...updated, flaws: [...created, ...updated.flaws.filter(isNew)] };
      },
    };
  }

  /**
   * Checks an object as the API server does before any webhook sees it: as an update of `old`, if that is given, else as a creation. Gives `undefined` if
   * none of these CRDs defines its kind.
   */
  admit(raw: unknown, old?: unknown): Admitted | undefined {
    const apiVersion = text(raw, 'apiVersion') ?? '';
    const definition = this.#definitions.get(`${groupOf(apiVersion)}/${text(raw, 'kind') ?? ''}`);
    if (definition === undefined) return undefined;
    const version = definition.served.get(versionOf(apiVersion));
    return version === undefined ? notServed(raw, definition) : this.#checkOf(definition, version)(raw, old);
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

/** What the API server says in place of the rules that it does not evaluate. Source: apiextensions-apiserver, hasBlockingErr. */
const notEvaluated: Flaw = {
  id: 'crd-schema',
  denies: true,
  path: '',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

function checkBy(definition: Definition, { name, schema, hasStatus, replicasPath }: ServedVersion): Check {
  const check = schemaCheck(schema);
  const evaluate = ruleCheck(schema);
  return (raw, rawOld) => {
    const { object: whole, unknown } = settle(raw, schema);
    const old = rawOld === undefined ? undefined : settle(rawOld, schema).object;
    const object = hasStatus ? withStatusOf(whole, old) : whole;
    const before = old === undefined ? undefined : new Correlated(object, old, schema);
    const hadFlaws = old !== undefined && listTypeFlaws(old, schema).length > 0;
    const denials = [
      ...check(object, before),
      ...scaleFlaws(object, replicasPath),
      ...(hadFlaws ? [] : listTypeFlaws(object, schema)),
    ];
    const isBlocked = denials.some(({ blocks }) => blocks);
    const rules = isBlocked ? undefined : evaluate?.(object, before);
    const skipped = isBlocked && evaluate !== undefined ? [notEvaluated] : [];
    const dropped = unknown.map((path) => unknownField(path, definition, name, schema));
    return {
      object,
      namespaced: definition.namespaced,
      flaws: [...denials, ...skipped, ...(rules?.flaws ?? []), ...dropped],
      unevaluated: rules?.unevaluated ?? [],
    };
  };
}

/** A creation says nothing of a status that is a subresource, and an update leaves it as it was. */
function withStatusOf(object: unknown, old: unknown): unknown {
  const { status: _status, ...rest } = fields(object) ?? {};
  const status = field(old, 'status');
  if (status !== undefined) set(rest, 'status', status);
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
