import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { edgeWith, kumaWith, meshClass, meshSettings } from '../../support/mesh.ts';
import { classWith } from '../../support/routes.ts';

const crossMesh =
  kumaWith('MeshGatewayConfig', 'edge', '{crossMesh: true}') +
  classWith(
    'kuma',
    'gateways.kuma.io/controller',
    'parametersRef: {group: kuma.io, kind: MeshGatewayConfig, name: edge}',
  );
const lines = (listener: string, before = meshClass, version = '2.x'): string[] =>
  linesOf('mesh-listener', before + edgeWith('', [listener]), meshSettings(version));
const at = 'deny Gateway default/edge spec.listeners[0]';
const certificates = (count: number): string =>
  `protocol: HTTPS, port: 443, tls: {certificateRefs: [${Array.from({ length: count }, (_, index) => `{name: c${index}}`).join(', ')}]}`;

it.each([
  ['TCP', 'protocol: TCP, port: 9901', meshClass, `${at}.protocol`],
  ['UDP', 'protocol: UDP, port: 9901', meshClass, `${at}.protocol`],
  ['TLS', 'protocol: TLS, port: 443, tls: {mode: Passthrough}', meshClass, `${at}.protocol`],
  ['three certificates', certificates(3), meshClass, `${at}.tls.certificateRefs`],
  ['HTTPS under crossMesh', certificates(1), crossMesh, `${at}.protocol`],
  ['TCP under crossMesh', 'protocol: TCP, port: 9901', crossMesh, `${at}.protocol`],
])('finds %s', (_title, listener, before, line) => {
  expect(lines(listener, before)).toEqual([line]);
});

it('warns of options in the place of certificates', () => {
  expect(lines('protocol: HTTPS, port: 443, tls: {options: {a.io/b: c}}')).toEqual([
    'warn Gateway default/edge spec.listeners[0].tls.certificateRefs',
  ]);
});

it('finds tls on HTTP under crossMesh, beside what the specification says of it', () => {
  const found = findingsIn(
    crossMesh + edgeWith('', ['protocol: HTTP, port: 80, tls: {certificateRefs: [{name: a}]}']),
    meshSettings(),
  );
  expect(found.map(({ rule, path }) => `${rule} ${path}`)).toContain('mesh-listener spec.listeners[0].tls');
});

it("says it in Kuma's words", () => {
  const message = (listener: string, before = meshClass): string | undefined =>
    findingsIn(before + edgeWith('', [listener]), meshSettings()).find(({ rule }) => rule === 'mesh-listener')?.message;
  expect(message('protocol: TCP, port: 1')).toContain('unsupported protocol TCP');
  expect(message(certificates(1), crossMesh)).toContain('unsupported protocol HTTPS with cross-mesh');
  expect(message(certificates(3))).toContain('cannot have more than 2 certificates');
});

it.each([
  ['HTTP', 'protocol: HTTP, port: 80', meshClass],
  ['HTTPS with a certificate', certificates(1), meshClass],
  ['HTTPS with two', certificates(2), meshClass],
  ['HTTP under crossMesh', 'protocol: HTTP, port: 80', crossMesh],
  ['a class whose parameters are not known', certificates(1), crossMesh.replace('name: edge', 'name: other')],
  ["TCP of another's class", 'protocol: TCP, port: 9901', classWith('kuma', 'example.com/gateway')],
])('is silent about %s', (_title, listener, before) => {
  expect(lines(listener, before)).toEqual([]);
});

it("is silent about Kong's TCP listener, and under version 3", () => {
  expect(linesOf('mesh-listener', kongWith() + meshClass + gatewayWith('edge', ['protocol: TCP, port: 9901']))).toEqual(
    [],
  );
  expect(lines('protocol: TCP, port: 9901', meshClass, '3.x')).toEqual([]);
});
