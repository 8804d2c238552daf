/** A failure that the API server's CEL has too, in its words: `no such key: a`. */
export class CelFailure extends Error {}

/** What this evaluator does not know, so that nothing can be said of the value. */
export class Unsupported extends Error {}

/** What CEL says of a value of a type that an operator or a function does not take. */
export function noOverload(): CelFailure {
  return new CelFailure('no such overload');
}
