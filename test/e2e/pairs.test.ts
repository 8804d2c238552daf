import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { issueAuthority, issueCertificate } from '../../src/certificates/issue.ts';
import { kubeconfigAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { ApiError } from '../../src/cluster/http.ts';
import { registrationOf } from '../../src/cluster/registration.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { text } from '../../src/resources/fields.ts';
import { kinds, type Kind } from '../../src/resources/kinds.ts';
import { Balancer } from '../support/balancer.ts';
import { clientCertificate } from '../support/client-certificate.ts';
import { ControlPlane, requiredPath, waitFor } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard, patient } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const now = Date.now();
const clientAuthority = await issueAuthority({ from: now - 60_000, until: now + 3_600_000 });
const plane = new ControlPlane(await clientCertificate('kube-apiserver', clientAuthority));
const { signal } = new AbortController();
const pairs = 500;
let yaml: (text: string) => string;
let client: ApiClient;

/** Kong with a TCP listen for each pair, and the Service ports to them. */
function kongWithListens(): string {
  const ports = Array.from({ length: pairs }, (_, index) => 10_000 + index);
  const listens = ports.map((port) => `0.0.0.0:${port}`).join(', ');
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'streams', namespace: 'kong' },
    spec: {
      selector: { matchLabels: { app: 'streams' } },
      template: {
        metadata: { labels: { app: 'streams' } },
        spec: {
          containers: [{ name: 'proxy', image: 'kong:3.9', env: [{ name: 'KONG_STREAM_LISTEN', value: listens }] }],
        },
      },
    },
  }).concat(
    '---\n',
    stringify({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'streams', namespace: 'kong' },
      spec: { selector: { app: 'streams' }, ports: ports.map((port) => ({ name: `tcp-${port}`, port })) },
    }),
  );
}

const streamGateway = (name: string, port: number): string =>
  gatewayText(name, [`{name: raw, protocol: TCP, port: ${port}}`]).replace(
    'spec:\n',
    '  annotations:\n    gateway-guard.io/allow: "kong-single-gateway: pairs are what is tested"\nspec:\n',
  );

const route = (kind: Kind, name: string, hostname: string): string => `apiVersion: gateway
kind: ${kind}
metadata:
  name: ${name}
spec:
  parentRefs:
    - name: edge
  hostnames: [${hostname}]
  rules:
    - backendRefs:
        - name: shop
          port: 80
`;

type Outcome = 'created' | 'denied';
/** What the newest denial said, for a test that fails by one. */
let lastDenial = '';

/** Creates an object as a client would; anything but success and a denial is an error. */
async function create(manifest: string, query = ''): Promise<Outcome> {
  const [document] = readDocuments(yaml(manifest)).objects;
  const object = document?.raw as { apiVersion: string; kind: Kind };
  const path = `/apis/${object.apiVersion}/namespaces/default/${kinds[object.kind].plural}`;
  try {
    await client.send('POST', `${path}${query}`, object, signal);
    return 'created';
  } catch (error) {
    if (!(error instanceof ApiError && error.message.includes('denied the request'))) throw error;
    lastDenial = error.message;
    return 'denied';
  }
}

/** Creates both of each pair at once, many pairs at a time. Gives each pair's outcomes. */
async function createAll(of: readonly (readonly [string, string])[]): Promise<Outcome[][]> {
  const outcomes: Outcome[][] = [];
  const queue = [...of];
  const work = async (): Promise<void> => {
    for (let pair = queue.shift(); pair !== undefined; pair = queue.shift()) {
      outcomes.push(await Promise.all(pair.map((manifest) => create(manifest))));
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: 16 }, work));
  // Only when nobody creates any more: what comes later would meet the pairs of the next test.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return outcomes;
}

const gatewayPairs = (prefix: string): [string, string][] =>
  Array.from({ length: pairs }, (_, index) => [
    streamGateway(`${prefix}-${index}-a`, 10_000 + index),
    streamGateway(`${prefix}-${index}-b`, 10_000 + index),
  ]);
const routePairs = (prefix: string): [string, string][] =>
  Array.from({ length: pairs }, (_, index) => [
    route('HTTPRoute', `${prefix}-${index}`, `${prefix}-${index}.example.com`),
    route('GRPCRoute', `${prefix}-${index}`, `${prefix}-${index}.example.com`),
  ]);
const count = (outcomes: readonly Outcome[][], created: number): number =>
  outcomes.filter((pair) => pair.filter((outcome) => outcome === 'created').length === created).length;
/** Takes away the registration and every object; again and again, for a list of so many comes in several pages. */
const removeAll = async (): Promise<void> => {
  plane.mustKubectl(['delete', 'validatingwebhookconfiguration', 'gateway-guard']);
  plane.mustKubectl(['delete', 'mutatingwebhookconfiguration', 'gateway-guard', '--ignore-not-found']);
  const all = 'gateways,httproutes,grpcroutes';
  await waitFor('the end of every object', () => {
    plane.mustKubectl(['delete', all, '--all', '--wait=false']);
    return plane.mustKubectl(['get', all, '-o', 'name']).trim() === '';
  });
};

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['apply', '-f', '-'], kongWithListens());
  plane.mustKubectl(['create', 'service', 'clusterip', 'shop', '--tcp=80']);
  // The controller publishes the Service with the many listens too.
  const deployments = plane.mustKubectl(['-n', 'kong', 'get', 'deployments', '-o', 'name']).split('\n');
  const controller = deployments.find((name) => name.endsWith('ingress-kong')) ?? '';
  plane.mustKubectl(['-n', 'kong', 'set', 'env', controller, 'CONTROLLER_PUBLISH_SERVICE_UDP=kong/streams']);
  client = new ApiClient(await kubeconfigAccess(plane.kubeconfig));
});

afterAll(() => plane.stop());

describe('pairs that conflict, created at once by parallel clients', () => {
  const edge = gatewayText('edge', ['{name: web, protocol: HTTP, port: 80}']);

  it('before one replica that knows its callers: exactly one of each is allowed', async () => {
    const clientCa = join(plane.folder, 'client-ca.pem');
    writeFileSync(clientCa, clientAuthority.certificate);
    const guard = new Guard(plane, [`server.clientCaFile=${clientCa}`, 'server.clientNames=kube-apiserver']);
    try {
      plane.mustKubectl(['apply', '-f', await guard.start()]);
      await waitFor('the registration', isJudging);
      expect(await create(edge), lastDenial).toBe('created');
      const gateways = await createAll(gatewayPairs('one'));
      const routes = await createAll(routePairs('one'));
      expect(
        [gateways, routes].map((all) => [count(all, 0), count(all, 1), count(all, 2)]),
        lastDenial,
      ).toEqual([
        [0, pairs, 0],
        [0, pairs, 0],
      ]);
    } finally {
      await removeAll();
      await guard.stop();
    }
  });

  it('before one replica that knows no callers: what slips is counted, and both of a pair are never denied', async () => {
    const guard = new Guard(plane);
    try {
      plane.mustKubectl(['apply', '-f', await guard.start()]);
      await waitFor('the registration', isJudging);
      expect(await create(edge), lastDenial).toBe('created');
      const gateways = await createAll(gatewayPairs('open'));
      const routes = await createAll(routePairs('open'));
      const slipped = {
        'kong-gateway-port-conflict': count(gateways, 2),
        'route-hostname-collision': count(routes, 2),
      };
      process.stdout.write(`before one replica: of ${pairs} pairs each, allowed whole: ${JSON.stringify(slipped)}\n`);
      expect([count(gateways, 0), count(routes, 0)]).toEqual([0, 0]);
      expect(auditedPairs()).toEqual(slipped);
    } finally {
      await removeAll();
      await guard.stop();
    }
  });

  it('before two replicas: what slips is counted, and every pair of it is reported by the audit', async () => {
    const { certificate, key, ca } = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());
    const files = { certificateFile: certificate, keyFile: key };
    const settings = Object.entries(files).map(([name, content]) => {
      const file = join(plane.folder, `${name}.pem`);
      writeFileSync(file, content);
      return `server.${name}=${file}`;
    });
    const audits = ['audit.intervalSeconds=1', 'audit.leaseSeconds=10'];
    const guards = ['first', 'second'].map((name) => new Guard(plane, [...settings, ...audits], name));
    let balancer: Balancer | undefined;
    try {
      for (const guard of guards) await guard.start();
      balancer = new Balancer(guards.map(({ port }) => port));
      const url = `https://127.0.0.1:${await balancer.start()}/validate`;
      plane.mustKubectl(['apply', '-f', '-'], patient(stringify(registrationOf({ url: new URL(url).origin, ca })[0])));
      await waitFor('the registration', isJudging);
      await create(edge);
      const gateways = await createAll(gatewayPairs('two'));
      const routes = await createAll(routePairs('two'));
      const slipped = {
        'kong-gateway-port-conflict': count(gateways, 2),
        'route-hostname-collision': count(routes, 2),
      };
      process.stdout.write(`before two replicas: of ${pairs} pairs each, let in whole: ${JSON.stringify(slipped)}\n`);
      expect([count(gateways, 0), count(routes, 0)]).toEqual([0, 0]);
      expect(auditedPairs()).toEqual(slipped);
      for (const [rule, number] of Object.entries(slipped)) {
        await waitFor(`the background audit's ${number} findings of ${rule}`, async () => {
          const name = `gateway_guard_audit_findings{rule="${rule}",enforcement="deny"}`;
          const counts = await Promise.all(guards.map((guard) => guard.metric(name)));
          return counts.reduce<number>((sum, one) => sum + (one ?? 0), 0) === number;
        });
      }
      const inWhole = count(gateways, 2) + count(routes, 2);
      const events = ['get', 'events', '--field-selector=type=Warning', '-o', 'jsonpath={.items[*].reason}'];
      await waitFor('an Event for each of them', () => {
        const reasons = plane.mustKubectl(events).split(' ');
        return (
          reasons.filter((reason) => /^(KongGatewayPortConflict|RouteHostnameCollision)$/.test(reason)).length >=
          inWhole
        );
      });
    } finally {
      await removeAll();
      for (const guard of guards) await guard.stop();
      await balancer?.stop();
    }
  });
});

/** Whether the webhook judges already: asked in this process, for kubectl would hold up the balancer. */
async function isJudging(): Promise<boolean> {
  return (await create(streamGateway('probe', 9), '?dryRun=All').catch(() => 'failed')) === 'denied';
}

/** How many findings of the two rules `gateway-guard audit` prints. */
function auditedPairs(): Record<string, number> {
  const words = ['src/main.ts', 'audit', '--kubeconfig', plane.kubeconfig, '-o', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: readonly unknown[] };
  const counts: Record<string, number> = { 'kong-gateway-port-conflict': 0, 'route-hostname-collision': 0 };
  for (const finding of findings) {
    const rule = text(finding, 'rule') ?? '';
    if (Object.hasOwn(counts, rule)) counts[rule] = (counts[rule] ?? 0) + 1;
  }
  return counts;
}
