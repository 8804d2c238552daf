import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerLabel, ownerLabelValue } from '../../src/mesh/generated.ts';
import { ControlPlane, requiredPath, waitFor, type KubectlResult } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const kuma = requiredPath('KUMA_CRDS', "a file of Kuma's CustomResourceDefinitions");
const plane = new ControlPlane();
const guard = new Guard(plane);
let yaml: (text: string) => string;

const apply = (text: string, ...words: string[]): KubectlResult =>
  plane.kubectl(['apply', ...words, '-f', '-'], yaml(text));

const meshClass = (name: string, parameters = ''): string => `apiVersion: gateway
kind: GatewayClass
metadata:
  name: ${name}
spec:
  controllerName: gateways.kuma.io/controller
${parameters}`;

const edge = (mesh: string, name = 'mesh-edge'): string => `apiVersion: gateway
kind: Gateway
metadata:
  name: ${name}
  labels:
    kuma.io/mesh: ${mesh}
spec:
  gatewayClassName: kuma
  listeners:
    - name: web
      protocol: HTTP
      port: 8080
`;

const route = (name: string, parent: string, metadata = ''): string => `apiVersion: gateway
kind: HTTPRoute
metadata:
  name: ${name}
${metadata}spec:
  parentRefs:
    - name: ${parent}
  rules:
    - backendRefs:
        - name: demo-app
          port: 5000
`;

const meshRoute = (comment: string): string => `apiVersion: kuma.io/v1alpha1
kind: MeshHTTPRoute
metadata:
  name: generated
  namespace: kong-mesh-system
  labels:
    ${ownerLabel}: ${ownerLabelValue('default', 'demo')}
spec:
  targetRef:
    kind: Mesh
  to:
    - targetRef:
        kind: MeshService
        name: ${comment}
      rules: []
`;

const mesh = (name: string): string =>
  `apiVersion: kuma.io/v1alpha1\nkind: Mesh\nmetadata:\n  name: ${name}\nspec: {}\n`;
const controlPlane = [
  '--as=system:serviceaccount:kong-mesh-system:kong-mesh-control-plane',
  '--as-group=system:masters',
];

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['create', '--validate=false', '-f', '-'], readFileSync(kuma, 'utf8'));
  plane.mustKubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  plane.mustKubectl(['create', 'namespace', 'kong-mesh-system']);
  plane.mustKubectl(['create', 'service', 'clusterip', 'demo-app', '--tcp=5000']);
  await waitFor('the Mesh', () => apply(mesh('default')).status === 0);
  plane.mustKubectl(['apply', '-f', '-'], mesh('payments'));
  plane.mustKubectl(['apply', '-f', await guard.start()]);
  const bad = gatewayText('probe', ['{name: web, protocol: HTTP, port: 8081}']);
  await waitFor('the registration', () => apply(bad, '--dry-run=server').status === 1);
});

afterAll(async () => {
  await guard.stop();
  await plane.stop();
});

describe('a route of one mesh that names the Gateway of another', () => {
  it('is denied, in words that say what follows', () => {
    expect(apply(meshClass('kuma')).stderr).toBe('');
    expect(apply(edge('payments')).stderr).toBe('');
    const { status, stderr } = apply(route('wrong', 'mesh-edge', '  labels:\n    kuma.io/mesh: default\n'));
    expect(status).toBe(1);
    expect(stderr).toContain(
      '[mesh-mismatch] spec.parentRefs[0]: The route is in mesh "default" and Gateway default/mesh-edge in mesh "payments"',
    );
    expect(stderr).toContain('Set the label on the route: metadata.labels: {kuma.io/mesh: payments}.');
  });

  it("gets the Gateway's mesh where it names none", () => {
    expect(apply(route('demo', 'mesh-edge'))).toMatchObject({ status: 0, stderr: '' });
    expect(plane.mustKubectl(['get', 'httproute', 'demo', '-o', 'jsonpath={.metadata.labels}'])).toBe(
      '{"kuma.io/mesh":"payments"}',
    );
  });

  it('keeps it: the same file applied again changes nothing', () => {
    const version = ['get', 'httproute', 'demo', '-o', 'jsonpath={.metadata.resourceVersion}'];
    const before = plane.mustKubectl(version);
    expect(apply(route('demo', 'mesh-edge')).status).toBe(0);
    expect(plane.mustKubectl(version)).toBe(before);
    expect(plane.kubectl(['replace', '-f', '-'], yaml(route('demo', 'mesh-edge')))).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(plane.mustKubectl(['get', 'httproute', 'demo', '-o', 'jsonpath={.metadata.labels}'])).toBe(
      '{"kuma.io/mesh":"payments"}',
    );
  });
});

describe('what Kong Mesh generates', () => {
  it('is written by the control plane without a word', () => {
    const { status, stderr } = plane.kubectl([...controlPlane, 'apply', '-f', '-'], meshRoute('one'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('warns on the terminal of whoever else edits or deletes it', () => {
    const edited = plane.kubectl(['apply', '-f', '-'], meshRoute('two'));
    expect(edited.status).toBe(0);
    expect(edited.stderr).toContain(
      'Warning: [mesh-generated] Changing this MeshHTTPRoute does not last: Kong Mesh generates it from HTTPRoute default/demo, and overwrites it. Hint: Edit HTTPRoute default/demo instead.',
    );
    const deleted = plane.kubectl(['-n', 'kong-mesh-system', 'delete', 'meshhttproute', 'generated']);
    expect(deleted.status).toBe(0);
    expect(deleted.stderr).toContain('Warning: [mesh-generated] Deleting this MeshHTTPRoute does not last');
  });
});

describe('parameters', () => {
  const config = (tags: string): string =>
    `apiVersion: kuma.io/v1alpha1\nkind: MeshGatewayConfig\nmetadata:\n  name: edge\nspec:\n  crossMesh: true\n  tags: ${tags}\n`;

  it('with the tag of a service are denied', () => {
    const { status, stderr } = apply(config('{kuma.io/service: edge}'));
    expect(status).toBe(1);
    expect(stderr).toContain(
      'admission webhook "mesh.validate.gateway-guard.io" denied the request: [mesh-gateway-config]',
    );
  });

  it('of crossMesh warn on a Gateway whose mesh has no mTLS, and not of the serviceType that the API server fills in', () => {
    expect(apply(config('{team: shop}')).stderr).toBe('');
    const parameters = '  parametersRef:\n    group: kuma.io\n    kind: MeshGatewayConfig\n    name: edge\n';
    expect(apply(meshClass('cross', parameters)).stderr).toBe('');
    const { status, stderr } = apply(
      edge('payments', 'cross').replace('gatewayClassName: kuma', 'gatewayClassName: cross'),
    );
    expect(status).toBe(0);
    expect(stderr).toContain('Warning: [mesh-cross-mesh]');
  });
});

describe('a global zone', () => {
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: kong-mesh-control-plane
  namespace: kong-mesh-system
spec:
  selector:
    matchLabels: {app: cp}
  template:
    metadata:
      labels: {app: cp}
    spec:
      containers:
        - name: control-plane
          image: kong/kuma-cp:2.14.3
          env:
            - name: KUMA_MODE
              value: global
`;

  it('denies what Kong Mesh would ignore there', async () => {
    plane.mustKubectl(['apply', '-f', '-'], deployment);
    await waitFor('the control plane', () => apply(meshClass('global'), '--dry-run=server').status === 1);
    expect(apply(meshClass('global')).stderr).toContain(
      "[mesh-zone] This cluster's control plane of Kong Mesh is global, and ignores a GatewayClass without a status.",
    );
    expect(apply(edge('payments', 'another')).stderr).toContain('[mesh-zone]');
    expect(apply(route('another', 'mesh-edge')).stderr).toContain('[mesh-zone]');
  });

  it('leaves what stands as it is: an update that makes it no worse passes', () => {
    const { status } = apply(edge('payments').replace('port: 8080', 'port: 8081'));
    expect(status).toBe(0);
  });

  it("leaves Kong's objects beside them alone", () => {
    expect(apply(gatewayText('kong-edge', ['{name: web, protocol: HTTP, port: 80}']))).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(apply(route('kong-route', 'kong-edge'))).toMatchObject({ status: 0, stderr: '' });
  });
});
