import { describe, expect, it } from 'vitest';
import { findingsIn } from '../support/findings.ts';
import { meshSettings } from '../support/mesh.ts';

// What Kong Mesh's documentation of the Gateway API shows, in this project's own words: it must pass, or warn where the documentation is older than the code.

const found = (yaml: string, version = '2.x'): string[] =>
  findingsIn(yaml, meshSettings(version, { enabled: 'auto' })).map(
    ({ enforcement, rule, path }) => `${enforcement} ${rule} ${path}`,
  );

const meshes = `apiVersion: kuma.io/v1alpha1
kind: Mesh
metadata:
  name: default
spec:
  mtls:
    enabledBackend: ca-1
    backends:
      - name: ca-1
        type: builtin
---
`;
const demo = `apiVersion: v1
kind: Namespace
metadata:
  name: kuma-demo
  labels:
    kuma.io/sidecar-injection: enabled
---
apiVersion: v1
kind: Service
metadata:
  name: demo-app
  namespace: kuma-demo
spec:
  selector:
    app: demo-app
  ports:
    - protocol: TCP
      port: 5000
      appProtocol: http
---
`;
const gatewayClass = (parameters = ''): string => `apiVersion: gateway.networking.k8s.io/v1beta1
kind: GatewayClass
metadata:
  name: kuma
spec:
  controllerName: gateways.kuma.io/controller
${parameters}---
`;
const gateway = (metadata = ''): string => `apiVersion: gateway.networking.k8s.io/v1beta1
kind: Gateway
metadata:
  name: kuma
  namespace: kuma-demo
${metadata}spec:
  gatewayClassName: kuma
  listeners:
    - name: proxy
      port: 8080
      protocol: HTTP
---
`;
const route = (metadata = '', backend = 'demo-app'): string => `apiVersion: gateway.networking.k8s.io/v1beta1
kind: HTTPRoute
metadata:
  name: echo
  namespace: kuma-demo
${metadata}spec:
  parentRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: kuma
      namespace: kuma-demo
  rules:
    - backendRefs:
        - kind: Service
          name: ${backend}
          port: 5000
          weight: 1
      matches:
        - path:
            type: PathPrefix
            value: /
---
`;
const config = (spec: string): string => `apiVersion: kuma.io/v1alpha1
kind: MeshGatewayConfig
metadata:
  name: edge
spec: ${spec}
---
`;
const withConfig = gatewayClass('  parametersRef:\n    group: kuma.io\n    kind: MeshGatewayConfig\n    name: edge\n');

describe('a Gateway', () => {
  it('with its route passes', () => {
    expect(found(meshes + demo + gatewayClass() + gateway() + route())).toEqual([]);
  });

  it('of a class with a MeshGatewayConfig passes', () => {
    expect(found(meshes + demo + config('{serviceType: NodePort}') + withConfig + gateway() + route())).toEqual([]);
  });

  it('and its route in one mesh pass, with a word on the annotation', () => {
    const payments = meshes.replace('name: default', 'name: payments');
    const annotated = '  annotations:\n    kuma.io/mesh: payments\n';
    const inPayments = demo.replace('injection: enabled', 'injection: enabled\n    kuma.io/mesh: payments');
    const all = meshes + payments + inPayments + gatewayClass();
    expect(found(all + gateway(annotated) + route(annotated))).toEqual([
      'warn mesh-key metadata.annotations[kuma.io/mesh]',
      'warn mesh-key metadata.annotations[kuma.io/mesh]',
    ]);
    const labelled = annotated.replace('annotations', 'labels');
    expect(found(all + gateway(labelled) + route(labelled))).toEqual([]);
    // The namespace's mesh counts, where the route names none.
    expect(found(all + gateway(labelled) + route())).toEqual([]);
  });

  it('whose route forgets the mesh is denied', () => {
    const all = meshes + meshes.replace('name: default', 'name: payments') + demo + gatewayClass();
    expect(found(all + gateway('  labels:\n    kuma.io/mesh: payments\n') + route())).toEqual([
      'deny mesh-mismatch spec.parentRefs[0]',
    ]);
  });

  it('across meshes passes, with mTLS, and warns without', () => {
    const crossMesh = demo + config('{crossMesh: true}') + withConfig + gateway() + route();
    expect(found(meshes + crossMesh)).toEqual([]);
    expect(found(meshes.replace(/spec:[^]*?---/, '---') + crossMesh)).toEqual([
      'warn mesh-cross-mesh spec.gatewayClassName',
    ]);
  });
});

describe('the canary of a Service (GAMMA)', () => {
  const service = (name: string, appProtocol = '      appProtocol: http\n'): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: kuma-demo
spec:
  selector:
    app: ${name}
  ports:
    - port: 5000
${appProtocol}---
`;
  // Without the parent's group, as the documentation has it.
  const canary = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: canary-demo-app
  namespace: kuma-demo
spec:
  parentRefs:
    - name: demo-app
      kind: Service
      port: 5000
  rules:
    - matches:
        - headers:
            - name: canary
              value: "true"
      backendRefs:
        - name: demo-app-v1
          port: 5000
    - backendRefs:
        - name: demo-app-v0
          port: 5000
---
`;
  const versions = service('demo-app-v0') + service('demo-app-v1');

  it.each(['2.x', '3.x'])('passes under %s', (version) => {
    expect(found(meshes + demo + versions + canary, version)).toEqual([]);
  });

  it('warns where the Service has no appProtocol', () => {
    const plain = demo.replace('      appProtocol: http\n', '');
    expect(found(meshes + plain + versions + canary)).toEqual(['warn mesh-app-protocol spec.parentRefs[0]']);
  });

  it('is marked where requests that match no rule fail', () => {
    const only = canary.replace(/ {4}- backendRefs:\n {8}- name: demo-app-v0\n {10}port: 5000\n/, '');
    expect(found(meshes + demo + versions + only)).toEqual(['annotate route-catch-all spec.rules']);
  });

  it('is nobody of ours where no Kong Mesh is seen', () => {
    expect(found(demo.replace('sidecar-injection', 'other') + canary)).toEqual([]);
  });
});

describe('several zones', () => {
  it('a backend that lives in another zone warns with BackendNotFound', () => {
    const findings = findingsIn(
      meshes + demo + gatewayClass() + gateway() + route('', 'other-zone-app'),
      meshSettings(),
    );
    expect(findings).toMatchObject([
      { rule: 'mesh-backend', enforcement: 'warn', message: expect.stringContaining('BackendNotFound') as string },
    ]);
  });

  it('a global control plane reads none of them', () => {
    const plane = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: kong-mesh-control-plane
  namespace: kong-mesh-system
spec:
  template:
    spec:
      containers:
        - name: control-plane
          image: docker.io/kong/kuma-cp:2.14.3
          env:
            - name: KUMA_MODE
              value: global
---
`;
    expect(found(plane + meshes + demo + gatewayClass() + gateway() + route())).toEqual([
      'deny mesh-zone ',
      'deny mesh-zone ',
      'deny mesh-zone ',
    ]);
  });
});

it('a route with a parent of Kong and one of Kong Mesh gets the rules of each for its own parent', () => {
  const kong = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: kong
  annotations:
    konghq.com/gatewayclass-unmanaged: "true"
spec:
  controllerName: konghq.com/kic-gateway-controller
---
${gateway().replace('name: kuma\n', 'name: kong\n').replace('gatewayClassName: kuma', 'gatewayClassName: kong')}`;
  // Kong reads no timeouts.request, Kong Mesh no timeouts at all; Kong does not know the sectionName.
  const both = route()
    .replace('  rules:\n', '    - name: kong\n      sectionName: other\n  rules:\n')
    .replace('          weight: 1\n', '          weight: 1\n      timeouts:\n        request: 5s\n');
  const findings = found(meshes + demo + kong + gatewayClass() + gateway() + both).filter(
    (line) => !line.includes('kong-listen'),
  );
  expect(findings).toEqual([
    'warn kong-route-feature spec.rules[0].timeouts.request',
    'warn route-parent spec.parentRefs[1]',
    'warn mesh-route-feature spec.rules[0].timeouts',
  ]);
});
