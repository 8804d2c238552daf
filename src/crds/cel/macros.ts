import type { ASTNode } from '@marcbachmann/cel-js';
import type { Budget } from './budget.ts';
import { foundIn, truth, type Expression, type Scope } from './compile.ts';
import { noOverload } from './failure.ts';
import { transformMap, transformMapEntry } from './map-macros.ts';
import { used } from './used.ts';
import { List, MadeList, Mapping, Optional, type Value } from './values.ts';

type Compile = (node: ASTNode) => Expression;

/** Expands what looks like a call and is a macro: its arguments are evaluated with variables of their own. */
export function macroOf(
  name: string,
  receiver: ASTNode | undefined,
  args: readonly ASTNode[],
  compile: Compile,
): Expression | undefined {
  const [first, second, third] = args;
  if (receiver === undefined) {
    if (name !== 'has' || first?.op !== '.') return undefined;
    const [holder, key] = [compile(first.args[0]), first.args[1]];
    return (scope, budget) => isThere(holder(scope, budget), key);
  }
  if (first?.op !== 'id' || second === undefined) return undefined;
  if (receiver.op === 'id' && receiver.args === 'cel' && name === 'bind' && third !== undefined) {
    const [value, inner, variable] = [compile(second), compile(third), first.args];
    return (scope, budget) => inner({ name: variable, value: value(scope, budget), outer: scope }, budget);
  }
  if (name === 'optMap' || name === 'optFlatMap') return mapped(compile(receiver), first.args, compile(second), name);
  const isPair = second.op === 'id' && third !== undefined;
  if (isPair) {
    const pairs = pairMacros.get(name);
    if (pairs === undefined || args.length > 4) return undefined;
    const inner = args.slice(2).map(compile);
    return pairs(pairsIn(compile(receiver), first.args, second.args), inner);
  }
  const single = macros.get(name);
  if (single === undefined || args.length > 3) return undefined;
  return single(itemsIn(compile(receiver), first.args), args.slice(1).map(compile));
}

function isThere(holder: Value, key: Value): boolean {
  if (holder instanceof Optional) return holder.value !== undefined && isThere(used(holder.value), key);
  return foundIn(holder, key) !== undefined;
}

function mapped(holder: Expression, name: string, inner: Expression, kind: string): Expression {
  return (scope, budget) => {
    const optional = holder(scope, budget);
    if (!(optional instanceof Optional)) throw noOverload();
    if (optional.value === undefined) return optional;
    const result = inner({ name, value: optional.value, outer: scope }, budget);
    return kind === 'optMap' ? new Optional(result) : result;
  };
}

/** The scopes in which a macro evaluates its arguments, one an item. */
export type Scopes = (scope: Scope | undefined, budget: Budget) => Iterable<Scope>;
export type Macro = (scopes: Scopes, inner: readonly Expression[]) => Expression | undefined;

function itemsIn(range: Expression, name: string): Scopes {
  return function* (scope, budget) {
    const values = range(scope, budget);
    if (!(values instanceof List) && !(values instanceof Mapping)) throw noOverload();
    for (const value of values instanceof List ? values : values.keys()) {
      budget.spend();
      yield { name, value, outer: scope };
    }
  };
}

function pairsIn(range: Expression, first: string, second: string): Scopes {
  return function* (scope, budget) {
    const values = range(scope, budget);
    const pair = (key: Value, value: Value): Scope => {
      budget.spend();
      return { name: second, value, outer: { name: first, value: key, outer: scope } };
    };
    if (values instanceof List) {
      for (let index = 0; index < values.size; index += 1) yield pair(BigInt(index), values.at(index));
    } else if (values instanceof Mapping) {
      for (const key of values.keys()) yield pair(key, values.find(key) ?? null);
    } else throw noOverload();
  };
}

/** `all` and `exists`: the first item that decides does so, whatever fails before it; of several failures the first is told. */
function quantifier(decisive: boolean): Macro {
  return (scopes, [holds, ...more]) => {
    if (holds === undefined || more.length > 0) return undefined;
    return (outer, budget) => {
      let failure: unknown;
      for (const scope of scopes(outer, budget)) {
        try {
          if (truth(holds(scope, budget)) === decisive) return decisive;
        } catch (error) {
          failure ??= error;
        }
      }
      if (failure !== undefined) throw failure as Error;
      return !decisive;
    };
  };
}

const existsOne: Macro = (scopes, [holds, ...more]) => {
  if (holds === undefined || more.length > 0) return undefined;
  return (outer, budget) => {
    let [count, failure]: [number, unknown] = [0, undefined];
    for (const scope of scopes(outer, budget)) {
      try {
        if (truth(holds(scope, budget))) count += 1;
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw failure as Error;
    return count === 1;
  };
};

/** `map(x, f)` and `map(x, condition, f)`; `filter(x, condition)` gives the items themselves. */
function collecting(
  result: (inner: readonly Expression[]) => readonly [Expression | undefined, Expression] | undefined,
): Macro {
  return (scopes, inner) => {
    const parts = result(inner);
    if (parts === undefined) return undefined;
    const [condition, transform] = parts;
    return (outer, budget) => {
      const items: Value[] = [];
      let failure: unknown;
      for (const scope of scopes(outer, budget)) {
        try {
          if (condition !== undefined && !truth(condition(scope, budget))) continue;
        } catch (error) {
          failure = error;
          continue;
        }
        try {
          items.push(transform(scope, budget));
        } catch (error) {
          failure ??= error;
        }
      }
      if (failure !== undefined) throw failure as Error;
      return new MadeList(items);
    };
  };
}

const item: Expression = (scope) => used(scope?.value ?? null);
const map = collecting(([first, second]) => {
  if (first === undefined) return undefined;
  return second === undefined ? [undefined, first] : [first, second];
});
const filter = collecting(([condition, ...more]) =>
  condition === undefined || more.length > 0 ? undefined : [condition, item],
);

const macros: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ['all', quantifier(false)],
  ['exists', quantifier(true)],
  ['exists_one', existsOne],
  ['existsOne', existsOne],
  ['map', map],
  ['filter', filter],
]);

/** The macros of two variables. */
const pairMacros: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ['all', quantifier(false)],
  ['exists', quantifier(true)],
  ['exists_one', existsOne],
  ['existsOne', existsOne],
  ['transformList', map],
  ['transformMap', transformMap],
  ['transformMapEntry', transformMapEntry],
]);
