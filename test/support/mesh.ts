import { defaultMeshSettings, type MeshSettings } from '../../src/mesh/settings.ts';
import { parseMeshVersion } from '../../src/mesh/version.ts';
import { classWith, routeWith } from './routes.ts';

/** A GatewayClass kuma of Kong Mesh; ends with a document's end. */
export const meshClass = classWith('kuma', 'gateways.kuma.io/controller');

/** Settings under which Kong Mesh is there, of a version. */
export function meshSettings(version = '2.x', more: Partial<MeshSettings> = {}): { mesh: MeshSettings } {
  return { mesh: { ...defaultMeshSettings, enabled: true, version: parseMeshVersion(version), ...more } };
}

/** A Gateway of Kong Mesh; metadata and listeners in YAML's flow style; ends with a document's end. */
export function edgeWith(
  metadata = '',
  listeners: readonly string[] = ['protocol: HTTP, port: 80'],
  className = 'kuma',
): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge${metadata === '' ? '' : `, ${metadata}`}}
spec:
  gatewayClassName: ${className}
  listeners:
${listeners.map((listener, index) => `    - {name: l${index}, ${listener}}`).join('\n')}
---
`;
}

/** A Service; metadata and spec in YAML's flow style. */
export function meshService(
  name: string,
  ports = '[{port: 5000, appProtocol: http}]',
  metadata = '',
  spec = '',
): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}${metadata === '' ? '' : `, ${metadata}`}}
spec: {ports: ${ports}${spec === '' ? '' : `, ${spec}`}}
---
`;
}

/** A Namespace with labels and annotations in YAML's flow style. */
export function namespaceWith(name: string, labels = '{}', annotations = '{}'): string {
  return `apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: ${labels}, annotations: ${annotations}}
---
`;
}

/** A resource of Kong Mesh with metadata and spec in YAML's flow style. */
export function kumaWith(kind: string, name: string, spec = '{}', metadata = ''): string {
  return `apiVersion: kuma.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}${metadata === '' ? '' : `, ${metadata}`}}
spec: ${spec}
---
`;
}

export const mtls = '{mtls: {enabledBackend: ca-1, backends: [{name: ca-1, type: builtin}]}}';

/** A control plane of Kong Mesh, with its KUMA_MODE. */
export function controlPlaneWith(mode: string, image = 'docker.io/kong/kuma-cp:2.14.3'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: kong-mesh-control-plane, namespace: kong-mesh-system}
spec:
  template:
    spec:
      serviceAccountName: mesh-cp
      containers: [{name: control-plane, image: "${image}", env: [{name: KUMA_MODE, value: ${mode}}]}]
---
`;
}

/** An HTTPRoute with parents and rules in YAML's flow style; the rules default to one backend, demo-app on 5000. */
export function meshRoute(
  parents: string,
  rules = '[{backendRefs: [{name: demo-app, port: 5000}]}]',
  metadata = '',
): string {
  return routeWith('HTTPRoute', 'demo', `{parentRefs: [${parents}], rules: ${rules}}`, metadata);
}

export const toEdge = '{name: edge}';
export const toService = '{group: "", kind: Service, name: demo-app, port: 5000}';
