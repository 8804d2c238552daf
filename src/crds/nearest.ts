import { field, fields } from '../resources/fields.ts';

/** The property that somebody who wrote an unknown one meant, by its place in the schema; `undefined` where none is near. */
export function nearest(path: string, schema: unknown): string | undefined {
  const steps = path.split('.').flatMap((part) => part.split('['));
  const written = steps.pop() ?? '';
  let here: unknown = schema;
  for (const step of steps) {
    here = step.endsWith(']')
      ? field(here, 'items')
      : (field(field(here, 'properties'), step) ?? field(here, 'additionalProperties'));
  }
  const names = Object.keys(fields(field(here, 'properties')) ?? {});
  const near = names
    .map((name) => ({ name, distance: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance: far }) => far <= Math.min(2, Math.floor(name.length / 3)))
    .toSorted((one, other) => one.distance - other.distance);
  return near[0]?.name;
}

/** How many letters are to be put in, left out or changed (Levenshtein); texts over 64 letters are far from everything. */
function distance(one: string, other: string): number {
  if (one.length > 64 || other.length > 64) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [place, its] of Array.from(other).entries()) {
      const change = (row[place] ?? 0) + (letter === its ? 0 : 1);
      next.push(Math.min((next[place] ?? 0) + 1, (row[place + 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row.at(-1) ?? Infinity;
}
