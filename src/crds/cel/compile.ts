import type { ASTNode } from '@marcbachmann/cel-js';
import type { Budget } from './budget.ts';
import { CelFailure, noOverload, Unsupported } from './failure.ts';
import { functions } from './functions.ts';
import { macroOf } from './macros.ts';
import { negated, operators } from './operators.ts';
import { used } from './used.ts';
import { List, MadeList, MadeMap, Mapping, Optional, shown, Uint, type Value } from './values.ts';

/** The variables that an expression sees, the innermost first. */
export interface Scope {
  readonly name: string;
  readonly value: Value;
  readonly outer: Scope | undefined;
}

/** A compiled expression. Throws CelFailure if it fails in the API server too, and Unsupported if it cannot be evaluated here. */
export type Expression = (scope: Scope | undefined, budget: Budget) => Value;

/**
 * Compiles a parsed expression to closures. Throws Unsupported for a function that this evaluator does not have. Source of what operators and macros mean: cel-spec, and
 * cel-go for the order in which failures are told.
 */
export function compile(node: ASTNode): Expression {
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
      return variable(node.args);
    case '&&':
      return logical(compile(node.args[0]), compile(node.args[1]), false);
    case '||':
      return logical(compile(node.args[0]), compile(node.args[1]), true);
    case '?:':
      return ternary(compile(node.args[0]), compile(node.args[1]), compile(node.args[2]));
    case '!_': {
      const inner = compile(node.args);
      return (scope, budget) => !truth(inner(scope, budget));
    }
    case '-_': {
      const inner = compile(node.args);
      if (node.args.op === 'value' && node.args.args === 2n ** 63n) return () => -(2n ** 63n);
      return (scope, budget) => negated(inner(scope, budget));
    }
    case '.': {
      const [holder, name] = [compile(node.args[0]), node.args[1]];
      return (scope, budget) => selected(holder(scope, budget), name);
    }
    case '.?': {
      const [holder, name] = [compile(node.args[0]), node.args[1]];
      return (scope, budget) => optionally(holder(scope, budget), name);
    }
    case '[]': {
      const [holder, index] = [compile(node.args[0]), compile(node.args[1])];
      return (scope, budget) => selected(holder(scope, budget), index(scope, budget));
    }
    case '[?]': {
      const [holder, index] = [compile(node.args[0]), compile(node.args[1])];
      return (scope, budget) => optionally(holder(scope, budget), index(scope, budget));
    }
    case 'list': {
      const items = node.args.map(compile);
      return (scope, budget) => new MadeList(items.map((item) => item(scope, budget)));
    }
    case 'map': {
      const entries = node.args.map(([key, value]) => [compile(key), compile(value)] as const);
      return (scope, budget) => new MadeMap(entries.map(([key, value]) => [key(scope, budget), value(scope, budget)]));
    }
    case 'call':
      return called(node.args[0], undefined, node.args[1]);
    case 'rcall':
      return called(node.args[0], node.args[1], node.args[2]);
    default: {
      const operator = operators.get(node.op);
      if (operator === undefined) throw new Unsupported(`the operator ${node.op} is unknown here`);
      const [left, right] = [compile(node.args[0]), compile(node.args[1])];
      return (scope, budget) => operator(left(scope, budget), right(scope, budget));
    }
  }
}

function literal(value: unknown): Expression {
  if (value === null || ['string', 'bigint', 'number', 'boolean'].includes(typeof value)) return () => value as Value;
  if (value instanceof Uint8Array) return () => value;
  // The library's own class for unsigned literals.
  const unsigned = new Uint((value as { readonly value: bigint }).value);
  return () => unsigned;
}

function variable(name: string): Expression {
  return (scope) => {
    for (let here = scope; here !== undefined; here = here.outer) if (here.name === name) return used(here.value);
    throw new Unsupported(`the variable ${name} is unknown here`);
  };
}

/** `decisive` is the value of one side that decides, whatever becomes of the other. Of two failures the first is told. */
function logical(left: Expression, right: Expression, decisive: boolean): Expression {
  return (scope, budget) => {
    let failure: unknown;
    try {
      if (truth(left(scope, budget)) === decisive) return decisive;
    } catch (error) {
      failure = error;
    }
    try {
      if (truth(right(scope, budget)) === decisive) return decisive;
    } catch (error) {
      failure ??= error;
    }
    if (failure !== undefined) throw failure as Error;
    return !decisive;
  };
}

function ternary(condition: Expression, yes: Expression, no: Expression): Expression {
  return (scope, budget) => (truth(condition(scope, budget)) ? yes(scope, budget) : no(scope, budget));
}

/** A value that has to be a boolean. */
export function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw noOverload();
  return value;
}

function selected(holder: Value, key: Value): Value {
  if (holder instanceof Optional) return optionally(holder, key);
  const found = foundIn(holder, key);
  if (found === undefined) throw missing(holder, key);
  return found;
}

function missing(holder: Value, key: Value): CelFailure {
  return new CelFailure(`${holder instanceof List ? 'index out of bounds' : 'no such key'}: ${shown(key)}`);
}

function optionally(holder: Value, key: Value): Value {
  const inner = holder instanceof Optional ? holder.value : holder;
  return new Optional(inner === undefined ? undefined : foundIn(used(inner), key));
}

/** What stands under a key of a map, or at an index of a list; `undefined` if nothing does. */
export function foundIn(holder: Value, key: Value): Value | undefined {
  if (holder instanceof Mapping) {
    const found = holder.find(key);
    return found === undefined ? undefined : used(found);
  }
  if (!(holder instanceof List)) return undefined;
  const index = typeof key === 'bigint' || (typeof key === 'number' && Number.isInteger(key)) ? Number(key) : undefined;
  if (index === undefined) throw noOverload();
  return index >= 0 && index < holder.size ? used(holder.at(index)) : undefined;
}

function called(name: string, receiver: ASTNode | undefined, args: readonly ASTNode[]): Expression {
  const macro = macroOf(name, receiver, args, compile);
  if (macro !== undefined) return macro;
  const isLibrary = receiver?.op === 'id' && functions.has(`${receiver.args}.${name}`);
  const full = isLibrary ? `${receiver.args}.${name}` : name;
  const work = functions.get(full);
  if (work === undefined) throw new Unsupported(`the function ${full} is unknown here`);
  const operands = [...(receiver === undefined || isLibrary ? [] : [receiver]), ...args].map(compile);
  return (scope, budget) => {
    budget.spend();
    return work(operands.map((operand) => operand(scope, budget)));
  };
}
