import type { SchemaError } from './schema-errors.ts';

/**
 * What a schema says of a value: its errors, each text once, and how many checks were made without one. Of the branches of a union that all fail, the API server
 * reports the one with most of these. Source: Kubernetes, kube-openapi pkg/validation/validate, Result.
 */
export class Tally {
  readonly #errors = new Map<string, SchemaError>();
  matches = 0;

  get isClean(): boolean {
    return this.#errors.size === 0;
  }

  get errors(): Iterable<SchemaError> {
    return this.#errors.values();
  }

  add(error: SchemaError): void {
    if (!this.#errors.has(error.text)) this.#errors.set(error.text, error);
  }

  /** Takes in the errors and the matches of another one. */
  merge(other: Tally): void {
    for (const error of other.errors) this.add(error);
    this.matches += other.matches;
  }
}
