/**
 * The ids of what the API server itself would say of an object: by the CRD's schema, by one of the CRD's own CEL rules, or of the manifest
 * before any schema (its metadata, its kind, keys given twice).
 */
export const flawIds = ['crd-schema', 'crd-rule', 'manifest'] as const;
export type FlawId = (typeof flawIds)[number];

/** What the API server would say of an object. */
export interface Flaw {
  readonly id: FlawId;
  /** Whether it refuses the object, or only drops something. */
  readonly denies: boolean;
  readonly path: string;
  /** The path of what is meant, if the API server's own path is less exact. */
  readonly place?: string;
  readonly message: string;
  readonly hint?: string;
}

/** A flaw that refuses the object, and whether it keeps the API server from going on to the CRD's own rules. */
export interface Denial extends Flaw {
  readonly denies: true;
  readonly blocks: boolean;
}

/** The beginnings of messages after which the API server evaluates no rule. Source: apiextensions-apiserver, hasBlockingErr. */
export function denial(path: string, message: string, blocks = false): Denial {
  return { id: 'crd-schema', denies: true, path, message, blocks };
}

/** `spec.listeners` and 2 → `spec.listeners[2]`; `spec` and `port` → `spec.port`. */
export function below(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? step : `${path}.${step}`;
}

/** `spec.labels` and `a.b/c` → `spec.labels[a.b/c]`, as the API server writes the entries of a map outside of schema errors. */
export function keyed(path: string, key: string): string {
  return `${path}[${key}]`;
}
