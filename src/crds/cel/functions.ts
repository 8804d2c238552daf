import { conversions } from './conversions.ts';
import { formatFunctions } from './format-functions.ts';
import { listFunctions } from './list-functions.ts';
import { noOverload, Unsupported } from './failure.ts';
import { optionalFunctions } from './optional-functions.ts';
import { textFunctions } from './text-functions.ts';
import { timeFunctions } from './time-functions.ts';
import { urlFunctions } from './url-functions.ts';
import type { Value } from './values.ts';

/** A function, or a method with its receiver first. Throws CelFailure for arguments that it does not take. */
export type Work = (args: readonly Value[]) => Value;

/** Functions of one name, of which each takes other arguments. */
export type Overload = (...args: (Value | undefined)[]) => Value | undefined;

/**
 * The functions that the API server of Kubernetes 1.36 has, as far as they are known here; a function with a dot in its name is of a library. Source: Kubernetes, apiserver
 * pkg/cel/environment/base.go and pkg/cel/library.
 */
export const functions: ReadonlyMap<string, Work> = merged([
  textFunctions,
  listFunctions,
  conversions,
  timeFunctions,
  optionalFunctions,
  formatFunctions,
  urlFunctions,
]);

/** The functions of which every form is known here: what they do not take, they do not take in the API server either. */
const complete: ReadonlySet<string> = new Set([
  ...['size', 'contains', 'startsWith', 'endsWith', 'matches', 'find', 'findAll', 'charAt', 'indexOf', 'lastIndexOf'],
  ...['lowerAscii', 'upperAscii', 'trim', 'substring', 'replace', 'split', 'hasValue', 'value', 'orValue', 'or'],
]);

/** The functions of several tables by their names: of those with one name the first that takes the arguments gives the value. */
function merged(tables: readonly Readonly<Record<string, Overload>>[]): ReadonlyMap<string, Work> {
  const overloads = new Map<string, Overload[]>();
  for (const [name, overload] of tables.flatMap((table) => Object.entries(table))) {
    overloads.set(name, [...(overloads.get(name) ?? []), overload]);
  }
  return new Map(
    [...overloads].map(([name, candidates]) => [
      name,
      (args) => {
        for (const candidate of candidates) {
          const result = candidate(...args);
          if (result !== undefined) return result;
        }
        throw complete.has(name) ? noOverload() : new Unsupported(`${name} with such arguments is unknown here`);
      },
    ]),
  );
}
