import { setTimeout as delay } from 'node:timers/promises';
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

/**
 * The kinds of which the API server writes an object with every sync, be there a webhook or not: what changes is the
 * time in managedFields. API servers of 1.30 do that with atomic lists whose items get defaults.
 */
const alwaysWritten = new Set<string>();

/** Finds these kinds, before the webhook is registered. */
async function findAlwaysWritten(kind: string, text: string): Promise<void> {
  let last = '';
  for (let round = 0; round < 4; round += 1) {
    expect(sync(text).status).toBe(0);
    const written = version(kind, 'unseen');
    if (round === 3 && written !== last) alwaysWritten.add(kind);
    last = written;
    // The time is written in seconds.
    await delay(1100);
  }
  plane.mustKubectl(['delete', kind, 'unseen']);
}

/**
 * Syncs until that writes nothing: the API server writes an object once or twice more as it is, but tools that fight
 * over an object never come to rest. What people see of the object must not change meanwhile.
 */
async function rests(kind: string, name: string, text: string): Promise<void> {
  const seen = (): unknown => {
    const { metadata, ...rest } = JSON.parse(plane.mustKubectl(['get', kind, name, '-o', 'json'])) as {
      metadata: Record<string, unknown>;
    };
    return { ...rest, metadata: { ...metadata, resourceVersion: '', managedFields: [] } };
  };
  const before = seen();
  await waitFor('rest', async () => {
    const last = version(kind, name);
    await delay(300);
    expect(sync(text).status).toBe(0);
    expect(seen()).toEqual(before);
    return alwaysWritten.has(kind) || version(kind, name) === last;
  });
  expect(seen()).toEqual(before);
}

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['create', 'service', 'clusterip', 'shop', '--tcp=80']);
  key = kong.includes('v3.') ? 'konghq.com/publish-service' : 'konghq.com/gatewayclass-unmanaged';
  await findAlwaysWritten('gateway', gatewayText('unseen', [web]));
  await findAlwaysWritten('httproute', route('').replace('name: shop', 'name: unseen'));
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

  it('gets it named, and a tool that syncs again and again changes nothing and meets no conflict', async () => {
    expect(sync(edge)).toMatchObject({ status: 0, stderr: '' });
    expect(annotations('gateway', 'edge')).toEqual({ [key]: 'kong/kong-proxy' });
    await rests('gateway', 'edge', edge);
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

  it('are recorded, and syncing again changes nothing', async () => {
    const { status, stderr } = sync(route(''));
    expect(status).toBe(0);
    expect(stderr).toContain('Warning: [route-catch-all]');
    expect(JSON.parse(String(found()))).toMatchObject([{ rule: 'route-catch-all' }]);
    await rests('httproute', 'shop', route(''));
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
