import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import type { Budget } from './budget.ts';
import { compile, type Expression, type Scope } from './compile.ts';
import { CelFailure } from './failure.ts';
import { Optional, type Value } from './values.ts';

/** `failed`: the API server's CEL fails in the same way, and refuses the object for it. `transition`: there is no old value to compare with. */
export type Evaluated = boolean | 'transition' | { readonly failed: string } | { readonly reason: string };

/** What an expression is evaluated on. `old` is `undefined` if there is no old value; `isOptional` makes an optional of it. */
export interface Given {
  readonly self: Value;
  readonly old: Value | undefined;
  readonly isOptional: boolean;
  readonly budget: Budget;
}

/** A compiled expression of a CRD. */
export interface Program {
  /** Whether it compares with the old value. */
  readonly isTransition: boolean;
  truth(given: Given): Evaluated;
  /** The text that it gives; nothing if it gives none. */
  text(given: Given): string | undefined;
}

/** Only the parser of the library is used: its evaluator tells failures in another order and other words than the API server's. */
const parser = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
});

/** Compiles an expression of a CRD. What cannot be compiled here gives the reason whenever it is evaluated. */
export function programOf(source: string): Program {
  let expression: Expression;
  let isTransition = false;
  try {
    const ast: ASTNode = parser.parse(source).ast;
    isTransition = speaksOf(ast, 'oldSelf');
    expression = compile(ast);
  } catch (error) {
    const reason = firstLine(error);
    return {
      isTransition,
      truth: ({ old, isOptional }) => (isTransition && old === undefined && !isOptional ? 'transition' : { reason }),
      text: () => undefined,
    };
  }
  const run = ({ self, old, isOptional, budget }: Given): Value => {
    const scope: Scope = { name: 'self', value: self, outer: undefined };
    if (isOptional) return expression({ name: 'oldSelf', value: new Optional(old), outer: scope }, budget);
    return expression(old === undefined ? scope : { name: 'oldSelf', value: old, outer: scope }, budget);
  };
  return {
    isTransition,
    truth: (given) => {
      if (isTransition && given.old === undefined && !given.isOptional) return 'transition';
      try {
        const result = run(given);
        return typeof result === 'boolean' ? result : { reason: 'it gives no boolean' };
      } catch (error) {
        return error instanceof CelFailure ? { failed: error.message } : { reason: firstLine(error) };
      }
    },
    text: (given) => {
      try {
        const result = run(given);
        return typeof result === 'string' ? result : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

function speaksOf(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((one) => speaksOf(one, name));
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return false;
  return node.op === 'id' ? node.args === name : speaksOf(node.args, name);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
