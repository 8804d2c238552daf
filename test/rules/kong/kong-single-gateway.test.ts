import { expect, it } from 'vitest';
import { findingsIn, linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { classWith } from '../../support/routes.ts';

const id = 'kong-single-gateway';
const web = (name: string, annotations = '{}', className = 'kong'): string =>
  gatewayWith(name, ['protocol: HTTP, port: 80'], { annotations, className });
const unmanaged = '{konghq.com/gatewayclass-unmanaged: "true"}';
const controller = 'konghq.com/kic-gateway-controller';

it('finds the second Gateway of an unmanaged class, and names the first', () => {
  const yaml = kongWith() + web('one') + web('two');
  expect(linesOf(id, yaml)).toEqual(['annotate Gateway default/two spec.gatewayClassName']);
  expect(findingsIn(yaml).find(({ rule }) => rule === id)?.message).toContain(
    'Gateway default/one uses the unmanaged GatewayClass "kong" already, and one Kong (Service kong/kong-proxy) serves both',
  );
});

it('denies under the profile strict', () => {
  expect(linesOf(id, kongWith() + web('one') + web('two'), { profile: 'strict' })).toEqual([
    'deny Gateway default/two spec.gatewayClassName',
  ]);
});

it('finds a second unmanaged class of one controller', () => {
  expect(linesOf(id, kongWith() + classWith('second', controller, '', unmanaged))).toEqual([
    'annotate GatewayClass second spec.controllerName',
  ]);
});

it.each([
  ['one Gateway', web('one')],
  ['a Gateway with a proxy of its own', web('one') + web('two', '{konghq.com/publish-service: other/proxy}')],
  ['a Gateway of another implementation', web('one') + classWith('other', 'example.com/a') + web('two', '{}', 'other')],
  [
    'a Gateway that is on its way out',
    web('one').replace('annotations: {}', 'deletionTimestamp: "2026-01-01T00:00:00Z"') + web('two'),
  ],
  [
    'an allowance with its reason',
    web('one') + web('two', '{gateway-guard.io/allow: "kong-single-gateway: blue/green"}'),
  ],
  ['a second class that is not unmanaged', classWith('second', controller)],
  ['a second class of another controller', classWith('second', 'example.com/a', '', unmanaged)],
])('is silent about %s', (_title, yaml) => {
  expect(linesOf(id, kongWith() + yaml)).toEqual([]);
});

it('is silent about two Gateways of a class without the mark', () => {
  const managed = kongWith().replace('    konghq.com/gatewayclass-unmanaged: "true"\n', '    example.com/a: b\n');
  expect(linesOf(id, managed + web('one') + web('two'))).toEqual([]);
});
