import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, requiredPath, waitFor, type KubectlResult } from './control-plane.ts';
import { installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const guard = new Guard(plane);
let yaml: (text: string) => string;

const apply = (text: string, ...words: string[]): KubectlResult =>
  plane.kubectl(['apply', ...words, '-f', '-'], yaml(text));

const gateway = (name: string, listeners: string, metadata = ''): string => `apiVersion: gateway
kind: Gateway
metadata:
  name: ${name}
${metadata}spec:
  gatewayClassName: kong
  listeners:
${listeners}`;

/** More than one Gateway on one Kong is meant here. */
const several = '  annotations:\n    gateway-guard.io/allow: "kong-single-gateway: one for each test"\n';
const web = `    - name: web
      protocol: HTTP
      port: 80
`;
const port8080 = `    - name: web
      protocol: HTTP
      port: 8080
`;

/** A rule with filters of its own and, if there are any, with filters of its backendRef. */
const filtered = (own: readonly string[], ofBackend: readonly string[] = []): string => `apiVersion: gateway
kind: HTTPRoute
metadata:
  name: bad
spec:
  parentRefs:
    - name: edge
  rules:
    - filters: [${own.join(', ')}]
${ofBackend.length === 0 ? '' : `      backendRefs: [{name: shop, port: 80, filters: [${ofBackend.join(', ')}]}]`}
`;
const redirect = '{type: RequestRedirect, requestRedirect: {hostname: new.example.com}}';
const rewrite = '{type: URLRewrite, urlRewrite: {hostname: shop.internal}}';

const route = (kind: string, name: string, hostname: string): string => `apiVersion: gateway
kind: ${kind}
metadata:
  name: ${name}
spec:
  parentRefs:
    - name: edge
${hostname === '' ? '' : `  hostnames: [${hostname}]\n`}  rules:
    - backendRefs:
        - name: shop
          port: 80
`;

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['create', 'service', 'clusterip', 'shop', '--tcp=80']);
  // What was there, and wrong, before the webhook came.
  plane.mustKubectl(['apply', '-f', '-'], yaml(gateway('old', port8080)));
  plane.mustKubectl(['apply', '-f', '-'], yaml(gateway('edge', web)));
  plane.mustKubectl(['apply', '-f', await guard.start()]);
  await waitFor('the registration', () => apply(gateway('probe', port8080), '--dry-run=server').status === 1);
});

afterAll(async () => {
  await guard.stop();
  await plane.stop();
});

describe('a good change', () => {
  it('passes: a Gateway on the ports that Kong listens on', () => {
    const { status, stdout, stderr } = apply(gateway('good', web, several));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('/good created');
  });

  it('passes: HTTPS on 443, as the proxy serves it', () => {
    const listener = `    - name: web
      protocol: HTTPS
      port: 443
      tls:
        certificateRefs:
          - name: shop
`;
    expect(apply(gateway('good-tls', listener, several)).stderr).toBe('');
  });
});

describe('each rule rejects its bad manifest with its message', () => {
  it.each([
    [
      'kong-listen-missing',
      gateway('bad', port8080),
      'Listener "web" asks for HTTP on port 8080, which Kong does not serve: PortUnavailable, no Kong listen with the requested protocol is configured for the requested port (Service kong/kong-proxy has no TCP port 8080). kong/kong-proxy offers HTTP on 80 and HTTPS on 443.',
    ],
    [
      'kong-gateway-port-conflict',
      gateway('bad', '    - name: raw\n      protocol: TCP\n      port: 80\n'),
      'meet on port 80 of one data plane (Service kong/kong-proxy): ProtocolConflict',
    ],
    [
      'listener-conflict',
      gateway('bad', `${web}    - name: raw\n      protocol: TCP\n      port: 80\n`),
      'Listeners "web" (HTTP) and "raw" (TCP) cannot share port 80: ProtocolConflict.',
    ],
    // No CRD sees a mix of two lists.
    [
      'redirect-rewrite-exclusive',
      filtered([rewrite], [redirect]),
      'RequestRedirect stands beside the URLRewrite of spec.rules[0].filters[0] in one rule and its backendRef: IncompatibleFilters.',
    ],
  ])('%s', (rule, text, message) => {
    const { status, stderr } = apply(text);
    expect(status).toBe(1);
    expect(stderr).toContain('admission webhook "validate.gateway-guard.io" denied the request:');
    expect(stderr).toContain(`[${rule}]`);
    expect(stderr).toContain(message);
  });

  it('redirect-rewrite-exclusive: a mix in one list, which newer CRDs deny themselves, before any webhook is asked', () => {
    const { status, stderr } = apply(filtered([redirect, rewrite]));
    expect(status).toBe(1);
    expect(stderr).toContain(
      readFileSync(crds, 'utf8').includes('x-kubernetes-validations')
        ? 'The HTTPRoute "bad" is invalid: spec.rules[0].filters: Invalid value: '
        : 'URLRewrite stands beside the RequestRedirect of spec.rules[0].filters[0] in one rule: IncompatibleFilters.',
    );
  });

  it('route-hostname-collision', () => {
    expect(apply(route('HTTPRoute', 'shop', 'shop.example.com')).stderr).toBe('');
    const { status, stderr } = apply(route('GRPCRoute', 'orders', 'shop.example.com'));
    expect(status).toBe(1);
    expect(stderr).toContain('[route-hostname-collision]');
    expect(stderr).toContain(
      'This GRPCRoute and HTTPRoute default/shop both answer "shop.example.com" on listener "web".',
    );
    expect(apply(route('GRPCRoute', 'orders', 'grpc.example.com')).stderr).toBe('');
  });
});

describe('--dry-run=server', () => {
  it('rejects alike', () => {
    const { status, stderr } = apply(gateway('bad', port8080), '--dry-run=server');
    expect(status).toBe(1);
    expect(stderr).toContain('[kong-listen-missing]');
  });

  it('leaves nothing behind, neither in the cluster nor in the inventory', () => {
    expect(apply(route('HTTPRoute', 'tried', 'tried.example.com'), '--dry-run=server').status).toBe(0);
    expect(plane.kubectl(['get', 'httproute', 'tried']).stderr).toContain('not found');
    expect(apply(route('GRPCRoute', 'after', 'tried.example.com')).stderr).toBe('');
  });
});

describe('what is doubtful', () => {
  it('is let in, and kubectl prints the warning', () => {
    const { status, stderr } = apply(route('GRPCRoute', 'open', ''));
    expect(status).toBe(0);
    expect(stderr).toContain('Warning: [route-hostname-collision]');
  });
});

describe('an object that was bad before', () => {
  it('is re-applied as it is', () => {
    expect(apply(gateway('old', port8080))).toMatchObject({ status: 0, stderr: '' });
  });

  it('takes an update of its metadata', () => {
    expect(apply(gateway('old', port8080, '  labels:\n    team: shop\n')).status).toBe(0);
  });

  it('takes an update that makes it no worse, with a warning', () => {
    const { status, stderr } = apply(
      gateway('old', `${port8080}    - name: more\n      protocol: HTTP\n      port: 80\n`),
    );
    expect(status).toBe(0);
    expect(stderr).toContain('Warning: [kong-listen-missing]');
  });

  it('takes no update that makes it worse', () => {
    const { status, stderr } = apply(
      gateway('old', `${port8080}    - name: more\n      protocol: HTTP\n      port: 8081\n`),
    );
    expect(status).toBe(1);
    expect(stderr).toContain('HTTP on port 8081');
  });

  it('is deleted', () => {
    expect(plane.kubectl(['delete', 'gateway', 'old']).status).toBe(0);
  });
});

describe('two objects that conflict with each other, in one kubectl apply', () => {
  it('end with the second rejected', () => {
    const tcp = (name: string): string => gateway(name, '    - name: mail\n      protocol: TCP\n      port: 9901\n');
    const service = plane.mustKubectl([
      '-n',
      'kong',
      'get',
      'service',
      'kong-proxy',
      '-o',
      'jsonpath={.spec.ports[*].port}',
    ]);
    expect(service).toBe('80 443');
    const ports = '[{"op":"add","path":"/spec/ports/-","value":{"name":"mail","port":9901,"targetPort":9901}}]';
    plane.mustKubectl(['-n', 'kong', 'patch', 'service', 'kong-proxy', '--type=json', '-p', ports]);
    plane.mustKubectl([
      '-n',
      'kong',
      'set',
      'env',
      `deployment/${proxyDeployment()}`,
      '-c',
      'proxy',
      'KONG_STREAM_LISTEN=0.0.0.0:9901',
    ]);
    return waitFor('the new listen', () => apply(tcp('one'), '--dry-run=server').status === 0).then(() => {
      const { status, stdout, stderr } = apply(`${tcp('one')}---\n${tcp('two')}`);
      expect(stdout).toContain('/one created');
      expect(status).toBe(1);
      expect(stderr).toContain('[kong-gateway-port-conflict]');
      expect(stderr).toContain('listener "mail" (TCP) of Gateway default/one');
      expect(plane.kubectl(['get', 'gateway', 'two']).stderr).toContain('not found');
    });
  });
});

/** 2.8 runs proxy and controller in one Deployment, later releases in two. */
function proxyDeployment(): string {
  const names = plane
    .mustKubectl(['-n', 'kong', 'get', 'deployment', '-o', 'jsonpath={.items[*].metadata.name}'])
    .split(' ');
  return names.includes('proxy-kong') ? 'proxy-kong' : 'ingress-kong';
}
