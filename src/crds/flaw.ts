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

/** A value as the API server writes it in a message: texts quoted, objects and lists as JSON, cut to something that can be read. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'null' : JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 120)}…`;
}

/** `spec.listeners` and 2 → `spec.listeners[2]`; `spec` and `port` → `spec.port`. */
export function below(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? step : `${path}.${step}`;
}
