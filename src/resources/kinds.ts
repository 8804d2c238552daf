/**
 * The kinds that Gateway Guard reads, with the versions that some release of their CRDs served, preferred version first.
 * Sources: the Gateway API's CRDs from v0.6.2 to v1.6.1; Kuma's CRDs of 2.14; Kubernetes' API reference for the rest.
 */
export interface KindInfo {
  readonly group: string;
  readonly versions: readonly string[];
  /** The resource's name in URLs. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Whether a cluster is asked for the metadata of its objects only. */
  readonly metadataOnly?: true;
}

const gatewayGroup = 'gateway.networking.k8s.io';

const gatewayKind = (plural: string, versions: readonly string[], namespaced = true): KindInfo => ({
  group: gatewayGroup,
  versions,
  plural,
  namespaced,
});

const meshKind = (plural: string, namespaced: boolean): KindInfo => ({
  group: 'kuma.io',
  versions: ['v1alpha1'],
  plural,
  namespaced,
});

const appsKind = (plural: string): KindInfo => ({ group: 'apps', versions: ['v1'], plural, namespaced: true });

export const kinds = {
  GatewayClass: gatewayKind('gatewayclasses', ['v1', 'v1beta1', 'v1alpha2'], false),
  Gateway: gatewayKind('gateways', ['v1', 'v1beta1', 'v1alpha2']),
  ListenerSet: gatewayKind('listenersets', ['v1']),
  HTTPRoute: gatewayKind('httproutes', ['v1', 'v1beta1', 'v1alpha2']),
  GRPCRoute: gatewayKind('grpcroutes', ['v1', 'v1alpha2']),
  TCPRoute: gatewayKind('tcproutes', ['v1', 'v1alpha2']),
  TLSRoute: gatewayKind('tlsroutes', ['v1', 'v1alpha3', 'v1alpha2']),
  UDPRoute: gatewayKind('udproutes', ['v1', 'v1alpha2']),
  ReferenceGrant: gatewayKind('referencegrants', ['v1', 'v1beta1', 'v1alpha2']),
  Service: { group: '', versions: ['v1'], plural: 'services', namespaced: true },
  Namespace: { group: '', versions: ['v1'], plural: 'namespaces', namespaced: false },
  /** The content is read of those ConfigMaps only from which Kong, its controller or Kong Mesh take environment variables. */
  ConfigMap: { group: '', versions: ['v1'], plural: 'configmaps', namespaced: true, metadataOnly: true },
  /** Whether a certificate exists is all that is asked: what a Secret holds is never read. */
  Secret: { group: '', versions: ['v1'], plural: 'secrets', namespaced: true, metadataOnly: true },
  CustomResourceDefinition: {
    group: 'apiextensions.k8s.io',
    versions: ['v1'],
    plural: 'customresourcedefinitions',
    namespaced: false,
  },
  Deployment: appsKind('deployments'),
  DaemonSet: appsKind('daemonsets'),
  StatefulSet: appsKind('statefulsets'),
  Mesh: meshKind('meshes', false),
  MeshGatewayConfig: meshKind('meshgatewayconfigs', false),
  MeshGateway: meshKind('meshgateways', false),
  MeshGatewayInstance: meshKind('meshgatewayinstances', true),
  MeshHTTPRoute: meshKind('meshhttproutes', true),
  MeshTCPRoute: meshKind('meshtcproutes', true),
} as const satisfies Record<string, KindInfo>;

export type Kind = keyof typeof kinds;
export const allKinds = Object.keys(kinds) as readonly Kind[];

/** The kind that an object's apiVersion and kind name; `undefined` where it is none of ours, in any version. */
export function kindOf(apiVersion: string, kind: string): Kind | undefined {
  if (!Object.hasOwn(kinds, kind)) return undefined;
  const known = kind as Kind;
  return groupOf(apiVersion) === kinds[known].group ? known : undefined;
}

/** The version of an apiVersion: `v1` of `apps/v1` and of `v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** The group of an apiVersion: `apps` of `apps/v1`, the empty text of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}
