import { describe, expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith } from '../../support/kong.ts';

const admitting = (allowed: string): string =>
  gatewayWith('edge', ['protocol: HTTP, port: 80, hostname: a.com'], { className: 'any' }).replace(
    '  listeners:',
    `  allowedListeners: ${allowed}\n  listeners:`,
  );
const gateway = admitting('{namespaces: {from: Same}}');
const set = (name: string, created: string, ...listeners: string[]): string => `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: ${name}${created === '' ? '' : `, creationTimestamp: "${created}"`}}
spec:
  parentRef: {name: edge}
  listeners:
${listeners.map((listener, index) => `    - {name: s${index}, ${listener}}`).join('\n')}
---
`;
const lines = (...sets: string[]): string[] => linesOf('listenerset-conflict', gateway + sets.join(''));
const early = '2026-01-01T00:00:00Z';
const late = '2026-02-01T00:00:00Z';

it('denies a set that loses every listener to its Gateway', () => {
  expect(lines(set('shop', '', 'protocol: HTTP, port: 80, hostname: a.com'))).toEqual([
    'deny ListenerSet default/shop spec.listeners[0].hostname',
  ]);
  expect(lines(set('shop', '', 'protocol: TCP, port: 80'))).toEqual([
    'deny ListenerSet default/shop spec.listeners[0].port',
  ]);
});

it('warns where some listeners are left', () => {
  const own = set('shop', '', 'protocol: HTTP, port: 80, hostname: a.com', 'protocol: HTTP, port: 80, hostname: b.com');
  expect(lines(own)).toEqual(['warn ListenerSet default/shop spec.listeners[0].hostname']);
});

it('prefers the older set, whatever their names, and reports the younger', () => {
  const b = 'protocol: HTTP, port: 80, hostname: b.com';
  expect(lines(set('a', late, b), set('z', early, b))).toEqual([
    'deny ListenerSet default/a spec.listeners[0].hostname',
  ]);
});

it('prefers the first by name among sets of one age', () => {
  const b = 'protocol: HTTP, port: 80, hostname: b.com';
  expect(lines(set('z', early, b), set('a', early, b))).toEqual([
    'deny ListenerSet default/z spec.listeners[0].hostname',
  ]);
});

it('finds listeners of one set that conflict with each other', () => {
  expect(lines(set('shop', '', 'protocol: UDP, port: 53', 'protocol: UDP, port: 53'))).toHaveLength(2);
});

it.each([
  ['another hostname', 'protocol: HTTP, port: 80, hostname: b.com'],
  ['another port', 'protocol: TCP, port: 81'],
  ['UDP beside HTTP, which the specification allows', 'protocol: UDP, port: 80'],
  ['HTTPS beside HTTP, which is left to the implementation', 'protocol: HTTPS, port: 80, hostname: a.com'],
])('is silent about %s', (_title, listener) => {
  expect(lines(set('shop', '', listener))).toEqual([]);
});

it('is silent where the Gateway is not there', () => {
  expect(
    linesOf('listenerset-conflict', set('shop', '', 'protocol: TCP, port: 80', 'protocol: TCP, port: 81')),
  ).toEqual([]);
});

describe('of sets that the Gateway does not admit', () => {
  const own = set('own', late, 'protocol: HTTP, port: 80, hostname: b.com');
  const stranger = set('a-stranger', early, 'protocol: HTTP, port: 80, hostname: b.com')
    .replace('metadata: {', 'metadata: {namespace: other, ')
    .replace('{name: edge}', '{name: edge, namespace: default}');

  it.each([
    ['Same', '{namespaces: {from: Same}}'],
    ['a selector', '{namespaces: {from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: default}}}}'],
  ])('none takes listeners from others (%s)', (_title, allowed) => {
    expect(linesOf('listenerset-conflict', admitting(allowed) + stranger + own)).toEqual([]);
    expect(linesOf('listenerset-conflict', admitting('{namespaces: {from: All}}') + stranger + own)).toEqual([
      'deny ListenerSet default/own spec.listeners[0].hostname',
    ]);
  });

  it('nothing is said, for nothing of them is merged', () => {
    const lost = set('own', '', 'protocol: TCP, port: 80');
    expect(linesOf('listenerset-conflict', admitting('{namespaces: {from: None}}') + lost)).toEqual([]);
    expect(linesOf('listenerset-conflict', admitting('{}') + lost)).toEqual([]);
  });
});

it('what has lost itself takes nothing from others', () => {
  const mixed = set('mixed', early, 'protocol: TCP, port: 80', 'protocol: TCP, port: 25');
  const web = set('web', late, 'protocol: HTTP, port: 80, hostname: b.com');
  expect(lines(mixed, web)).toEqual(['warn ListenerSet default/mixed spec.listeners[0].port']);
});
