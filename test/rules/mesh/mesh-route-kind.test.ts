import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toEdge, toService } from '../../support/mesh.ts';
import { classWith, routeWith } from '../../support/routes.ts';

const edge = meshClass + edgeWith() + meshService('demo-app');
const of = (kind: string, parent = toEdge): string => routeWith(kind, 'demo', `{parentRefs: [${parent}]}`);
const lines = (yaml: string, settings = meshSettings()): string[] => linesOf('mesh-route-kind', yaml, settings);

it.each(['GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'])('finds a %s with a parent in Kong Mesh', (kind) => {
  expect(lines(edge + of(kind))).toEqual([`warn ${kind} default/demo spec.parentRefs[0]`]);
  expect(lines(edge + of(kind, toService))).toEqual([`warn ${kind} default/demo spec.parentRefs[0]`]);
  expect(lines(edge + of(kind, toService), meshSettings('3.x'))).toHaveLength(1);
});

it.each([
  ['an HTTPRoute', edge + meshRoute(toEdge)],
  ["a GRPCRoute of Kong's Gateway", kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']) + of('GRPCRoute')],
  [
    "a TCPRoute of another's Gateway",
    classWith('other', 'example.com/gateway') + edgeWith('', undefined, 'other') + of('TCPRoute'),
  ],
  ['a route whose Gateway does not exist', meshClass + of('GRPCRoute')],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});

it('is silent about Services where the rules about Kong Mesh do not run', () => {
  expect(linesOf('mesh-route-kind', meshService('demo-app') + of('GRPCRoute', toService))).toEqual([]);
});
