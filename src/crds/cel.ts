import { Environment, EvaluationError, type ASTNode } from '@marcbachmann/cel-js';
import { adapted, identifiersIn } from './cel-adapted.ts';
import { registerFunctions } from './cel-functions.ts';

/** `failed`: the API server's CEL fails in the same way, and refuses the object for it. `transition`: there is no old value to compare with. */
export type Evaluated = boolean | 'transition' | { readonly failed: string } | { readonly reason: string };

/** The old value beside which a rule is evaluated. */
export interface OldSelf {
  readonly value: unknown;
}

/** A compiled expression. `isOptional`: whether `oldSelf` is an optional in it (`optionalOldSelf`). */
export interface Program {
  readonly isTransition: boolean;
  truth(self: unknown, old: OldSelf | undefined, isOptional: boolean): Evaluated;
  /** The text that it gives; nothing if it gives none. */
  text(self: unknown, old: OldSelf | undefined, isOptional: boolean): string | undefined;
}

const environment = registerFunctions(
  new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false, enableOptionalTypes: true }),
);
const someValue = environment.parse('optional.of(value)');
const noValue: unknown = environment.parse('optional.none()')();

/** Compiles an expression of a CRD. What cannot be compiled here gives the reason whenever it is evaluated. */
export function compileCel(source: string): Program {
  let evaluate: (variables: Record<string, unknown>) => unknown;
  let isTransition = false;
  try {
    const ast: ASTNode = environment.parse(source).ast;
    isTransition = identifiersIn(ast).has('oldSelf');
    evaluate = environment.parse(adapted(source, ast));
  } catch (error) {
    const reason = firstLine(error);
    return { isTransition: false, truth: () => ({ reason }), text: () => undefined };
  }
  const run = (self: unknown, old: OldSelf | undefined, isOptional: boolean): unknown => {
    const oldSelf: unknown = isOptional ? (old === undefined ? noValue : someValue({ value: old.value })) : old?.value;
    return evaluate({ self, ...(oldSelf === undefined ? {} : { oldSelf }) });
  };
  return {
    isTransition,
    truth: (self, old, isOptional) => {
      if (isTransition && old === undefined && !isOptional) return 'transition';
      try {
        const result = run(self, old, isOptional);
        return typeof result === 'boolean' ? result : { reason: 'it gives no boolean' };
      } catch (error) {
        return isOfEveryCel(error) ? { failed: lowerFirst(firstLine(error)) } : { reason: firstLine(error) };
      }
    },
    text: (self, old, isOptional) => {
      try {
        const result = run(self, old, isOptional);
        return typeof result === 'string' ? result : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** A field that is not there, or an item beyond the end: the same wherever CEL runs. */
function isOfEveryCel(error: unknown): boolean {
  return error instanceof EvaluationError && ['no_such_key', 'index_out_of_bounds'].includes(error.code);
}

function lowerFirst(written: string): string {
  return written.charAt(0).toLowerCase() + written.slice(1);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
