import { closest } from '../resources/closest.ts';
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
  return closest(written, names);
}
