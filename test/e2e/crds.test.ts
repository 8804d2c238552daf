import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, list, text } from '../../src/resources/fields.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { kinds, kindOf } from '../../src/resources/kinds.ts';
import { commandLine } from '../support/terminal.ts';
import { damaged } from '../support/damage.ts';
import { ControlPlane, requiredPath } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const guard = new Guard(plane);
let schemas = '';
let bases: object[] = [];
let yaml: (written: string) => string;

const several = 'metadata: {name: sample, annotations: {gateway-guard.io/allow: "kong-single-gateway: a sample"}}';
const samples = `apiVersion: gateway
kind: Gateway
${several}
spec:
  gatewayClassName: kong
  addresses: [{type: IPAddress, value: 10.0.0.1}]
  listeners:
    - {name: web, protocol: HTTP, port: 80, hostname: "*.example.com", allowedRoutes: {namespaces: {from: All}, kinds: [{kind: HTTPRoute}]}}
    - {name: plain, protocol: HTTP, port: 80, hostname: plain.example.org}
    - {name: tls, protocol: HTTPS, port: 443, tls: {mode: Terminate, certificateRefs: [{name: a}], options: {a.b/c: d}}}
---
apiVersion: gateway
kind: HTTPRoute
metadata: {name: sample}
spec:
  parentRefs: [{name: edge, sectionName: web}]
  hostnames: [a.example.com, "*.b.example.com"]
  rules:
    - matches:
        - {path: {type: PathPrefix, value: /a}, headers: [{name: x, value: "y"}], method: GET}
        - {queryParams: [{name: q, type: Exact, value: "1"}]}
      filters:
        - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}], remove: [c]}}
      backendRefs: [{name: shop, port: 8080, weight: 2}]
    - matches: [{path: {type: RegularExpression, value: "/[a-z]+"}}]
      filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]
---
apiVersion: gateway
kind: GatewayClass
metadata: {name: sample, annotations: {konghq.com/gatewayclass-unmanaged: "true"}}
spec: {controllerName: konghq.com/kic-gateway-controller, description: a sample}
`;

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  const registration = await guard.start();
  plane.mustKubectl(['apply', '-f', registration]);
  plane.mustKubectl(
    ['apply', '-f', '-'],
    yaml(`apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: 8080}]}\n`),
  );
  bases = readDocuments(yaml(samples)).objects.map(({ raw }) => raw as object);
  const names = ['gateways', 'httproutes', 'gatewayclasses'].map((name) => `${name}.gateway.networking.k8s.io`);
  const documents = readDocuments(readFileSync(crds, 'utf8')).objects.map(({ raw }) => raw);
  const chosen = documents.filter((raw) => names.includes(text(field(raw, 'metadata'), 'name') ?? ''));
  schemas = join(plane.folder, 'schemas');
  mkdirSync(schemas);
  for (const [index, crd] of chosen.entries()) writeFileSync(join(schemas, `${index}.json`), JSON.stringify(crd));
});
afterAll(async () => {
  await guard.stop();
  await plane.stop();
});

interface Verdict {
  readonly allowed: boolean;
  /** The fields that the CRDs forbid, by their schemas and by their rules. */
  readonly fields: readonly string[];
  readonly told: string;
}

/** What the API server says of an object, with the webhook before it. */
async function fromServer(object: object): Promise<Verdict> {
  const kind = kindOf(text(object, 'apiVersion') ?? '', text(object, 'kind') ?? '');
  if (kind === undefined) throw new Error('The samples are of kinds that we know.');
  const { plural, namespaced } = kinds[kind];
  const path = `/apis/${text(object, 'apiVersion') ?? ''}${namespaced ? '/namespaces/default' : ''}/${plural}?dryRun=All`;
  const { code, answer } = await plane.post(path, object);
  const status = field(answer, 'status');
  if (code < 300) return { allowed: true, fields: [], told: 'allowed' };
  const isSchema = code === 422;
  const causes = isSchema ? list(field(answer, 'details'), 'causes') : [];
  return {
    allowed: false,
    // What is said of the whole object has no field.
    fields: causes.map((cause) => text(cause, 'field') ?? '').map((name) => (name === '<nil>' ? '' : name)),
    told: `${String(status)} ${code} ${text(answer, 'message') ?? ''}`,
  };
}

/** What check says of it, beside the live cluster. */
async function fromCheck(object: object): Promise<Verdict> {
  const words = ['check', '-o', 'json', '--cluster', '--kubeconfig', plane.kubeconfig, '--crds', schemas];
  const { status, out, err } = await commandLine([...words, '-'], JSON.stringify(object));
  if (status > 1) throw new Error(`check ended with ${status}: ${err}`);
  const findings = list(JSON.parse(out), 'findings').filter((finding) => text(finding, 'enforcement') === 'deny');
  return {
    allowed: status === 0,
    fields: findings
      .filter((one) => ['crd-schema', 'crd-rule'].includes(text(one, 'rule') ?? ''))
      .map((one) => text(one, 'path') ?? ''),
    told: findings
      .map((one) => `${text(one, 'rule') ?? ''} ${text(one, 'path') ?? ''}: ${text(one, 'message') ?? ''}`)
      .join('\n'),
  };
}

const placesIn = ({ fields }: Verdict): string => [...new Set(fields)].toSorted().join(' ');

describe('check gives the verdict of the API server with the same webhook and CRDs', () => {
  it.each([0, 1, 2])('for sample %d as it stands', async (index) => {
    const object = bases[index] ?? {};
    const [server, check] = [await fromServer(object), await fromCheck(object)];
    expect([server.told, check.told]).toEqual(['allowed', '']);
  });

  it('for samples with generated mistakes', async () => {
    const verdicts = new Set<boolean>();
    const differences: string[] = [];
    for (const object of fc.sample(damaged(bases), { numRuns: 150, seed: 7 })) {
      const [server, check] = [await fromServer(object), await fromCheck(object)];
      const isSame = check.allowed === server.allowed && placesIn(check) === placesIn(server);
      if (!isSame) differences.push(`${JSON.stringify(object)}\nAPI server: ${server.told}\ncheck: ${check.told}`);
      verdicts.add(server.allowed);
    }
    expect(differences).toEqual([]);
    expect(verdicts.size).toBe(2);
  });
});

describe('check beside the live cluster', () => {
  const check = (words: readonly string[], text: string) =>
    commandLine(['check', '-o', 'json', '--kubeconfig', plane.kubeconfig, ...words, '-'], yaml(text));
  const found = (out: string): string[] =>
    list(JSON.parse(out), 'findings').map(
      (one) => `${text(one, 'rule') ?? ''} ${text(field(one, 'object'), 'name') ?? ''}`,
    );
  const web = ['{name: web, protocol: HTTP, port: 80}'];
  const route = (parent: string): string =>
    `apiVersion: gateway\nkind: HTTPRoute\nmetadata: {name: shop}\nspec:\n  parentRefs: [{name: ${parent}}]\n  rules: [{backendRefs: [{name: shop, port: 8080}]}]\n`;

  beforeAll(() => {
    plane.mustKubectl(['apply', '-f', '-'], yaml(gatewayText('live', web) + route('live')));
  });

  it('--cluster knows what is there: the parent, the Service, the class', async () => {
    expect(found((await check([], route('live').replace('shop}\nspec', 'other}\nspec'))).out)).not.toEqual([]);
    const { status, out, err } = await check(['--cluster'], route('live').replace('shop}\nspec', 'other}\nspec'));
    expect([status, found(out), err]).toEqual([0, ['route-shadowed other'], '']);
  });

  it('--against cluster tells what the files would change, also of what they do not hold', async () => {
    const broken = gatewayText('live', [
      '{name: web, protocol: HTTP, port: 8080}',
      '{name: other, protocol: HTTP, port: 80}',
    ]);
    const { status, out, err } = await check(['--against', 'cluster'], broken.replace('---', ''));
    expect([status, found(out), err]).toEqual([
      1,
      ['kong-listen-missing live'],
      '1 introduced, 0 fixed, 0 unchanged.\n',
    ]);
    const gone = gatewayText('live', ['{name: web, protocol: TCP, port: 9999}']);
    const second = await check(['--against', 'cluster'], gone.replace('---', ''));
    expect(found(second.out)).toContain('route-parent shop');
  });

  it('--against cluster is silent where nothing changes', async () => {
    const { status, out, err } = await check(['--against', 'cluster'], gatewayText('live', web).replace('---', ''));
    expect([status, found(out), err]).toEqual([0, [], '0 introduced, 0 fixed, 0 unchanged.\n']);
  });

  it('graph --cluster draws it, with the files in it', async () => {
    const words = ['graph', '--cluster', '--kubeconfig', plane.kubeconfig, '-o', 'mermaid'];
    const { status, out } = await commandLine(words);
    expect([status, out]).toEqual([0, expect.stringContaining('Gateway default/live')]);
    const added = await commandLine([...words, '-'], yaml(route('live').replace('shop}\nspec', 'other}\nspec')));
    expect([added.status, added.out]).toEqual([0, expect.stringContaining('HTTPRoute default/other')]);
  });
});
