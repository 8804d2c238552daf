import { describe, expect, it } from 'vitest';
import { kinds, type Kind } from '../../src/resources/kinds.ts';
import { findingsIn } from '../support/findings.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshService } from '../support/mesh.ts';
import { classWith, grantWith, routeWith, serviceWith } from '../support/routes.ts';

/** What ordinary users write, and what no rule may stand in the way of. */
const web = gatewayWith('edge', ['protocol: HTTP, port: 80']);
const route = (name: string, spec: string, kind = 'HTTPRoute'): string => routeWith(kind, name, spec);
const denials = (yaml: string): string[] =>
  findingsIn(yaml)
    .filter(({ enforcement }) => enforcement === 'deny')
    .map(({ rule, message }) => `${rule}: ${message}`);

describe('is let in', () => {
  it.each([
    [
      'several Gateways of one class with the same HTTP listener',
      kongWith() + ['a', 'b', 'c'].map((name) => gatewayWith(name, ['protocol: HTTP, port: 80'])).join(''),
    ],
    [
      'several Gateways with the same HTTPS listener',
      kongWith() +
        ['a', 'b']
          .map((name) =>
            gatewayWith(name, ['protocol: HTTPS, port: 443, hostname: a.com, tls: {certificateRefs: [{name: cert}]}']),
          )
          .join(''),
    ],
    ['an HTTPS listener without tls', kongWith() + gatewayWith('edge', ['protocol: HTTPS, port: 443'])],
    [
      'a Passthrough listener with certificateRefs',
      kongWith() +
        gatewayWith('edge', ['protocol: TLS, port: 9903, tls: {mode: Passthrough, certificateRefs: [{name: a}]}']),
    ],
    [
      'a route with a Service as parent while no mesh is there',
      kongWith() +
        route(
          'canary',
          '{parentRefs: [{group: "", kind: Service, name: shop, port: 80}], rules: [{backendRefs: [{name: shop-v2, port: 80}]}]}',
        ),
    ],
    ['the same with the group left out', kongWith() + route('canary', '{parentRefs: [{kind: Service, name: shop}]}')],
    [
      'a Gateway of another implementation on any port, with a route of many features',
      `${kongWith()}${classWith('istio', 'istio.io/gateway-controller')}${gatewayWith('mesh', ['protocol: HTTP, port: 8080', 'protocol: HTTPS, port: 8443, tls: {certificateRefs: [{name: a}, {name: b}]}'], { className: 'istio' })}${route('all', '{parentRefs: [{name: mesh}], rules: [{filters: [{type: CORS, cors: {}}, {type: RequestMirror, requestMirror: {backendRef: {name: x, port: 80}}}], timeouts: {request: 10s}}]}')}`,
    ],
    [
      'a Gateway before its class, and routes before all',
      `${route('shop', '{parentRefs: [{name: edge}], rules: [{backendRefs: [{name: shop, port: 80}]}]}')}${web}${kongWith()}${serviceWith('shop', '[{port: 80}]')}`,
    ],
    [
      'a backend, a grant and a parent that come later',
      `${kongWith()}${routeWith('HTTPRoute', 'shop', '{parentRefs: [{name: edge}], rules: [{backendRefs: [{name: shop, namespace: other, port: 80}]}]}')}${grantWith('other', '{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}', '{group: "", kind: Service}')}${web}`,
    ],
    [
      'what is missing altogether',
      route('shop', '{parentRefs: [{name: nowhere}], rules: [{backendRefs: [{name: nowhere, port: 80}]}]}') +
        gatewayWith('edge', ['protocol: HTTP, port: 80'], { className: 'nowhere' }),
    ],
    [
      'the same hostname and path in two routes',
      kongWith() +
        web +
        ['one', 'two']
          .map((name) =>
            route(name, '{parentRefs: [{name: edge}], hostnames: [a.com], rules: [{matches: [{path: {value: /a}}]}]}'),
          )
          .join(''),
    ],
    [
      'a catch-all',
      kongWith() + web + route('all', '{parentRefs: [{name: edge}], rules: [{backendRefs: [{name: shop, port: 80}]}]}'),
    ],
    [
      'a redirect to https, as most write it',
      kongWith() +
        web +
        route(
          'https',
          '{parentRefs: [{name: edge}], rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]}]}',
        ),
    ],
    [
      'a canary by weights',
      kongWith() +
        web +
        route(
          'canary',
          '{parentRefs: [{name: edge}], rules: [{backendRefs: [{name: a, port: 80, weight: 9}, {name: b, port: 80, weight: 1}]}]}',
        ),
    ],
    [
      'an HTTPRoute and a GRPCRoute on hostnames of their own',
      kongWith() +
        web +
        route('web', '{parentRefs: [{name: edge}], hostnames: [a.com]}') +
        route('grpc', '{parentRefs: [{name: edge}], hostnames: [grpc.a.com]}', 'GRPCRoute'),
    ],
    [
      'TCP and UDP routes',
      `${kongWith()}${gatewayWith('edge', ['protocol: TCP, port: 9901', 'protocol: UDP, port: 9902'])}${route('tcp', '{parentRefs: [{name: edge}], rules: [{backendRefs: [{name: a, port: 25}]}]}', 'TCPRoute')}${route('udp', '{parentRefs: [{name: edge}], rules: [{backendRefs: [{name: a, port: 53}]}]}', 'UDPRoute')}`,
    ],
    [
      'an object with fields of the wrong type, which is for the schema to refuse',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: odd}\nspec: {parentRefs: edge, hostnames: {a: b}, rules: [1, null, {matches: x, filters: {}, backendRefs: [null]}]}\n',
    ],
  ])('%s', (_title, yaml) => {
    expect(denials(yaml)).toEqual([]);
  });
});

describe('every version that a release of the CRDs served is judged alike', () => {
  const versions = (kind: Kind): string[] =>
    kinds[kind].versions.map((version) => `gateway.networking.k8s.io/${version}`);
  const twice = '{parentRefs: [{name: a}, {name: a}]}';
  it.each(
    (['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'] as const).flatMap((kind) =>
      versions(kind).map((version) => [kind, version]),
    ),
  )('%s %s', (kind, version) => {
    const yaml = route('r', twice, kind).replace('gateway.networking.k8s.io/v1', version);
    expect(denials(yaml).map((line) => line.split(':')[0])).toEqual(['route-duplicate']);
  });

  it.each(versions('Gateway'))('Gateway %s', (version) => {
    const yaml = gatewayWith('edge', ['protocol: HTTP, port: 8080']).replace('gateway.networking.k8s.io/v1', version);
    expect(denials(kongWith() + yaml).map((line) => line.split(':')[0])).toEqual(['kong-listen-missing']);
  });
});

describe('Kong and Kong Mesh side by side', () => {
  const mesh = meshClass + edgeWith('namespace: mesh') + meshService('demo-app', undefined, 'namespace: mesh');
  const own = (namespace: string, parents: string): string => meshRoute(parents, undefined, `namespace: ${namespace}`);

  it("leaves the objects of each to its own rules: the same findings of Kong's objects with Kong Mesh and without", () => {
    const kong =
      kongWith() +
      gatewayWith('edge', ['protocol: HTTP, port: 80', 'protocol: TCP, port: 9901']) +
      serviceWith('demo-app', '[{port: 5000}]') +
      own('default', '{name: edge}') +
      routeWith('GRPCRoute', 'rpc', '{parentRefs: [{name: edge}], hostnames: [rpc.com]}');
    const alone = findingsIn(kong);
    const beside = findingsIn(kong + mesh + own('mesh', '{name: edge}')).filter(
      ({ object: { namespace } }) => namespace !== 'mesh',
    );
    expect(beside).toEqual(alone);
  });

  it('has no finding of a rule about Kong Mesh on objects of others', () => {
    const others =
      kongWith() +
      classWith('other', 'example.com/gateway') +
      gatewayWith('edge', ['protocol: TCP, port: 9901']) +
      gatewayWith('foreign', ['protocol: TLS, port: 443'], { className: 'other' }) +
      own('default', '{name: edge}') +
      own('default', '{name: foreign}') +
      routeWith('TCPRoute', 'raw', '{parentRefs: [{name: edge}, {name: foreign}]}');
    expect(findingsIn(others + mesh).filter(({ rule }) => rule.startsWith('mesh-'))).toEqual([]);
  });

  it('has no finding of a rule about Kong on objects of Kong Mesh', () => {
    const port = edgeWith('namespace: mesh', [
      'protocol: HTTP, port: 8080',
      'protocol: HTTPS, port: 8443, tls: {certificateRefs: [{name: a}, {name: b}]}',
    ]);
    const found = findingsIn(kongWith() + meshClass + port + mesh + own('mesh', '{name: edge}'));
    expect(found.filter(({ rule }) => rule.startsWith('kong-'))).toEqual([]);
  });
});
