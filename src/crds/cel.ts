import { isIP } from 'node:net';
import { Environment, EvaluationError, type ASTNode } from '@marcbachmann/cel-js';
import { list, text, type Fields } from '../resources/fields.ts';
import { celValue } from './cel-value.ts';
import { childrenOf } from './children.ts';
import { below, type Flaw } from './flaw.ts';
import { patternOf } from './patterns.ts';

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

/**
 * Compiles the `x-kubernetes-validations` of a schema as they are met. Gives a function that evaluates them on a settled object, which has passed its schema. Rules about a transition
 * (`oldSelf`) say nothing of a creation and are left out. A rule that fails for a reason that may be ours is
 * `unevaluated`, and no flaw.
 */
export function ruleCheck(schema: Fields): (object: unknown) => RuleFlaws {
  const programs = new Map<string, Program>();
  const programOf = (source: string): Program => {
    const known = programs.get(source);
    if (known !== undefined) return known;
    const program = compile(source);
    programs.set(source, program);
    return program;
  };
  return (object) => {
    const flaws: Flaw[] = [];
    const unevaluated = new Map<string, string>();
    const visit = (value: unknown, here: Fields, path: string): void => {
      const rules = list(here, 'x-kubernetes-validations');
      const self = rules.length === 0 ? undefined : celValue(value, here);
      for (const rule of rules) {
        const source = text(rule, 'rule');
        if (source === undefined) continue;
        const result = programOf(source)(self);
        if (result === true || result === 'transition') continue;
        if (result === false) flaws.push(flawOf(rule, value, messageOf(rule, self), path));
        else if ('failed' in result) {
          flaws.push(flawOf(rule, value, `${result.failed} evaluating rule: ${messageOf(rule, self)}`, path));
        } else unevaluated.set(source, result.reason);
      }
      for (const [step, inner, its] of childrenOf(value, here)) visit(inner, its, below(path, step));
    };
    visit(object, schema, '');
    return { flaws, unevaluated: [...unevaluated].map(([rule, reason]) => ({ rule, reason })) };
  };
}

/** `failed`: the API server's CEL fails in the same way, and refuses the object for it. */
type Evaluated = boolean | 'transition' | { readonly failed: string } | { readonly reason: string };
type Program = (self: unknown) => Evaluated;

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
  .registerFunction('isIP(string): bool', (written: string) => isIP(written) !== 0)
  .registerFunction('string.matchesRe2(string): bool', (written: string, source: string) => patternOf(source)(written));

function compile(source: string): Program {
  try {
    if (identifiers(environment.parse(source).ast).has('oldSelf')) return () => 'transition';
    const evaluate = environment.parse(adapted(source));
    return (self) => {
      try {
        const result: unknown = evaluate({ self });
        return typeof result === 'boolean' ? result : { reason: 'it gives no boolean' };
      } catch (error) {
        return isMissing(error) ? { failed: lowerFirst(firstLine(error)) } : { reason: firstLine(error) };
      }
    };
  } catch (error) {
    const reason = firstLine(error);
    return () => ({ reason });
  }
}

/** The text that a `messageExpression` gives; nothing where it gives none, as the API server then falls back. */
function expressed(source: string, self: unknown): string | undefined {
  try {
    const result: unknown = environment.parse(adapted(source))({ self });
    return typeof result === 'string' && result.trim() !== '' ? result : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(rule: unknown, self: unknown): string {
  const expression = text(rule, 'messageExpression');
  const told = expression === undefined ? undefined : expressed(expression, self);
  return told ?? text(rule, 'message')?.trim() ?? `failed rule: ${text(rule, 'rule') ?? ''}`;
}

/** As apiextensions-apiserver writes it: the type of what stands there for the value (pkg/apiserver/schema/cel/validation.go). */
function flawOf(rule: unknown, value: unknown, message: string, path: string): Flaw {
  const inner = text(rule, 'fieldPath') ?? '';
  const place = `${path}${path === '' && inner.startsWith('.') ? inner.slice(1) : inner}`;
  const base = { id: 'crd-rule', denies: true, path: place } as const;
  switch (text(rule, 'reason')) {
    case 'FieldValueForbidden':
      return { ...base, message: `Forbidden: ${message}` };
    case 'FieldValueRequired':
      return { ...base, message: `Required value: ${message}` };
    case 'FieldValueDuplicate':
      return { ...base, message: `Duplicate value: "${typeName(value)}"` };
    default:
      return { ...base, message: `Invalid value: "${typeName(value)}": ${message}` };
  }
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A rule as this library runs it like the API server: `has(x[i].f)`, which it takes for a mistake, becomes `("f" in x[i])`, and `matches` one that
 * reads Go's expressions.
 */
function adapted(source: string): string {
  const edits: Edit[] = [];
  for (const node of nodesOf(environment.parse(source).ast)) {
    if (node.op === 'rcall' && node.args[0] === 'matches') {
      const [, receiver, [pattern]] = node.args;
      const start = source.lastIndexOf('matches', pattern?.start ?? node.end);
      if (start >= receiver.start) edits.push({ start, end: start + 'matches'.length, text: 'matchesRe2' });
    }
    if (node.op !== 'call' || node.args[0] !== 'has') continue;
    const [selected] = node.args[1];
    if (selected?.op !== '.' || !isIndexed(selected)) continue;
    const [holder, name] = selected.args;
    edits.push({
      start: node.start,
      end: node.end,
      text: `(${JSON.stringify(name)} in ${source.slice(holder.start, holder.end)})`,
    });
  }
  let result = source;
  for (const { start, end, text: written } of edits.toSorted((one, other) => other.start - one.start)) {
    result = result.slice(0, start) + written + result.slice(end);
  }
  return result;
}

function isIndexed(node: ASTNode): boolean {
  if (node.op === '[]') return true;
  return node.op === '.' && isIndexed(node.args[0]);
}

function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const inner of innerNodes(node.args)) yield* nodesOf(inner);
}

function innerNodes(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap((one) => innerNodes(one));
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function identifiers(ast: ASTNode): Set<string> {
  return new Set([...nodesOf(ast)].flatMap((node) => (node.op === 'id' ? [node.args] : [])));
}

/** A field that is not there, or an item beyond the end: the same wherever CEL runs. */
function isMissing(error: unknown): boolean {
  return error instanceof EvaluationError && ['no_such_key', 'index_out_of_bounds'].includes(error.code);
}

function lowerFirst(written: string): string {
  return written.charAt(0).toLowerCase() + written.slice(1);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
