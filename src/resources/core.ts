import { emptyMap, field, list, text, textMap } from './fields.ts';
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
  /** Whether only the metadata has been read: the ConfigMap exists, and what it holds is unknown. */
  readonly isUnread: boolean;
}

export interface ReferenceGrant extends ObjectBase {
  readonly kind: 'ReferenceGrant';
  readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
  readonly to: readonly { readonly group: string; readonly kind: string; readonly name: string | undefined }[];
}

const longestValue = 4096;
/** How many characters of a ConfigMap are kept at most. Kong's and its controller's variables have some hundreds. */
const mostKept = 65_536;

export function readConfigMap(base: ObjectBase, raw: unknown): ConfigMap {
  const data = new Map<string, string>();
  const long = new Set<string>();
  for (const [key, value] of textMap(raw, 'data')) {
    if (value.length <= longestValue) data.set(key, value);
    else long.add(key);
  }
  // A list or watch of metadata gives objects of this kind.
  return { ...base, kind: 'ConfigMap', data, long, isUnread: text(raw, 'kind') === 'PartialObjectMetadata' };
}

/** A ConfigMap of which only the metadata is known. */
export function withoutContent(configMap: ConfigMap): ConfigMap {
  return { ...configMap, data: emptyMap, long: noKeys, isUnread: true };
}

/** A ConfigMap with the wanted keys only; without its content if these are too long together to be kept. */
export function withKeys(configMap: ConfigMap, isWanted: (key: string) => boolean): ConfigMap {
  const data = new Map([...configMap.data].filter(([key]) => isWanted(key)));
  const long = new Set([...configMap.long].filter(isWanted));
  let length = 0;
  for (const [key, value] of data) length += key.length + value.length;
  for (const key of long) length += key.length;
  return length > mostKept ? withoutContent(configMap) : { ...configMap, data, long };
}

const noKeys: ReadonlySet<string> = new Set();

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
