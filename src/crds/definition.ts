import { bundleKey, channelKey } from '../resources/definition.ts';
import { field, fields, list, text, textMap, type Fields } from '../resources/fields.ts';

/** A version that a CustomResourceDefinition serves. */
export interface ServedVersion {
  readonly name: string;
  /** The OpenAPI v3 schema, structural as apiextensions.k8s.io/v1 asks for it. */
  readonly schema: Fields;
  /** Whether `status` is a subresource: then what a creation says of it is dropped. */
  readonly hasStatus: boolean;
  /** Where the `scale` subresource counts the replicas that are asked for: `.spec.replicas`; `undefined` without that subresource. */
  readonly replicasPath: string | undefined;
}

/** A CustomResourceDefinition with its schemas. */
export interface Definition {
  readonly group: string;
  readonly kind: string;
  /** The resource's name in URLs. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly served: ReadonlyMap<string, ServedVersion>;
  /** Which bundle of the Gateway API it is of, in words: `v1.6.1, standard channel`; `undefined` for others. */
  readonly bundle: string | undefined;
}

/** Whether an object says that it is a CustomResourceDefinition of the one version that API servers still take. */
export function isDefinition(raw: unknown): boolean {
  return text(raw, 'kind') === 'CustomResourceDefinition' && text(raw, 'apiVersion') === 'apiextensions.k8s.io/v1';
}

/**
 * Reads a CustomResourceDefinition. Gives a sentence where it says it is one, and lacks what makes it one.
 */
export function readDefinitionOf(raw: unknown): Definition | string {
  const name = text(field(raw, 'metadata'), 'name') ?? 'without a name';
  const spec = field(raw, 'spec');
  const group = text(spec, 'group');
  const kind = text(field(spec, 'names'), 'kind');
  if (group === undefined || kind === undefined) {
    return `The CustomResourceDefinition ${name} is none: it has no spec.group or no spec.names.kind.`;
  }
  const served = new Map<string, ServedVersion>();
  for (const version of list(spec, 'versions')) {
    const schema = fields(field(field(version, 'schema'), 'openAPIV3Schema'));
    const versionName = text(version, 'name');
    if (field(version, 'served') !== true || versionName === undefined) continue;
    if (schema === undefined) {
      return `The CustomResourceDefinition ${name} has no schema for version ${versionName}.`;
    }
    const subresources = field(version, 'subresources');
    const hasStatus = fields(field(subresources, 'status')) !== undefined;
    const replicasPath = text(field(subresources, 'scale'), 'specReplicasPath');
    served.set(versionName, { name: versionName, schema, hasStatus, replicasPath });
  }
  if (served.size === 0) return `The CustomResourceDefinition ${name} serves no version.`;
  const plural = text(field(spec, 'names'), 'plural') ?? '';
  return { group, kind, plural, namespaced: text(spec, 'scope') !== 'Cluster', served, bundle: bundleOf(raw) };
}

function bundleOf(raw: unknown): string | undefined {
  const annotations = textMap(field(raw, 'metadata'), 'annotations');
  const version = annotations.get(bundleKey);
  const channel = annotations.get(channelKey);
  if (version === undefined) return undefined;
  return channel === undefined ? version : `${version}, ${channel} channel`;
}
