import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { kumaWith, meshClass, meshSettings } from '../../support/mesh.ts';
import { classWith } from '../../support/routes.ts';

const config = kumaWith('MeshGatewayConfig', 'edge', '{serviceType: ClusterIP}');
const withRef = (ref: string, controller = 'gateways.kuma.io/controller'): string =>
  config + classWith('kuma', controller, `parametersRef: ${ref}`);
const lines = (yaml: string, version = '2.x'): string[] => linesOf('mesh-parameters', yaml, meshSettings(version));
const here = 'GatewayClass kuma spec.parametersRef';

it.each([
  ['another kind', '{group: kuma.io, kind: MeshGateway, name: edge}', `deny ${here}`],
  ['a kind in other case', '{group: kuma.io, kind: meshgatewayconfig, name: edge}', `deny ${here}`],
  ['another group', '{group: "", kind: MeshGatewayConfig, name: edge}', `deny ${here}`],
  ['a namespace', '{group: kuma.io, kind: MeshGatewayConfig, name: edge, namespace: a}', `deny ${here}.namespace`],
  ['one that is missing', '{group: kuma.io, kind: MeshGatewayConfig, name: other}', `warn ${here}.name`],
])('finds %s', (_title, ref, line) => {
  expect(lines(withRef(ref))).toEqual([line]);
  // And nobody says it a second time.
  expect(findingsIn(withRef(ref), meshSettings()).map(({ rule }) => rule)).toEqual(['mesh-parameters']);
});

it("says it in Kuma's words", () => {
  const [finding] = findingsIn(withRef('{group: v1, kind: ConfigMap, name: edge}'), meshSettings());
  expect(finding?.message).toContain('parametersRef must point to a MeshGatewayConfig.kuma.io');
});

it.each([
  ['a MeshGatewayConfig', withRef('{group: kuma.io, kind: MeshGatewayConfig, name: edge}'), '2.x'],
  ['an empty namespace', withRef('{group: kuma.io, kind: MeshGatewayConfig, name: edge, namespace: ""}'), '2.x'],
  ['a class without parameters', meshClass, '2.x'],
  [
    "Kong's class",
    withRef('{group: kuma.io, kind: MeshGateway, name: edge}', 'konghq.com/kic-gateway-controller'),
    '2.x',
  ],
  ["another's class", withRef('{group: a.io, kind: Any, name: edge}', 'example.com/gateway'), '2.x'],
  ['version 3, which reads no class', withRef('{group: kuma.io, kind: MeshGateway, name: edge}'), '3.x'],
])('is silent about %s', (_title, yaml, version) => {
  expect(lines(yaml, version)).toEqual([]);
});

it('is silent where Kong Mesh is switched off', () => {
  const off = meshSettings('2.x', { enabled: false });
  expect(linesOf('mesh-parameters', withRef('{group: kuma.io, kind: MeshGateway, name: edge}'), off)).toEqual([]);
});
