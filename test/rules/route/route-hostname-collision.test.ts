import { describe, expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, meshClass } from '../../support/mesh.ts';

const id = 'route-hostname-collision';
const edge = kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']);

interface RouteOptions {
  readonly parents?: string;
  readonly namespace?: string;
  readonly created?: string;
}

const route = (
  kind: string,
  name: string,
  hostnames: string,
  options: RouteOptions = {},
): string => `apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata:
  name: ${name}
  namespace: ${options.namespace ?? 'default'}
${options.created === undefined ? '' : `  creationTimestamp: "${options.created}"\n`}spec:
  parentRefs: ${options.parents ?? '[{name: edge}]'}
  hostnames: ${hostnames}
---
`;
const both = (one: string, other: string): string => route('HTTPRoute', 'web', one) + route('GRPCRoute', 'rpc', other);
const denied = ['deny GRPCRoute default/rpc spec.hostnames'];

describe('an HTTPRoute and a GRPCRoute collide', () => {
  it.each([
    ['on one name', '[a.com]', '[a.com]', '"a.com"'],
    ['on one name, whatever the case', '[A.com]', '[a.COM]', '"a.com"'],
    ['on a name below a wildcard', '["*.a.com"]', '[b.a.com]', '"b.a.com"'],
    ['on a wildcard below a wildcard', '["*.b.a.com"]', '["*.a.com"]', '"*.b.a.com"'],
    ['on one of several names', '[x.com, a.com]', '[a.com, y.com]', '"a.com"'],
  ])('%s', (_title, one, other, host) => {
    expect(linesOf(id, edge + both(one, other))).toEqual(denied);
    expect(findingsIn(edge + both(one, other))[0]?.message).toContain(`both answer ${host} on listener "l0"`);
  });

  it('and the later one is told, whichever it is', () => {
    expect(linesOf(id, edge + route('GRPCRoute', 'rpc', '[a.com]') + route('HTTPRoute', 'web', '[a.com]'))).toEqual([
      'deny HTTPRoute default/web spec.hostnames',
    ]);
    const old = { created: '2020-01-01T00:00:00Z' };
    const young = { created: '2021-01-01T00:00:00Z' };
    const yaml = edge + route('HTTPRoute', 'web', '[a.com]', young) + route('GRPCRoute', 'rpc', '[a.com]', old);
    expect(linesOf(id, yaml)).toEqual(['deny HTTPRoute default/web spec.hostnames']);
    expect(findingsIn(yaml)[0]?.message).toContain('accepts one of the two: GRPCRoute default/rpc (it is older)');
  });

  it('with a mark only where the overlap comes from a route without hostnames', () => {
    expect(linesOf(id, edge + both('[]', '[a.com]'))).toEqual(['annotate GRPCRoute default/rpc spec.hostnames']);
    expect(linesOf(id, edge + both('[a.com]', '[]'))).toEqual(['annotate GRPCRoute default/rpc spec.parentRefs[0]']);
    expect(linesOf(id, edge + both('[]', '[]'))).toEqual(['annotate GRPCRoute default/rpc spec.parentRefs[0]']);
  });

  it('and the hint names a hostname that neither the HTTPRoute nor the listener stands in the way of', () => {
    const hint = (one: string, other: string, gateway = edge): string =>
      findingsIn(gateway + both(one, other))[0]?.hint ?? '';
    expect(hint('[a.com]', '[a.com]')).toContain('"grpc.a.com"');
    expect(hint('["*.b.a.com"]', '["*.a.com"]')).not.toContain('for example');
    expect(hint('[]', '[a.com]')).not.toContain('for example');
    const exact = kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80, hostname: a.com']);
    expect(hint('[a.com]', '[a.com]', exact)).toContain('a listener of its own');
  });
});

describe('no collision', () => {
  it.each([
    ['other names', '[a.com]', '[b.com]'],
    ['a wildcard has not its own suffix', '["*.a.com"]', '[a.com]'],
    ['a suffix that is no label', '["*.a.com"]', '[ba.com]'],
  ])('%s', (_title, one, other) => {
    expect(linesOf(id, edge + both(one, other))).toEqual([]);
  });

  it('of two routes of one kind', () => {
    expect(linesOf(id, edge + route('HTTPRoute', 'a', '[a.com]') + route('HTTPRoute', 'b', '[a.com]'))).toEqual([]);
  });

  it('on different listeners', () => {
    const gateway = kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80', 'protocol: HTTPS, port: 443']);
    const one = route('HTTPRoute', 'web', '[a.com]', { parents: '[{name: edge, sectionName: l0}]' });
    const other = route('GRPCRoute', 'rpc', '[a.com]', { parents: '[{name: edge, port: 443}]' });
    expect(linesOf(id, gateway + one + other)).toEqual([]);
    expect(linesOf(id, gateway + one + other.replace('443', '80'))).toEqual(denied);
  });

  it("where the listener's hostname leaves them nothing in common", () => {
    const gateway = kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80, hostname: only.a.com']);
    expect(linesOf(id, gateway + both('["*.a.com"]', '["*.a.com"]'))).toEqual(denied);
    expect(linesOf(id, gateway + both('["*.a.com"]', '[other.a.com]'))).toEqual([]);
  });

  it('where the listener lets one of them not in', () => {
    const foreign = { namespace: 'shop', parents: '[{name: edge, namespace: default}]' };
    const other = route('HTTPRoute', 'web', '[a.com]') + route('GRPCRoute', 'rpc', '[a.com]', foreign);
    expect(linesOf(id, edge + other)).toEqual([]);
    const open =
      kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: All}}']);
    expect(linesOf(id, open + other)).toEqual(['deny GRPCRoute shop/rpc spec.hostnames']);
    const kinds =
      kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80, allowedRoutes: {kinds: [{kind: HTTPRoute}]}']);
    expect(linesOf(id, kinds + both('[a.com]', '[a.com]'))).toEqual([]);
  });

  it('by a selector of the namespace, and only where it fits', () => {
    const gateway =
      kongWith() +
      gatewayWith('edge', [
        'protocol: HTTP, port: 80, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: shop}}}}',
      ]);
    const namespace = (team: string): string => `apiVersion: v1
kind: Namespace
metadata: {name: default, labels: {team: ${team}}}
---
`;
    expect(linesOf(id, gateway + namespace('shop') + both('[a.com]', '[a.com]'))).toEqual(denied);
    expect(linesOf(id, gateway + namespace('blog') + both('[a.com]', '[a.com]'))).toEqual([]);
    expect(linesOf(id, gateway + both('[a.com]', '[a.com]'))).toEqual([]);
  });

  it('on a Gateway of another owner, unless the scope is all', () => {
    const yaml = gatewayWith('edge', ['protocol: HTTP, port: 80'], { className: 'other' }) + both('[a.com]', '[a.com]');
    expect(linesOf(id, yaml)).toEqual([]);
    expect(linesOf(id, yaml, { scope: 'all' })).toEqual(denied);
  });

  it('with a parent that does not exist, or is a Service', () => {
    expect(linesOf(id, kongWith() + both('[a.com]', '[a.com]'))).toEqual([]);
    const service = { parents: '[{group: "", kind: Service, name: edge}]' };
    expect(
      linesOf(id, edge + route('HTTPRoute', 'web', '[a.com]', service) + route('GRPCRoute', 'rpc', '[a.com]', service)),
    ).toEqual([]);
  });
});

it('is silent about a Gateway of Kong Mesh, which reads no GRPCRoute', () => {
  const edgeOfMesh = meshClass + edgeWith();
  expect(linesOf(id, edgeOfMesh + both('[a.com]', '[a.com]'))).toEqual([]);
  expect(linesOf(id, edgeOfMesh + route('GRPCRoute', 'rpc', '[a.com]') + route('HTTPRoute', 'web', '[a.com]'))).toEqual(
    [],
  );
});
