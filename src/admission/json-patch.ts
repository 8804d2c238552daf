import { field, fields } from '../resources/fields.ts';
import type { MetadataEdit } from '../mutations/mutation.ts';

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The patch that makes the edits, on the object as it stands: it adds, replaces and removes the entries of the edits alone, and creates a map of
 * labels or annotations where there is none. Empty where everything is as the edits want it, and for what has no metadata.
 */
export function patchOf(raw: unknown, edits: readonly MetadataEdit[]): PatchOperation[] {
  const metadata = field(raw, 'metadata');
  if (fields(metadata) === undefined) return [];
  return (['labels', 'annotations'] as const).flatMap((name) => {
    const own = edits.filter((edit) => edit.field === name);
    const entries = fields(field(metadata, name));
    if (entries !== undefined) return own.flatMap((edit) => operationOf(entries, edit));
    const added = own.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const]));
    return added.length === 0
      ? []
      : [{ op: 'add' as const, path: `/metadata/${name}`, value: Object.fromEntries(added) }];
  });
}

function operationOf(
  entries: Readonly<Record<string, unknown>>,
  { field: name, key, value }: MetadataEdit,
): PatchOperation[] {
  const path = `/metadata/${name}/${escaped(key)}`;
  const isThere = Object.hasOwn(entries, key);
  if (value === undefined) return isThere ? [{ op: 'remove', path }] : [];
  if (isThere && entries[key] === value) return [];
  return [{ op: isThere ? 'replace' : 'add', path, value }];
}

/** A key as a JSON pointer has it (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** An object with the edits made, for reading on: a copy as far as it is changed. */
export function edited(raw: object, edits: readonly MetadataEdit[]): object {
  let metadata = fields(field(raw, 'metadata'));
  if (metadata === undefined || edits.length === 0) return raw;
  for (const { field: name, key, value } of edits) {
    const { [key]: _old, ...others } = fields(field(metadata, name)) ?? {};
    metadata = { ...metadata, [name]: value === undefined ? others : { ...others, [key]: value } };
  }
  return { ...raw, metadata };
}
