import { text, type Fields } from '../resources/fields.ts';
import { compileCel, type Evaluated, type OldSelf, type Program } from './cel.ts';
import { placeBelow } from './field-path.ts';
import type { Flaw } from './flaw.ts';
import { printed } from './printed.ts';

/** What came of a rule. `failed`: the API server's CEL fails in the same way, and refuses the object for it. `transition`: there is no old value to compare with. */
export type Outcome = Evaluated;

/** A rule of a CRD. */
export interface Rule {
  readonly source: string;
  /** Whether it compares with the old value. */
  readonly isTransition: boolean;
  evaluate(self: unknown, old: OldSelf | undefined): Outcome;
  /** What the API server says of a value for which it is false, or fails. */
  flaw(outcome: Outcome, value: unknown, path: string, self: unknown, old: OldSelf | undefined): Flaw;
}

/** The longest text that a `messageExpression` may give, in bytes. Source: Kubernetes, apiserver pkg/apis/cel. */
const maxMessage = 5 * 1024;

/** Reads a rule of a schema; `undefined` if it is empty, as the API server leaves out such a rule. Programs are shared by their source. */
export function readRule(raw: unknown, node: Fields, programs: Map<string, Program>): Rule | undefined {
  const source = text(raw, 'rule')?.trim();
  if (source === undefined || source === '') return undefined;
  const programOf = (written: string): Program => {
    const known = programs.get(written) ?? compileCel(written);
    programs.set(written, known);
    return known;
  };
  const program = programOf(source);
  const isOptional = (raw as Fields)['optionalOldSelf'] === true;
  const expression = text(raw, 'messageExpression');
  const told = text(raw, 'message')?.trim();
  const name = told ?? source;
  const type = text(node, 'type') ?? '';
  const messageOf = (self: unknown, old: OldSelf | undefined): string => {
    const written = expression === undefined ? undefined : programOf(expression).text(self, old, isOptional)?.trim();
    const isFit = written !== undefined && written !== '' && !written.includes('\n');
    if (isFit && Buffer.byteLength(written) <= maxMessage) return written;
    return told ?? `failed rule: ${source}`;
  };
  return {
    source,
    isTransition: program.isTransition,
    evaluate: (self, old) => program.truth(self, old, isOptional),
    flaw: (outcome, value, path, self, old) => {
      const base = { id: 'crd-rule', denies: true } as const;
      if (typeof outcome === 'object' && 'failed' in outcome) {
        const message = `Invalid value: ${JSON.stringify(type)}: ${outcome.failed} evaluating rule: ${name}`;
        return { ...base, path, message };
      }
      const place = placeBelow(path, text(raw, 'fieldPath'), node);
      return { ...base, path: place, message: bodyOf(text(raw, 'reason'), type, value, messageOf(self, old)) };
    },
  };
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
