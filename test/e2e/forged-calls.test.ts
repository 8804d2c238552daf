import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { issueCertificate } from '../../src/certificates/issue.ts';
import { kubeconfigAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { ApiError } from '../../src/cluster/http.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { kinds, type Kind } from '../../src/resources/kinds.ts';
import { HeldWatches } from '../support/held-watches.ts';
import { reviewText } from '../support/webhook.ts';
import { ControlPlane, requiredPath, waitFor } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const { signal } = new AbortController();
const kubeconfig = join(plane.folder, 'kubeconfig-of-guard');
const guard = new Guard({ folder: plane.folder, kubeconfig }, ['logLevel=debug', 'overlaySeconds=60']);
let watches: HeldWatches;
let client: ApiClient;
let yaml: (text: string) => string;

/** A proxy of Kong that offers TCP on 9901. */
const streams = `apiVersion: apps/v1
kind: Deployment
metadata: {name: streams, namespace: kong}
spec:
  selector: {matchLabels: {app: streams}}
  template:
    metadata: {labels: {app: streams}}
    spec:
      containers: [{name: proxy, image: 'kong:3.9', env: [{name: KONG_STREAM_LISTEN, value: '0.0.0.0:9901'}]}]
---
apiVersion: v1
kind: Service
metadata: {name: streams, namespace: kong}
spec: {selector: {app: streams}, ports: [{name: mail, port: 9901}]}
`;
const single = (manifest: string): string =>
  manifest.replace(
    'spec:\n',
    '  annotations: {gateway-guard.io/allow: "kong-single-gateway: what is tested is something else"}\nspec:\n',
  );
const edge = single(
  gatewayText('public', ['{name: web, protocol: HTTP, port: 80}', '{name: mail, protocol: TCP, port: 9901}']),
);
const secondMail = single(gatewayText('second-mail', ['{name: mail, protocol: TCP, port: 9901}']));
const on8080 = single(gatewayText('on-8080', ['{name: web, protocol: HTTP, port: 8080}']));
const route = (kind: 'HTTPRoute' | 'GRPCRoute', name: string, namespace: string): string => `apiVersion: gateway
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  parentRefs: [{name: public, namespace: default, sectionName: web}]
  hostnames: [pay.example.com]
  rules: [{backendRefs: [{name: shop, port: 80}]}]
`;

const rawOf = (manifest: string): { apiVersion: string; kind: Kind; metadata: { name: string } } => {
  const [document] = readDocuments(yaml(manifest)).objects;
  return document?.raw as { apiVersion: string; kind: Kind; metadata: { name: string } };
};
const folderOf = ({ apiVersion, kind }: { apiVersion: string; kind: Kind }): string =>
  `/apis/${apiVersion}/namespaces/default/${kinds[kind].plural}`;

/** Creates an object as a client would, in a dry run or for good. Gives `created`, or the denial. */
async function create(manifest: string, query = '?dryRun=All'): Promise<string> {
  const object = rawOf(manifest);
  try {
    await client.send('POST', `${folderOf(object)}${query}`, object, signal);
    return 'created';
  } catch (error) {
    if (!(error instanceof ApiError && error.message.includes('denied the request'))) throw error;
    return error.message;
  }
}

/** Deletes an object as kubectl does; the same process must go on, because it is the API server's proxy too. */
async function remove(manifest: string): Promise<void> {
  const object = rawOf(manifest);
  const access = await kubeconfigAccess(plane.kubeconfig);
  const options = { method: 'DELETE', headers: {} };
  await access.authenticate(options);
  const url = `${access.server}${folderOf(object)}/${object.metadata.name}`;
  await new Promise<void>((resolve, reject) => {
    const call = request(url, options, (answer) => void readAll(answer).then(() => resolve(), reject));
    call.on('error', reject).end();
  });
}

/** Sends a body to the webhook's port as a stranger, without any certificate. */
async function forge(body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': 'application/json' } };
    const url = `https://127.0.0.1:${guard.port}/validate`;
    request(url, options, (answer) => void readAll(answer).then(resolve, reject))
      .on('error', reject)
      .end(body);
  });
}

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['apply', '-f', '-'], streams);
  const deployments = plane.mustKubectl(['-n', 'kong', 'get', 'deployments', '-o', 'name']).split('\n');
  const controller = deployments.find((name) => name.endsWith('ingress-kong')) ?? '';
  plane.mustKubectl(['-n', 'kong', 'set', 'env', controller, 'CONTROLLER_PUBLISH_SERVICE_UDP=kong/streams']);
  plane.mustKubectl(['create', 'service', 'clusterip', 'shop', '--tcp=80']);
  plane.mustKubectl(['apply', '-f', '-'], yaml(edge));
  client = new ApiClient(await kubeconfigAccess(plane.kubeconfig));
  const { ca, ...serving } = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());
  const config = parse(readFileSync(plane.kubeconfig, 'utf8')) as { clusters: [{ cluster: { server: string } }] };
  const [{ cluster }] = config.clusters;
  watches = new HeldWatches(cluster.server, serving);
  const proxied = { server: await watches.start(), 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  writeFileSync(kubeconfig, stringify({ ...config, clusters: [{ ...config.clusters[0], cluster: proxied }] }));
  plane.mustKubectl(['apply', '-f', await guard.start()]);
  await waitFor('the registration', async () => (await create(on8080).catch(() => '')).includes('kong-listen-missing'));
});

afterAll(async () => {
  await guard.stop();
  await watches.stop();
  await plane.stop();
});

describe('a call that no API server made', () => {
  const stranger = { userInfo: { username: 'nobody' } };
  const gatewayClass = (controllerName: string): object => ({
    ...rawOf(edge),
    kind: 'GatewayClass',
    metadata: { name: 'kong' },
    spec: { controllerName },
  });
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kong-proxy', namespace: 'kong' },
    spec: { selector: { app: 'proxy-kong' }, ports: [{ name: 'p2', port: 8080, targetPort: 8000, protocol: 'TCP' }] },
  };

  it.each<[string, () => string, string, string]>([
    [
      'that a Gateway is deleted leaves its port taken',
      () => reviewText(undefined, { operation: 'DELETE', namespace: 'default', oldObject: rawOf(edge), ...stranger }),
      secondMail,
      'kong-gateway-port-conflict',
    ],
    [
      'that the GatewayClass is deleted switches no rule off',
      () =>
        reviewText(undefined, {
          operation: 'DELETE',
          oldObject: gatewayClass('konghq.com/kic-gateway-controller'),
          ...stranger,
        }),
      on8080,
      'kong-listen-missing',
    ],
    [
      'that the GatewayClass is another controller’s switches no rule off',
      () =>
        reviewText(gatewayClass('example.com/other'), {
          operation: 'UPDATE',
          oldObject: gatewayClass('a.b/c'),
          ...stranger,
        }),
      on8080,
      'kong-listen-missing',
    ],
    [
      'that the Service of Kong has another port opens none',
      () => reviewText(service, { operation: 'UPDATE', oldObject: { ...service, spec: {} }, ...stranger }),
      on8080,
      'kong-listen-missing',
    ],
    [
      'that a route of a namespace that does not exist has the hostname denies nobody',
      () => reviewText(rawOf(route('HTTPRoute', 'squat', 'zz')), { namespace: 'zz', ...stranger }),
      route('GRPCRoute', 'pay', 'default'),
      'created',
    ],
  ])('%s', async (_title, body, victim, verdict) => {
    expect(await create(victim)).toContain(verdict);
    expect(JSON.parse(await forge(body()))).toMatchObject({ response: { allowed: true } });
    expect(await create(victim)).toContain(verdict);
  });
});

describe('a deletion that the watch has not delivered', () => {
  it('frees its place for a creation that follows at once, by one read of the one object', async () => {
    expect(await create(secondMail)).toContain('kong-gateway-port-conflict');
    watches.hold();
    const before = watches.requests.length;
    await remove(edge);
    expect(await create(secondMail, '')).toBe('created');
    const name = 'fieldSelector=metadata.name%3Dpublic';
    expect(watches.requests.slice(before)).toEqual([expect.stringContaining(`/namespaces/default/gateways?${name}`)]);
    expect(guard.log()).toContain('"event":"pending.settled"');
    expect(await guard.metric('gateway_guard_overlay_reviews_total{settlement="read"}')).toBeGreaterThan(0);
    watches.release();
    await waitFor('the watch', async () => (await create(edge)).includes('kong-gateway-port-conflict'));
  });
});
