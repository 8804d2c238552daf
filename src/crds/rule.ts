import { fields, text, type Fields } from '../resources/fields.ts';
import { programOf, type Evaluated, type Given, type Program } from './cel/program.ts';
import { placeBelow } from './field-path.ts';
import type { Flaw } from './flaw.ts';
import { printed } from './printed.ts';

/** What a rule is evaluated on. */
export type Beside = Omit<Given, 'isOptional'>;

/** A rule of a CRD. */
export interface Rule {
  readonly source: string;
  /** Whether it compares with the old value. */
  readonly isTransition: boolean;
  evaluate(beside: Beside): Evaluated;
  /** What the API server says of a value for which it is false, or fails. */
  flaw(outcome: Evaluated, value: unknown, path: string, beside: Beside): Flaw;
}

/** The longest text that a `messageExpression` may give, in bytes. Source: Kubernetes, apiserver pkg/apis/cel. */
const maxMessage = 5 * 1024;

/** Reads a rule of a schema; `undefined` if it is empty, as the API server leaves out such a rule. Programs are shared by their source. */
export function readRule(raw: unknown, node: Fields, programs: Map<string, Program>): Rule | undefined {
  const source = text(raw, 'rule')?.trim();
  if (source === undefined || source === '') return undefined;
  const compiled = (written: string): Program => {
    const known = programs.get(written) ?? programOf(written);
    programs.set(written, known);
    return known;
  };
  const program = compiled(source);
  const isOptional = (raw as Fields)['optionalOldSelf'] === true;
  const expression = text(raw, 'messageExpression');
  const told = text(raw, 'message')?.trim();
  const name = told ?? source;
  const type = text(node, 'type') ?? '';
  const isDynamic = hasDynamic(node);
  const messageOf = (beside: Beside): string => {
    const written =
      expression === undefined
        ? undefined
        : compiled(expression)
            .text({ ...beside, isOptional })
            ?.trim();
    const isFit = written !== undefined && written !== '' && !written.includes('\n');
    if (isFit && Buffer.byteLength(written) <= maxMessage) return written;
    return told ?? `failed rule: ${source}`;
  };
  return {
    source,
    isTransition: program.isTransition,
    evaluate: (beside) => {
      const outcome = program.truth({ ...beside, isOptional });
      const isOverload = typeof outcome === 'object' && 'failed' in outcome && outcome.failed === 'no such overload';
      // The API server takes no CRD whose rules do this with values of a known type, so it must be a fault of this evaluator.
      return isOverload && !isDynamic ? { reason: outcome.failed } : outcome;
    },
    flaw: (outcome, value, path, beside) => {
      const base = { id: 'crd-rule', denies: true } as const;
      if (typeof outcome === 'object' && 'failed' in outcome) {
        const message = `Invalid value: ${JSON.stringify(type)}: ${failureOf(outcome.failed, name)}`;
        return { ...base, path, message };
      }
      const place = placeBelow(path, text(raw, 'fieldPath'), node);
      return { ...base, path: place, message: bodyOf(text(raw, 'reason'), type, value, messageOf(beside)) };
    },
  };
}

/** Whether a value of the schema may be of more than one type. */
function hasDynamic(schema: unknown): boolean {
  const here = fields(schema);
  if (here === undefined) return false;
  if (here['x-kubernetes-int-or-string'] === true) return true;
  const below = [here['items'], here['additionalProperties'], ...Object.values(fields(here['properties']) ?? {})];
  return below.some(hasDynamic);
}

function failureOf(failed: string, name: string): string {
  if (!failed.startsWith('no such overload')) return `${failed} evaluating rule: ${name}`;
  return `'${failed}': call arguments did not match a supported operator, function or macro signature for rule: ${name}`;
}

/** As apiextensions-apiserver writes it: lists and objects are left out of a message. */
function bodyOf(reason: string | undefined, type: string, value: unknown, message: string): string {
  const shown = type === 'object' || type === 'array' ? '' : `: ${printed(value)}`;
  switch (reason) {
    case 'FieldValueForbidden':
      return `Forbidden: ${message}`;
    case 'FieldValueRequired':
      return `Required value: ${message}`;
    case 'FieldValueDuplicate':
      return `Duplicate value${shown}`;
    default:
      return `Invalid value${shown}: ${message}`;
  }
}
