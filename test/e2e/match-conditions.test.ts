import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ControlPlane, requiredPath, waitFor, type KubectlResult } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard, patient } from './guard.ts';
import { kustomized, textOf, webhooksAt } from './kustomize.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const kuma = requiredPath('KUMA_CRDS', "a file of Kuma's CustomResourceDefinitions");
const plane = new ControlPlane();
const guard = new Guard(plane);
let yaml: (text: string) => string;

/** By the server, which leaves no annotation on the object: one that comes and goes is a change that the webhook is asked about. */
const apply = (text: string, ...words: string[]): KubectlResult =>
  plane.kubectl(['apply', '--server-side', '--force-conflicts', ...words, '-f', '-'], yaml(text));
const edge = (port: number): string => gatewayText('edge', [`{name: web, protocol: HTTP, port: ${port}}`]);
const instance = (name: string, replicas: number): string => `apiVersion: kuma.io/v1alpha1
kind: MeshGatewayInstance
metadata: {name: ${name}, namespace: kong-mesh-system}
spec: {replicas: ${replicas}, serviceType: ClusterIP}
`;
/** An HTTPRoute near the most that etcd stores, with a label. */
const large = (label: string): string => {
  const header = (index: number): string => `{name: h${index}, value: ${'v'.repeat(4000)}}`;
  const matches = `[{headers: [${Array.from({ length: 16 }, (_, index) => header(index)).join(', ')}]}]`;
  return `apiVersion: gateway
kind: HTTPRoute
metadata: {name: large, labels: {konghq.com/size: ${label}}}
spec:
  parentRefs: [{name: edge}]
  hostnames: [large.example.com]
  rules: [${Array.from({ length: 16 }, () => `{matches: ${matches}, backendRefs: [{name: shop, port: 80}]}`).join(', ')}]
`;
};

const counter = /^apiserver_admission_webhook_request_total\{(.*)\} (\d+)$/;

/** How often the API server has asked each webhook, by `name operation`, as it counts itself. */
function calls(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of plane.mustKubectl(['get', '--raw', '/metrics']).split('\n')) {
    const [, labels = '', count] = counter.exec(line) ?? [];
    if (count === undefined) continue;
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const key = `${label('name').replace('.gateway-guard.io', '')} ${label('operation')}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(count));
  }
  return counts;
}

/** How often the webhook has answered /validate, as it counts itself. */
async function reviews(): Promise<number> {
  const lines = (await guard.metrics()).split('\n').filter((line) => line.startsWith('gateway_guard_reviews_total{'));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** What was asked meanwhile: calls by `name operation`, and what the webhook itself counted. */
async function asked(action: () => void): Promise<Record<string, number>> {
  const [before, answered] = [calls(), await reviews()];
  action();
  const more = [...calls()].map(([key, count]) => [key, count - (before.get(key) ?? 0)] as const);
  const counts = Object.fromEntries(more.filter(([, count]) => count > 0));
  const validated = Object.entries(counts).filter(([key]) => key.includes('validate'));
  expect((await reviews()) - answered).toBe(validated.reduce((sum, [, count]) => sum + count, 0));
  return counts;
}

const version = (kind: string, name: string, namespace: string): string =>
  plane.mustKubectl(['-n', namespace, 'get', kind, name, '-o', 'jsonpath={.metadata.resourceVersion}']);

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['create', '--validate=false', '-f', '-'], readFileSync(kuma, 'utf8'));
  plane.mustKubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=180s']);
  plane.mustKubectl(['create', 'namespace', 'kong-mesh-system']);
  plane.mustKubectl(['create', 'service', 'clusterip', 'shop', '--tcp=80']);
  const [registration] = parseAllDocuments(readFileSync(await guard.start(), 'utf8'));
  const ca = registration?.getIn(['webhooks', 0, 'clientConfig', 'caBundle']) as string;
  const webhooks = webhooksAt(guard.port, kustomized(plane, 'match-conditions'), ca);
  plane.mustKubectl(['apply', '-f', '-'], patient(textOf(webhooks)));
  await waitFor('the registration', () => {
    apply(edge(80), '--dry-run=server');
    apply(instance('edge', 1), '--dry-run=server');
    return ['validate CREATE', 'mutate CREATE', 'mesh.validate CREATE'].every((key) => calls().has(key));
  });
});

afterAll(async () => {
  await guard.stop();
  await plane.stop();
});

describe('the webhook', () => {
  it('is asked about a creation', async () => {
    expect(await asked(() => expect(apply(edge(80)).stderr).toBe(''))).toEqual({
      'mutate CREATE': 1,
      'validate CREATE': 1,
    });
    expect(await asked(() => expect(apply(instance('edge', 1)).stderr).toBe(''))).toEqual({
      'mesh.validate CREATE': 1,
    });
  });
});

/** A change of `gateway/edge` or of `meshgatewayinstance/edge`, as kubectl makes it. */
const patch = (what: object, ...words: string[]): string[] => [
  'patch',
  '--type=merge',
  '-p',
  JSON.stringify(what),
  ...words,
];
const finalizers = (...names: string[]): object => ({ metadata: { finalizers: names } });
const condition = {
  type: 'Accepted',
  status: 'True',
  reason: 'Accepted',
  message: '',
  lastTransitionTime: '2026-11-25T00:00:00Z',
};
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'b' };

describe.each([
  ['gateway', 'edge', 'default'],
  ['meshgatewayinstance', 'edge', 'kong-mesh-system'],
])('for a %s the webhook', (kind, name, namespace) => {
  /** Runs a kubectl command on the object; it must have changed what is stored. */
  const changing = (words: readonly string[], input?: string) => (): void => {
    const before = version(kind, name, namespace);
    const [verb = '', ...rest] = words;
    const subject = verb === 'apply' || verb === 'replace' ? [] : [kind, name];
    plane.mustKubectl(['-n', namespace, verb, ...subject, ...rest], input);
    expect(version(kind, name, namespace)).not.toBe(before);
  };
  const stored = (): Record<string, unknown> & { metadata: Record<string, unknown> } =>
    parse(plane.mustKubectl(['-n', namespace, 'get', kind, name, '-o', 'json', '--show-managed-fields'])) as {
      metadata: Record<string, unknown>;
    };

  it.each([
    ['status', patch({ status: { conditions: [condition] } }, '--subresource=status')],
    ['a finalizer that comes', patch(finalizers('example.com/one'))],
    ['a finalizer that goes', patch(finalizers())],
    ['owners', patch({ metadata: { ownerReferences: [owner] } })],
  ])('is never asked about an update of %s', async (_title, words) => {
    expect(await asked(changing(words))).toEqual({});
  });

  it('is never asked about an update of managedFields', async () => {
    const { apiVersion, metadata, spec } = stored();
    const same = JSON.stringify({ apiVersion, kind: stored()['kind'], metadata: { name, namespace }, spec });
    const words = ['apply', '--server-side', '--force-conflicts', '--field-manager=other', '-f', '-'];
    expect(await asked(changing(words, same))).toEqual({});
    const managers = (stored().metadata['managedFields'] as { manager: string }[]).map(({ manager }) => manager);
    expect([metadata['name'], managers]).toEqual([name, expect.arrayContaining(['other'])]);
  });

  it('is never asked about an update of the whole object that brings another status', async () => {
    const object = stored();
    const words = ['replace', '-f', '-'];
    const other = { ...object, status: { conditions: [{ ...condition, reason: 'Other' }] } };
    expect(
      await asked(
        changing(words, JSON.stringify({ ...other, metadata: { ...object.metadata, finalizers: ['a.b/c'] } })),
      ),
    ).toEqual({});
    plane.mustKubectl(['-n', namespace, ...['patch', kind, name], ...patch(finalizers()).slice(1)]);
  });

  const all = kind === 'gateway' ? { 'mutate UPDATE': 1, 'validate UPDATE': 1 } : { 'mesh.validate UPDATE': 1 };

  it.each([
    ['a label', patch({ metadata: { labels: { 'kuma.io/mesh': 'default' } } })],
    ['a label that goes', patch({ metadata: { labels: { 'kuma.io/mesh': null } } })],
    ['an annotation', patch({ metadata: { annotations: { 'gateway-guard.io/allow': 'mesh-generated: a test' } } })],
    ['an annotation that goes', patch({ metadata: { annotations: { 'gateway-guard.io/allow': null } } })],
  ])('is asked about an update of %s', async (_title, words) => {
    expect(await asked(changing(words))).toEqual(all);
  });
});

describe('the webhook', () => {
  it('is asked about an update of spec, and denies it', async () => {
    const counts = await asked(() => expect(apply(edge(8080)).stderr).toContain('[kong-listen-missing]'));
    expect(counts).toEqual({ 'mutate UPDATE': 1, 'validate UPDATE': 1 });
    const mesh = await asked(() => expect(apply(instance('edge', 2)).status).toBe(0));
    expect(mesh).toEqual({ 'mesh.validate UPDATE': 1 });
  });

  it('is not asked about a file that is applied again', async () => {
    expect(await asked(() => expect(apply(edge(80)).status).toBe(0))).toEqual({});
  });

  it('is asked about the largest objects too: the conditions cost them nothing', async () => {
    expect(apply(large('one'))).toMatchObject({ status: 0 });
    const counts = await asked(() => expect(apply(large('two'))).toMatchObject({ status: 0 }));
    expect(counts).toEqual({ 'mutate UPDATE': 1, 'validate UPDATE': 1 });
    const again = ['patch', 'httproute', 'large', ...patch(finalizers('example.com/one')).slice(1)];
    expect(await asked(() => void plane.mustKubectl(again))).toEqual({});
  });
});

describe('a deletion', () => {
  it('is asked about once, and the updates that end it are not', async () => {
    plane.mustKubectl(['patch', 'gateway', 'edge', ...patch(finalizers('example.com/one')).slice(1)]);
    const deletion = () => void plane.mustKubectl(['delete', 'gateway', 'edge', '--wait=false']);
    expect(await asked(deletion)).toEqual({ 'validate DELETE': 1 });
    expect(plane.mustKubectl(['get', 'gateway', 'edge', '-o', 'jsonpath={.metadata.deletionTimestamp}'])).not.toBe('');
    // What was denied above is not judged any more, and so allowed.
    const worse = patch({ spec: { listeners: [{ name: 'web', protocol: 'HTTP', port: 8080 }] } }).slice(1);
    expect(await asked(() => void plane.mustKubectl(['patch', 'gateway', 'edge', ...worse]))).toEqual({});
    const end = () => void plane.mustKubectl(['patch', 'gateway', 'edge', ...patch(finalizers()).slice(1)]);
    expect(await asked(end)).toEqual({});
    expect(plane.kubectl(['get', 'gateway', 'edge']).stderr).toContain('not found');
  });

  it('of all objects at once is asked about for each', async () => {
    for (const name of ['one', 'two']) expect(apply(instance(name, 1)).status).toBe(0);
    const path = '/apis/kuma.io/v1alpha1/namespaces/kong-mesh-system/meshgatewayinstances';
    expect(await asked(() => void plane.mustKubectl(['delete', '--raw', path]))).toEqual({ 'mesh.validate DELETE': 3 });
  });
});
