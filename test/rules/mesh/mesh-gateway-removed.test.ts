import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toEdge, toService } from '../../support/mesh.ts';

const lines = (yaml: string, version = '3.x'): string[] => linesOf('mesh-gateway-removed', yaml, meshSettings(version));
const all = meshClass + edgeWith() + meshService('demo-app') + meshRoute(toEdge);

it('finds class, Gateway and route under version 3, and says no more of them', () => {
  expect(lines(all)).toEqual([
    'warn GatewayClass kuma spec.controllerName',
    'warn Gateway default/edge spec.gatewayClassName',
    'warn HTTPRoute default/demo spec.parentRefs[0]',
  ]);
  expect(new Set(findingsIn(all, meshSettings('3.x')).map(({ rule }) => rule))).toEqual(
    new Set(['mesh-gateway-removed']),
  );
});

it.each([
  ['version 2', all, '2.x'],
  ['a route to a Service', meshService('demo-app') + meshRoute(toService), '3.x'],
  ["Kong's objects", kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']) + meshRoute(toEdge), '3.x'],
])('is silent about %s', (_title, yaml, version) => {
  expect(lines(yaml, version)).toEqual([]);
});
