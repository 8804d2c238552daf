import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, requiredPath, waitFor, type KubectlResult } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const guard = new Guard(plane);
let yaml: (text: string) => string;
/** The annotation that names the proxy for the version of Kong's controller that runs here. */
let key = '';

const web = '{name: web, protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: All}}}';
const edge = gatewayText('edge', [web]);
const route = (hostnames: string): string => `apiVersion: gateway
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: edge
${hostnames}  rules:
    - backendRefs:
        - name: shop
          port: 80
`;
/** As Argo CD and Flux apply: by the server, in their own name. */
const sync = (text: string): KubectlResult =>
  plane.kubectl(['apply', '--server-side', '--field-manager=gitops', '--validate=false', '-f', '-'], yaml(text));
const annotations = (kind: string, name: string): Record<string, string> =>
  JSON.parse(plane.mustKubectl(['get', kind, name, '-o', 'jsonpath={.metadata.annotations}']) || '{}') as Record<
    string,
    string
  >;
const version = (kind: string, name: string): string =>
  plane.mustKubectl(['get', kind, name, '-o', 'jsonpath={.metadata.resourceVersion}']);

/** Syncs again and again: neither does that write anything, nor does anything that people see of the object change. */
function rests(kind: string, name: string, text: string): void {
  const seen = (): unknown => JSON.parse(plane.mustKubectl(['get', kind, name, '-o', 'json', '--show-managed-fields']));
  const before = seen();
  for (let round = 0; round < 3; round += 1) expect(sync(text).status).toBe(0);
  expect(seen()).toEqual(before);
}

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['create', 'service', 'clusterip', 'shop', '--tcp=80']);
  key = kong.includes('v3.') ? 'konghq.com/publish-service' : 'konghq.com/gatewayclass-unmanaged';
  plane.mustKubectl(['apply', '-f', await guard.start()]);
  const bad = gatewayText('probe', ['{name: web, protocol: HTTP, port: 8081}']);
  await waitFor(
    'the registration',
    () => plane.kubectl(['apply', '--dry-run=server', '-f', '-'], yaml(bad)).status === 1,
  );
});

afterAll(async () => {
  await guard.stop();
  await plane.stop();
});

describe('a Gateway that names no proxy', () => {
  it('gets it named in a dry run, which stores nothing', () => {
    const words = ['apply', '--dry-run=server', '-f', '-', '-o', 'jsonpath={.metadata.annotations}'];
    expect(plane.mustKubectl(words, yaml(edge))).toContain('"kong/kong-proxy"');
    expect(plane.kubectl(['get', 'gateway', 'edge']).stderr).toContain('not found');
  });

  it('gets it named, and a tool that syncs again and again changes nothing and meets no conflict', () => {
    expect(sync(edge)).toMatchObject({ status: 0, stderr: '' });
    expect(annotations('gateway', 'edge')).toEqual({ [key]: 'kong/kong-proxy' });
    rests('gateway', 'edge', edge);
  });

  it("keeps what Kong's controller writes, which is the same, and what it never changes", () => {
    const before = version('gateway', 'edge');
    plane.mustKubectl(['annotate', 'gateway', 'edge', '--overwrite', `${key}=kong/kong-proxy`]);
    expect(version('gateway', 'edge')).toBe(before);
    // The controller takes what stands for the user's will, and so does the webhook.
    plane.mustKubectl(['annotate', 'gateway', 'edge', '--overwrite', `${key}=kong/other`]);
    plane.mustKubectl(['label', 'gateway', 'edge', 'team=shop']);
    expect(annotations('gateway', 'edge')[key]).toBe('kong/other');
    plane.mustKubectl(['annotate', 'gateway', 'edge', '--overwrite', `${key}=kong/kong-proxy`]);
  });
});

describe('findings that annotate', () => {
  const found = (): unknown => annotations('httproute', 'shop')['gateway-guard.io/findings'];

  it('are recorded, and syncing again changes nothing', () => {
    const { status, stderr } = sync(route(''));
    expect(status).toBe(0);
    expect(stderr).toContain('Warning: [route-catch-all]');
    expect(JSON.parse(String(found()))).toMatchObject([{ rule: 'route-catch-all' }]);
    rests('httproute', 'shop', route(''));
  });

  it('come back where somebody takes them away, and stand beside what others write', () => {
    plane.mustKubectl(['annotate', 'httproute', 'shop', 'gateway-guard.io/findings-', 'own=x']);
    expect(Object.keys(annotations('httproute', 'shop')).toSorted()).toEqual(['gateway-guard.io/findings', 'own']);
  });

  it('go when they no longer hold', () => {
    expect(sync(route('  hostnames: [shop.example.com]\n'))).toMatchObject({ status: 0, stderr: '' });
    expect(annotations('httproute', 'shop')).toEqual({ own: 'x' });
  });
});
