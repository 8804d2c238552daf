import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith } from '../../support/kong.ts';

const lines = (...listeners: string[]): string[] =>
  linesOf('listener-invalid', gatewayWith('edge', listeners, { className: 'any' })).map((line) =>
    line.replace('Gateway default/edge spec.listeners', ''),
  );

it.each([
  ['tls on HTTP', 'protocol: HTTP, port: 80, tls: {certificateRefs: [{name: a}]}', 'deny [0].tls'],
  ['tls on TCP', 'protocol: TCP, port: 80, tls: {mode: Passthrough}', 'deny [0].tls'],
  ['tls on UDP', 'protocol: UDP, port: 80, tls: {certificateRefs: [{name: a}]}', 'deny [0].tls'],
  ['HTTPS that passes TLS through', 'protocol: HTTPS, port: 443, tls: {mode: Passthrough}', 'deny [0].tls.mode'],
  ['a hostname on TCP', 'protocol: TCP, port: 80, hostname: a.com', 'deny [0].hostname'],
  ['a hostname on UDP', 'protocol: UDP, port: 80, hostname: a.com', 'deny [0].hostname'],
  ['Terminate without a certificate', 'protocol: HTTPS, port: 443, tls: {mode: Terminate}', 'deny [0].tls'],
  ['TLS that terminates by default, without a certificate', 'protocol: TLS, port: 443, tls: {}', 'deny [0].tls'],
  ['HTTPS without tls', 'protocol: HTTPS, port: 443', 'warn [0].tls'],
  ['TLS without tls', 'protocol: TLS, port: 443', 'warn [0].tls'],
  [
    'Selector without a selector',
    'protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: Selector}}',
    'warn [0].allowedRoutes.namespaces.selector',
  ],
  [
    'a kind that HTTP cannot carry',
    'protocol: HTTP, port: 80, allowedRoutes: {kinds: [{kind: HTTPRoute}, {kind: TLSRoute}]}',
    'warn [0].allowedRoutes.kinds[1]',
  ],
  ['GRPC, which is no protocol', 'protocol: GRPC, port: 80', 'warn [0].protocol'],
  ['an IPv4 address as hostname', 'protocol: HTTP, port: 80, hostname: 10.0.0.1', 'warn [0].hostname'],
  ['an IPv6 address as hostname', 'protocol: HTTP, port: 80, hostname: "::1"', 'warn [0].hostname'],
])('finds %s', (_title, listener, line) => {
  expect(lines(listener)).toEqual([line]);
});

it('finds a name that is given twice, at the second', () => {
  const yaml = gatewayWith('edge', ['protocol: HTTP, port: 80', 'protocol: HTTP, port: 81'], { className: 'any' });
  expect(linesOf('listener-invalid', yaml.replace('l1', 'l0'))).toEqual([
    'deny Gateway default/edge spec.listeners[1].name',
  ]);
});

it.each([
  ['HTTP', 'protocol: HTTP, port: 80, hostname: "*.example.com"'],
  ['HTTPS with a certificate', 'protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: a}]}'],
  ['HTTPS with options for one', 'protocol: HTTPS, port: 443, tls: {options: {example.com/certificate: auto}}'],
  ['TLS that is passed through', 'protocol: TLS, port: 443, tls: {mode: Passthrough}'],
  [
    'Passthrough with a certificate, which is ignored',
    'protocol: TLS, port: 443, tls: {mode: Passthrough, certificateRefs: [{name: a}]}',
  ],
  ['TCP', 'protocol: TCP, port: 53'],
  ['UDP', 'protocol: UDP, port: 53'],
  ['HTTP without a hostname', 'protocol: HTTP, port: 80'],
  [
    'HTTPS with mode and hostname',
    'protocol: HTTPS, port: 443, hostname: a.com, tls: {mode: Terminate, certificateRefs: [{name: a}]}',
  ],
  ['TLS that is terminated with a certificate', 'protocol: TLS, port: 443, tls: {certificateRefs: [{name: a}]}'],
  [
    'a certificate of another namespace',
    'protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: a, namespace: b}]}',
  ],
  ['namespaces from All', 'protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: All}}'],
  ['TLSRoute on TLS', 'protocol: TLS, port: 443, tls: {mode: Passthrough}, allowedRoutes: {kinds: [{kind: TLSRoute}]}'],
  ['no kinds at all', 'protocol: HTTP, port: 80, allowedRoutes: {kinds: []}'],
  ['a protocol that is left out, which is for the schema to refuse', 'port: 80'],
  ['a protocol of an implementation', 'protocol: example.com/quic, port: 443, tls: {certificateRefs: [{name: a}]}'],
  [
    'a selector',
    'protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {a: b}}}}',
  ],
  [
    'kinds that the protocol carries',
    'protocol: HTTP, port: 80, allowedRoutes: {kinds: [{kind: HTTPRoute}, {kind: GRPCRoute}]}',
  ],
  ['a kind of another group', 'protocol: HTTP, port: 80, allowedRoutes: {kinds: [{group: example.com, kind: Route}]}'],
  ['a hostname with digits', 'protocol: HTTP, port: 80, hostname: 10.example.com'],
])('is silent about %s', (_title, listener) => {
  expect(lines(listener)).toEqual([]);
});

it('judges a ListenerSet alike', () => {
  const set = `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: set}
spec: {parentRef: {name: edge}, listeners: [{name: a, protocol: TCP, port: 80, hostname: a.com}]}
`;
  expect(linesOf('listener-invalid', set)).toEqual(['deny ListenerSet default/set spec.listeners[0].hostname']);
});
