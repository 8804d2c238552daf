import { fields, list, type Fields } from '../resources/fields.ts';
import { quoted } from './printed.ts';
import type { Check } from './schema.ts';
import { schemaErrors } from './schema-errors.ts';
import { Tally } from './tally.ts';

type UnionCheck = (value: unknown, path: string, tally: Tally) => void;

/**
 * Compiles `anyOf`, `oneOf`, `allOf` and `not`. If no branch fits, the errors of the branch that fits best are told beside that. Source: Kubernetes,
 * kube-openapi pkg/validation/validate, schemaPropsValidator.
 */
export function unionCheck(schema: Fields, compile: (schema: Fields) => Check): UnionCheck {
  const branches = (keyword: string): Check[] => list(schema, keyword).map((one) => compile(fields(one) ?? {}));
  const [some, one, all] = [branches('anyOf'), branches('oneOf'), branches('allOf')];
  const negated = fields(schema['not']);
  const not = negated === undefined ? undefined : compile(negated);
  return (value, path, tally) => {
    if (some.length > 0) checkSome(some, value, path, tally);
    if (one.length > 0) checkOne(one, value, path, tally);
    if (all.length > 0) checkAll(all, value, path, tally);
    if (not !== undefined && run(not, value, path).isClean) {
      tally.add(schemaErrors.unplaced(`${quoted(path)} must not validate the schema (not)`));
    }
    tally.matches += 2;
  };
}

function run(check: Check, value: unknown, path: string): Tally {
  const tally = new Tally();
  check(value, path, tally);
  return tally;
}

function checkSome(branches: readonly Check[], value: unknown, path: string, tally: Tally): void {
  let best: Tally | undefined;
  for (const branch of branches) {
    const result = run(branch, value, path);
    if (result.isClean) {
      tally.merge(result);
      return;
    }
    if (best === undefined || result.matches > best.matches) best = result;
  }
  tally.add(schemaErrors.unplaced(`${quoted(path)} must validate at least one schema (anyOf)`));
  if (best !== undefined) tally.merge(best);
}

function checkOne(branches: readonly Check[], value: unknown, path: string, tally: Tally): void {
  const results = branches.map((branch) => run(branch, value, path));
  const fitting = results.filter(({ isClean }) => isClean);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) {
    tally.merge(only);
    return;
  }
  const found = only === undefined ? 'Found none valid' : `Found ${fitting.length} valid alternatives`;
  tally.add(schemaErrors.unplaced(`${quoted(path)} must validate one and only one schema (oneOf). ${found}`));
  if (only === undefined) {
    const best = results.reduce((one, other) => (other.matches > one.matches ? other : one));
    tally.merge(best);
  }
}

function checkAll(branches: readonly Check[], value: unknown, path: string, tally: Tally): void {
  const results = branches.map((branch) => run(branch, value, path));
  for (const result of results) tally.merge(result);
  const fitting = results.filter(({ isClean }) => isClean).length;
  if (fitting < results.length) {
    const found = fitting === 0 ? '. None validated' : '';
    tally.add(schemaErrors.unplaced(`${quoted(path)} must validate all the schemas (allOf)${found}`));
  }
}
