import { expect, it } from 'vitest';
import { defaultKongSettings } from '../../../src/kong/settings.ts';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { classWith } from '../../support/routes.ts';

const id = 'kong-gatewayclass-unmanaged';
const kong = 'konghq.com/kic-gateway-controller';
const onClass = (annotations: string): string => classWith('kong', kong, '', annotations);
const onGateway = (annotations: string): string =>
  onClass('{konghq.com/gatewayclass-unmanaged: "true"}') +
  gatewayWith('edge', ['protocol: HTTP, port: 80'], { annotations });
const lines = (yaml: string, ingressController?: string): string[] =>
  linesOf(id, yaml, { kong: { ...defaultKongSettings, ingressController } }).map((line) =>
    line.replace('metadata.annotations', ''),
  );

it.each([
  ['no mark', onClass('{}'), undefined, 'warn GatewayClass kong [konghq.com/gatewayclass-unmanaged]'],
  [
    'an empty mark',
    onClass('{konghq.com/gatewayclass-unmanaged: ""}'),
    undefined,
    'warn GatewayClass kong [konghq.com/gatewayclass-unmanaged]',
  ],
  [
    'the mark of a class before 2.6',
    onClass('{konghq.com/gatewayclass-unmanaged: "true"}'),
    '2.5',
    'warn GatewayClass kong [konghq.com/gatewayclass-unmanaged]',
  ],
  [
    'the Service on a Gateway by the key of 2.6, in 3.x',
    onGateway('{konghq.com/gatewayclass-unmanaged: kong/kong-proxy}'),
    '3.2',
    'warn Gateway default/edge [konghq.com/gatewayclass-unmanaged]',
  ],
  [
    'the Service on a Gateway by the key of 3.x, in 2.8',
    onGateway('{konghq.com/publish-service: kong/kong-proxy}'),
    '2.8',
    'warn Gateway default/edge [konghq.com/publish-service]',
  ],
  [
    'the key of 2.2 on a Gateway',
    onGateway('{konghq.com/gateway-unmanaged: "true"}'),
    '2.8',
    'warn Gateway default/edge [konghq.com/gateway-unmanaged]',
  ],
  [
    'the key of a Gateway on a class',
    onClass('{konghq.com/gatewayclass-unmanaged: "true", konghq.com/publish-service: kong/kong-proxy}'),
    undefined,
    'warn GatewayClass kong [konghq.com/publish-service]',
  ],
])('finds %s', (_title, yaml, version, line) => {
  expect(lines(yaml, version)).toEqual([line]);
});

it('finds a controllerName that no controller in the cluster goes by', () => {
  const renamed = kongWith().replace(
    '{name: CONTROLLER_PUBLISH_SERVICE, value: kong/kong-proxy}',
    '{name: CONTROLLER_PUBLISH_SERVICE, value: kong/kong-proxy}\n            - {name: CONTROLLER_GATEWAY_API_CONTROLLER_NAME, value: example.com/kong}',
  );
  expect(lines(renamed)).toEqual(['warn GatewayClass kong spec.controllerName']);
  expect(findingsIn(renamed).find(({ rule }) => rule === id)?.message).toContain(
    'the one there goes by "example.com/kong"',
  );
});

it.each([
  ['a class with the mark', onClass('{konghq.com/gatewayclass-unmanaged: "true"}'), undefined],
  ['a whole install', kongWith(), undefined],
  ['a class without the mark before 2.6', onClass('{}'), '2.5'],
  ['the Service on a Gateway in 2.8', onGateway('{konghq.com/gatewayclass-unmanaged: kong/kong-proxy}'), '2.8'],
  ['the Service on a Gateway in 3.x', onGateway('{konghq.com/publish-service: kong/kong-proxy}'), '3.4'],
  ['a mark of any value', onClass('{konghq.com/gatewayclass-unmanaged: "false"}'), undefined],
  [
    'the key of 2.2 on a Gateway in 2.3',
    `${classWith('kong', kong)}${gatewayWith('edge', ['protocol: HTTP, port: 80'], { annotations: '{konghq.com/gateway-unmanaged: "true"}' })}`,
    '2.3',
  ],
  ['a class of another implementation', classWith('other', 'example.com/a'), undefined],
])('is silent about %s', (_title, yaml, version) => {
  expect(lines(yaml, version)).toEqual([]);
});
