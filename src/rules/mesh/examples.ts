import { exampleRoute, exampleService } from '../examples.ts';

/** A GatewayClass of Kong Mesh; `parameters` is YAML below `parametersRef`, at the first column. */
export function meshClass(parameters = ''): string {
  const lines = parameters
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `    ${line}\n`)
    .join('');
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: kuma
spec:
  controllerName: gateways.kuma.io/controller
${lines === '' ? '' : `  parametersRef:\n${lines}`}---
`;
}

/** The parameters of such a class, by name. */
export const parametersTo = (name: string): string => `group: kuma.io\nkind: MeshGatewayConfig\nname: ${name}\n`;

/** A MeshGatewayConfig with a spec in YAML's flow style. */
export function gatewayConfig(name: string, spec: string): string {
  return `apiVersion: kuma.io/v1alpha1
kind: MeshGatewayConfig
metadata:
  name: ${name}
spec: ${spec}
---
`;
}

/** A Mesh without mTLS, or with it. */
export function exampleMesh(name: string, mtls = false): string {
  const spec = mtls
    ? 'spec:\n  mtls:\n    enabledBackend: ca-1\n    backends:\n      - name: ca-1\n        type: builtin\n'
    : '';
  return `apiVersion: kuma.io/v1alpha1
kind: Mesh
metadata:
  name: ${name}
${spec}---
`;
}

/** Where something stands in a mesh: the lines of its metadata below the name. */
export const inMesh = (mesh: string): string => `  labels:\n    kuma.io/mesh: ${mesh}\n`;

/** A Gateway of Kong Mesh with one HTTP listener, and lines of metadata below its name. */
export function meshEdge(metadata = '', listener = '    - name: web\n      protocol: HTTP\n      port: 80\n'): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
${metadata}spec:
  gatewayClassName: kuma
  listeners:
${listener}---
`;
}

/** A Service of the mesh, with the lines of its port below its number. */
export function meshService(name: string, port = '      appProtocol: http\n'): string {
  return exampleService(name, 5000, port);
}

/** An HTTPRoute for a Gateway named edge, with lines of metadata below its name and backends in YAML's flow style. */
export function edgeRoute(metadata = '', backend = '{name: demo-app, port: 5000}'): string {
  const spec = `parentRefs:\n  - name: edge\nrules:\n  - backendRefs:\n      - ${backend}\n`;
  return exampleRoute('HTTPRoute', 'demo', spec, metadata);
}

/** An HTTPRoute for the Service demo-app; `parent` is what stands beside its kind and name in the parentRef, in YAML's flow style. */
export function serviceRoute(name = 'canary', parent = 'port: 5000', namespace = ''): string {
  const spec = `parentRefs:
  - {kind: Service, name: demo-app${parent === '' ? '' : `, ${parent}`}}
rules:
  - backendRefs:
      - {name: demo-app, ${namespace === '' ? '' : 'namespace: default, '}port: 5000}
`;
  return exampleRoute('HTTPRoute', name, spec, namespace === '' ? '' : `  namespace: ${namespace}\n`);
}

/** A control plane of Kong Mesh, with its version and KUMA_MODE. */
export function exampleControlPlane(version: string, mode = 'zone'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: kong-mesh-control-plane
  namespace: kong-mesh-system
spec:
  template:
    spec:
      containers:
        - name: control-plane
          image: kong/kuma-cp:${version}
          env:
            - name: KUMA_MODE
              value: ${mode}
---
`;
}
