import { field, fields, list, text } from './fields.ts';
import type { ObjectBase } from './object.ts';
import { newFields } from './new-fields.ts';

/** The annotations by which a CRD of the Gateway API says of which release and channel it is. Source: Gateway API, pkg/consts/consts.go. */
export const bundleKey = 'gateway.networking.k8s.io/bundle-version';
export const channelKey = 'gateway.networking.k8s.io/channel';

/** A CustomResourceDefinition, as far as rules ask. */
export interface CustomResourceDefinition extends ObjectBase {
  readonly kind: 'CustomResourceDefinition';
  /** The resources' group and plural name, which its own name is made of. */
  readonly group: string;
  readonly plural: string;
  /** The resources' kind; `undefined` where it names none. */
  readonly definedKind: string | undefined;
  /** The versions that are served, each with the fields of `newFields` that its schema has; `undefined` where it has no spec. */
  readonly served: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

export function readDefinition(base: ObjectBase, raw: unknown): CustomResourceDefinition {
  const spec = field(raw, 'spec');
  const dot = base.name.indexOf('.');
  const definedKind = text(field(spec, 'names'), 'kind');
  return {
    ...base,
    kind: 'CustomResourceDefinition',
    group: base.name.slice(dot + 1),
    plural: base.name.slice(0, Math.max(dot, 0)),
    definedKind,
    served: spec === undefined ? undefined : servedVersions(spec, definedKind ?? ''),
  };
}

function servedVersions(spec: unknown, kind: string): Map<string, Set<string>> {
  const served = new Map<string, Set<string>>();
  for (const version of list(spec, 'versions')) {
    if (field(version, 'served') !== true) continue;
    const schema = field(field(version, 'schema'), 'openAPIV3Schema');
    const known = (newFields.get(kind) ?? []).filter((path) => hasField(schema, path));
    served.set(text(version, 'name') ?? '', new Set(known));
  }
  return served;
}

/** Whether a schema has a field; of one that lets every field through it has all. */
function hasField(schema: unknown, path: string): boolean {
  let here = schema;
  for (const part of path.split('.')) {
    if (field(here, 'x-kubernetes-preserve-unknown-fields') === true) return true;
    const isList = part.endsWith('[]');
    here = field(field(here, 'properties'), isList ? part.slice(0, -2) : part);
    if (isList) here = field(here, 'items');
    if (fields(here) === undefined) return false;
  }
  return true;
}
