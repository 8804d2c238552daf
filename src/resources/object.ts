import { emptyMap, field, fields, text, textMap, type Fields } from './fields.ts';
import { kinds, type Kind } from './kinds.ts';

/** What names an object: enough to print it and to find it again. `namespace` is empty for cluster-scoped kinds. */
export interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** An object of a kind that we read, by its name. */
export interface ObjectRef extends NamedObject {
  readonly kind: Kind;
}

/** What every object has, whatever its kind. */
export interface ObjectBase extends ObjectRef {
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** creationTimestamp in milliseconds since 1970; `undefined` for what was never stored, such as an object of a file. */
  readonly created: number | undefined;
  /** Of a Namespace all labels, for selectors ask for any; of other kinds those that rules read. */
  readonly labels: ReadonlyMap<string, string>;
  /** The annotations that rules read: those of Kong, of Kong Mesh, of the Gateway API's CRDs and of Gateway Guard. */
  readonly annotations: ReadonlyMap<string, string>;
  /** Whether it has a deletionTimestamp: it is on its way out and conflicts with nothing. */
  readonly deleting: boolean;
}

/** Where an object is looked up: unique among the objects of its kind. */
export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The key of an object among the objects of its kind. */
export function keyOf(object: Pick<ObjectRef, 'namespace' | 'name'>): string {
  return objectKey(object.namespace, object.name);
}

/** The key of an object among those of all kinds. */
export function kindKey(object: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return `${object.kind} ${keyOf(object)}`;
}

/** Whether two references name the same object, whatever their API versions. */
export function sameObject(one: ObjectRef, other: ObjectRef): boolean {
  return one.kind === other.kind && one.name === other.name && one.namespace === other.namespace;
}

/** `Gateway shop/edge`, or `GatewayClass kong` for cluster-scoped kinds. */
export function displayName(object: Omit<NamedObject, 'apiVersion'>): string {
  return `${object.kind} ${object.namespace === '' ? object.name : keyOf(object)}`;
}

/** The reference alone, without the rest of the object. */
export function refOf(object: ObjectRef): ObjectRef {
  const { apiVersion, kind, namespace, name } = object;
  return { apiVersion, kind, namespace, name };
}

/**
 * Reads an object's metadata. `namespace` is the one that an object of a namespaced kind has where it names none.
 * A name that is missing (an object with generateName, not yet named) reads as the generateName.
 */
export function readBase(kind: Kind, raw: unknown, namespace: string): ObjectBase {
  const metadata = fields(field(raw, 'metadata'));
  const created = Date.parse(text(metadata, 'creationTimestamp') ?? '');
  return {
    apiVersion: text(raw, 'apiVersion') ?? '',
    kind,
    namespace: kinds[kind].namespaced ? (text(metadata, 'namespace') ?? namespace) : '',
    name: text(metadata, 'name') ?? text(metadata, 'generateName') ?? '',
    uid: text(metadata, 'uid'),
    resourceVersion: text(metadata, 'resourceVersion'),
    created: Number.isNaN(created) ? undefined : created,
    labels: kind === 'Namespace' ? textMap(metadata, 'labels') : readByRules(metadata, 'labels'),
    annotations: readByRules(metadata, 'annotations'),
    deleting: text(metadata, 'deletionTimestamp') !== undefined,
  };
}

/** Whether rules read an annotation or label of this key. */
export function isReadByRules(key: string): boolean {
  return (
    key.startsWith('konghq.com/') ||
    key.includes('kuma.io/') ||
    key === 'gateway-guard.io/allow' ||
    key.startsWith('gateway.networking.k8s.io/')
  );
}

/** The entries of a map of texts that rules read; most objects have none. */
function readByRules(metadata: Fields | undefined, name: string): ReadonlyMap<string, string> {
  const record = fields(field(metadata, name));
  if (record === undefined) return emptyMap;
  let kept: Map<string, string> | undefined;
  for (const key of Object.keys(record)) {
    const value = isReadByRules(key) ? record[key] : undefined;
    if (typeof value === 'string') (kept ??= new Map<string, string>()).set(key, value);
  }
  return kept ?? emptyMap;
}
