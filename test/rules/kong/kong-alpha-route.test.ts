import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { classWith, routeWith } from '../../support/routes.ts';

const id = 'kong-alpha-route';
const gate = (value: string): string =>
  kongWith().replace(
    '- {name: CONTROLLER_PUBLISH_SERVICE,',
    `- {name: CONTROLLER_FEATURE_GATES, value: "${value}"}\n            - {name: CONTROLLER_PUBLISH_SERVICE,`,
  );
const gateway = gatewayWith('edge', [
  'protocol: TCP, port: 9901',
  'protocol: TLS, port: 9903, tls: {mode: Passthrough}',
  'protocol: TLS, port: 9904, tls: {certificateRefs: [{name: a}]}',
]);
const route = (kind: string, ref = '{name: edge}'): string =>
  routeWith(kind, 'r', `{parentRefs: [${ref}], hostnames: [a.com]}`);
const lines = (yaml: string): string[] => linesOf(id, yaml);

it.each(['TCPRoute', 'TLSRoute', 'UDPRoute'])('finds a %s, where the gate is not seen', (kind) => {
  expect(lines(kongWith() + gateway + route(kind))).toEqual([`warn ${kind} default/r spec.parentRefs[0]`]);
});

it.each(['GatewayAlpha=false', 'Other=true', ''])('finds one under the gates %j', (value) => {
  expect(lines(gate(value) + gateway + route('TCPRoute'))).toHaveLength(1);
});

it('finds a TLSRoute that reaches only listeners that terminate TLS, gate or not', () => {
  const yaml = gate('GatewayAlpha=true') + gateway + route('TLSRoute', '{name: edge, sectionName: l2}');
  expect(lines(yaml)).toEqual(['warn TLSRoute default/r spec.parentRefs[0]']);
  expect(findingsIn(yaml).find(({ rule }) => rule === id)?.message).toContain('that terminate TLS ("l2")');
});

it.each([
  ['a TCPRoute with the gate', gate('GatewayAlpha=true') + gateway + route('TCPRoute')],
  ['the gate among others', gate('Other=false, GatewayAlpha=true') + gateway + route('UDPRoute')],
  ['a TLSRoute that reaches Passthrough', gate('GatewayAlpha=true') + gateway + route('TLSRoute')],
  ['a GRPCRoute', kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']) + route('GRPCRoute')],
  ['a mesh Service as parent', kongWith() + route('TCPRoute', '{group: "", kind: Service, name: a}')],
  ['an HTTPRoute', kongWith() + gatewayWith('edge', ['protocol: HTTP, port: 80']) + route('HTTPRoute')],
  [
    'a route of another implementation',
    `${kongWith()}${classWith('other', 'example.com/a')}${gatewayWith('edge', ['protocol: TCP, port: 9901'], { className: 'other' })}${route('TCPRoute')}`,
  ],
  ['a route whose Gateway is not there', kongWith() + route('TCPRoute', '{name: nowhere}')],
])('is silent about %s', (_title, yaml) => {
  expect(lines(yaml)).toEqual([]);
});
