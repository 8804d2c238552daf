import { field, fields, list, type Fields } from '../resources/fields.ts';
import { Budget } from './cel/budget.ts';
import type { Program } from './cel/program.ts';
import { typed } from './cel/typed.ts';
import { itemsByKey, mapKey, type Correlated } from './correlated.ts';
import { below, keyed, type Flaw } from './flaw.ts';
import { readRule, type Rule } from './rule.ts';

/** A rule of a CRD that was not evaluated, and why. */
export interface Unevaluated {
  readonly rule: string;
  readonly reason: string;
}

/** What the CEL rules of a CRD say of an object. */
export interface RuleFlaws {
  readonly flaws: readonly Flaw[];
  readonly unevaluated: readonly Unevaluated[];
}

/** The rules of one place of a schema and of what is below it. `node` is the schema by which values are read there. */
interface RuleTree {
  readonly node: Fields;
  readonly rules: readonly Rule[];
  readonly branches: readonly RuleTree[];
  readonly items: RuleTree | undefined;
  readonly properties: ReadonlyMap<string, RuleTree>;
  readonly others: RuleTree | undefined;
}

/** What is known of the old value where a rule is evaluated: of the value itself, else of the nearest one above it. */
interface Before {
  readonly own: Correlated | undefined;
  readonly above: Correlated | undefined;
}

/** Evaluates the rules of a schema on a settled object; `old` is what it was before an update. */
export type RuleCheck = (object: unknown, old?: Correlated) => RuleFlaws;

/**
 * Collects the `x-kubernetes-validations` of a schema; `undefined` if it has none. Rules about a transition (`oldSelf`) say nothing of a creation. A rule that fails for a
 * reason that may be ours is `unevaluated`, and no flaw. Source: Kubernetes 1.36, apiextensions-apiserver pkg/apiserver/schema/cel/validation.go.
 */
export function ruleCheck(schema: Fields): RuleCheck | undefined {
  const tree = treeOf(schema, rootNode(schema), new Map());
  if (tree === undefined) return undefined;
  return (object, old) => {
    const visit = new Visit();
    visit.value(object, tree, '', old?.old, { own: old, above: undefined });
    return { flaws: visit.flaws, unevaluated: [...visit.unevaluated].map(([rule, reason]) => ({ rule, reason })) };
  };
}

/** The schema of a whole object: its rules can read kind, name and the beginning of a generated name, whatever the CRD says of them. */
function rootNode(schema: Fields): Fields {
  const string = { type: 'string' };
  const metadata = { type: 'object', properties: { name: string, generateName: string } };
  const properties = { ...fields(schema['properties']), apiVersion: string, kind: string, metadata };
  return { ...schema, properties };
}

function treeOf(
  schema: Fields | undefined,
  node: Fields | undefined,
  known: Map<string, Program>,
): RuleTree | undefined {
  if (schema === undefined || node === undefined) return undefined;
  const rules = list(schema, 'x-kubernetes-validations').flatMap((raw) => readRule(raw, node, known) ?? []);
  const branches = list(schema, 'allOf').flatMap((branch) => treeOf(fields(branch), node, known) ?? []);
  const items = treeOf(fields(schema['items']), fields(node['items']), known);
  const others = treeOf(fields(schema['additionalProperties']), fields(node['additionalProperties']), known);
  const properties = new Map<string, RuleTree>();
  for (const [name, property] of Object.entries(fields(schema['properties']) ?? {})) {
    const tree = treeOf(fields(property), fields(field(node['properties'], name)), known);
    if (tree !== undefined) properties.set(name, tree);
  }
  const isEmpty = rules.length + branches.length + properties.size === 0 && items === undefined && others === undefined;
  return isEmpty ? undefined : { node, rules, branches, items, properties, others };
}

/** One walk over an object. */
class Visit {
  readonly flaws: Flaw[] = [];
  readonly unevaluated = new Map<string, string>();
  readonly #budget = new Budget();

  value(value: unknown, tree: RuleTree, path: string, old: unknown, before: Before): void {
    if (value === null || value === undefined) return;
    if (tree.rules.length > 0) this.#evaluate(value, tree, path, old, before);
    for (const branch of tree.branches) this.value(value, branch, path, old, { own: undefined, above: before.above });
    if (Array.isArray(value)) this.#items(value, tree, path, old, before);
    else this.#fields(value, tree, path, old, before);
  }

  #evaluate(value: unknown, { node, rules }: RuleTree, path: string, old: unknown, before: Before): void {
    const hasOld = old !== undefined && old !== null;
    const beside = {
      self: typed(value, node),
      old: hasOld ? typed(old, node) : undefined,
      budget: this.#budget,
    };
    for (const rule of rules) {
      const outcome = rule.evaluate(beside);
      if (outcome === true || outcome === 'transition') continue;
      if (typeof outcome === 'object' && 'reason' in outcome) this.unevaluated.set(rule.source, outcome.reason);
      else if (outcome !== false || rule.isTransition || !isUnchanged(before)) {
        this.flaws.push(rule.flaw(outcome, value, path, beside));
      }
    }
  }

  #items(value: readonly unknown[], { items, node }: RuleTree, path: string, old: unknown, before: Before): void {
    if (items === undefined) return;
    const known = itemsByKey(Array.isArray(old) ? old : [], node);
    for (const [index, item] of value.entries()) {
      const key = mapKey(item, node);
      const oldItem = key === undefined ? undefined : known.get(key);
      this.value(item, items, below(path, index), oldItem, stepped(before, index));
    }
  }

  #fields(value: unknown, { properties, others, node }: RuleTree, path: string, old: unknown, before: Before): void {
    if (properties.size === 0 && others === undefined) return;
    for (const [name, inner] of Object.entries(fields(value) ?? {})) {
      const isKnown = field(node['properties'], name) !== undefined;
      const tree = isKnown ? properties.get(name) : others;
      if (tree === undefined) continue;
      const isType = path === '' && (name === 'apiVersion' || name === 'kind');
      const next = isType ? { own: undefined, above: undefined } : stepped(before, name);
      this.value(inner, tree, isKnown ? below(path, name) : keyed(path, name), field(old, name), next);
    }
  }
}

function stepped({ own, above }: Before, step: string | number): Before {
  return own === undefined ? { own, above } : { own: own.child(step), above: own };
}

function isUnchanged({ own, above }: Before): boolean {
  return (own ?? above)?.isUnchanged === true;
}
