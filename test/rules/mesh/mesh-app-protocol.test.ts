import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { edgeWith, meshClass, meshRoute, meshService, meshSettings, toEdge, toService } from '../../support/mesh.ts';

const other = meshService('other');
const canary = (parent = toService, backend = '{name: other, port: 5000}'): string =>
  meshRoute(parent, `[{backendRefs: [${backend}]}]`);
const lines = (ports: string, version = '2.x', parent = toService, metadata = ''): string[] =>
  linesOf(
    'mesh-app-protocol',
    meshService('demo-app', ports, metadata) + other + canary(parent),
    meshSettings(version),
  );
const parentLine = 'warn HTTPRoute default/demo spec.parentRefs[0]';
const anyPort = '{group: "", kind: Service, name: demo-app}';

it.each([
  ['no appProtocol', '[{port: 5000}]', '2.x', toService],
  ['tcp', '[{port: 5000, appProtocol: tcp}]', '2.x', toService],
  ['upper case', '[{port: 5000, appProtocol: HTTP}]', '2.x', toService],
  ['https', '[{port: 5000, appProtocol: https}]', '2.x', toService],
  ["Kubernetes' own h2c", '[{port: 5000, appProtocol: kubernetes.io/h2c}]', '2.x', toService],
  ['no HTTP port among several', '[{name: a, port: 1}, {name: b, port: 2, appProtocol: tcp}]', '2.x', anyPort],
  ['the wrong one of several', '[{name: a, port: 5000}, {name: b, port: 2, appProtocol: http}]', '2.x', toService],
  [
    'a port beside it that version 3 does not know',
    '[{name: a, port: 5000, appProtocol: http}, {name: b, port: 2, appProtocol: kubernetes.io/ws}]',
    '3.x',
    toService,
  ],
])('finds %s', (_title, ports, version, parent) => {
  expect(lines(ports, version, parent)).toEqual([parentLine]);
});

it('denies in the strict profile', () => {
  const settings = { ...meshSettings(), profile: 'strict' } as const;
  expect(linesOf('mesh-app-protocol', meshService('demo-app', '[{port: 5000}]') + other + canary(), settings)).toEqual([
    'deny HTTPRoute default/demo spec.parentRefs[0]',
  ]);
});

it('finds a backend that gets nothing', () => {
  const yaml =
    meshService('demo-app') + meshService('plain', '[{port: 9}]') + canary(toService, '{name: plain, port: 9}');
  const found = (version: string) =>
    findingsIn(yaml, meshSettings(version)).filter(({ rule }) => rule === 'mesh-app-protocol');
  expect(found('2.x')).toMatchObject([
    { path: 'spec.rules[0].backendRefs[0]', message: expect.stringContaining('it gets no requests') as string },
  ]);
  expect(found('3.x')).toMatchObject([
    { message: expect.stringContaining('its share of the requests gets 500') as string },
  ]);
});

it("reads the port's annotation before version 3 alone", () => {
  const annotation = 'annotations: {5000.service.kuma.io/protocol: http}';
  expect(lines('[{port: 5000}]', '2.x', toService, annotation)).toEqual([]);
  expect(lines('[{port: 5000, appProtocol: tcp}]', '2.x', toService, annotation)).toEqual([parentLine]);
  expect(lines('[{port: 5000}]', '3.x', toService, annotation)).toEqual([parentLine]);
});

it.each([
  ['http', '[{port: 5000, appProtocol: http}]', toService],
  ['http2', '[{port: 5000, appProtocol: http2}]', toService],
  ['grpc', '[{port: 5000, appProtocol: grpc}]', toService],
  [
    'an HTTP port among others, where the route names none',
    '[{name: a, port: 1}, {name: b, port: 2, appProtocol: http}]',
    anyPort,
  ],
  ['the right one of several', '[{name: a, port: 5000, appProtocol: http}, {name: b, port: 2}]', toService],
  ['a port that the Service does not have, which mesh-parent tells', '[{port: 1}]', toService],
])('is silent about %s', (_title, ports, parent) => {
  expect(lines(ports, '2.x', parent)).toEqual([]);
});

it('is silent about the backends of a Gateway, to which Kong Mesh speaks HTTP anyway', () => {
  const yaml = meshClass + edgeWith() + meshService('demo-app', '[{port: 5000}]') + meshRoute(toEdge);
  expect(linesOf('mesh-app-protocol', yaml, meshSettings())).toEqual([]);
});

it('is silent where the rules about Kong Mesh do not run', () => {
  const yaml = meshService('demo-app', '[{port: 5000}]') + canary();
  expect(linesOf('mesh-app-protocol', yaml)).toEqual([]);
});
