import { field, list, text, textMap } from './fields.ts';
import type { ObjectBase } from './object.ts';

export interface Namespace extends ObjectBase {
  readonly kind: 'Namespace';
}

export interface Secret extends ObjectBase {
  readonly kind: 'Secret';
}

export interface ConfigMap extends ObjectBase {
  readonly kind: 'ConfigMap';
  /** The short values (at most 4 KiB): a list of listens or a name is one, a file is not. */
  readonly data: ReadonlyMap<string, string>;
  /** The keys whose values are longer. */
  readonly long: ReadonlySet<string>;
}

export interface ReferenceGrant extends ObjectBase {
  readonly kind: 'ReferenceGrant';
  readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
  readonly to: readonly { readonly group: string; readonly kind: string; readonly name: string | undefined }[];
}

const longestValue = 4096;

export function readConfigMap(base: ObjectBase, raw: unknown): ConfigMap {
  const data = new Map<string, string>();
  const long = new Set<string>();
  for (const [key, value] of textMap(raw, 'data')) {
    if (value.length <= longestValue) data.set(key, value);
    else long.add(key);
  }
  return { ...base, kind: 'ConfigMap', data, long };
}

export function readReferenceGrant(base: ObjectBase, raw: unknown): ReferenceGrant {
  const spec = field(raw, 'spec');
  return {
    ...base,
    kind: 'ReferenceGrant',
    from: list(spec, 'from').map((item) => ({
      group: text(item, 'group') ?? '',
      kind: text(item, 'kind') ?? '',
      namespace: text(item, 'namespace') ?? '',
    })),
    to: list(spec, 'to').map((item) => ({
      group: text(item, 'group') ?? '',
      kind: text(item, 'kind') ?? '',
      name: text(item, 'name'),
    })),
  };
}
