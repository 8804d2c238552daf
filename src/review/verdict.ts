import type { ObjectRef } from '../resources/object.ts';
import type { Enforcement } from '../rules/rule.ts';

/** What a rule found, with what it does. */
export interface Finding {
  readonly rule: string;
  readonly enforcement: Exclude<Enforcement, 'off'>;
  readonly object: ObjectRef;
  /** As the API server writes it: `spec.listeners[2].port`. */
  readonly path: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly related: readonly ObjectRef[];
}

/** A rule that threw: it could not be checked, and the others went on. */
export interface RuleFailure {
  readonly rule: string;
  readonly error: unknown;
}

/** A rule that found something and was left out, because the object opts out of it. */
export interface AllowanceUse {
  readonly rule: string;
  /** What the first of its findings would have done. */
  readonly enforcement: Exclude<Enforcement, 'off'>;
  /** As the object's author wrote it, on one line and shortened. */
  readonly reason: string;
}

/** A review's result. */
export interface Verdict {
  readonly allowed: boolean;
  readonly findings: readonly Finding[];
  readonly failures: readonly RuleFailure[];
  readonly allowances: readonly AllowanceUse[];
}

export const silent: Verdict = { allowed: true, findings: [], failures: [], allowances: [] };
