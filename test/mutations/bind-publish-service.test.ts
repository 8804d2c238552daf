import { expect, it } from 'vitest';
import { bindPublishService } from '../../src/mutations/bind-publish-service.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { only } from '../support/changes.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { inventoryOf } from '../support/objects.ts';
import { classWith } from '../support/routes.ts';

const edit = (known: string, annotations = '{}', className = 'kong') =>
  bindPublishService(
    only(gatewayWith('edge', ['protocol: HTTP, port: 80'], { annotations, className })),
    inventoryOf(known),
    defaultReviewSettings,
  );
const other = kongWith().replaceAll('kong-proxy', 'other-proxy').replaceAll('ingress-kong', 'ingress-other');

it('names the one proxy, in the annotation that the version reads', () => {
  expect(edit(kongWith())).toEqual({
    field: 'annotations',
    key: 'konghq.com/publish-service',
    value: 'kong/kong-proxy',
  });
  const older = kongWith({ controllerImage: 'kong/kubernetes-ingress-controller:2.8.2' });
  expect(edit(older)).toMatchObject({ key: 'konghq.com/gatewayclass-unmanaged', value: 'kong/kong-proxy' });
});

it('names both Services where one is for UDP', () => {
  const udp = kongWith().replace(
    '{name: CONTROLLER_PUBLISH_SERVICE, value: kong/kong-proxy}',
    '{name: CONTROLLER_PUBLISH_SERVICE, value: kong/kong-proxy}\n            - {name: CONTROLLER_PUBLISH_SERVICE_UDP, value: kong/kong-udp}',
  );
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: kong-udp, namespace: kong}\nspec: {ports: []}\n---\n';
  expect(edit(udp + service)?.value).toBe('kong/kong-proxy,kong/kong-udp');
  // Before 2.10 the annotation takes one.
  expect(edit(udp.replace('controller:3.5', 'controller:2.8.2') + service)).toBeUndefined();
  expect(edit(udp.replace('controller:3.5', 'controller:2.10.1') + service)?.value).toBe(
    'kong/kong-proxy,kong/kong-udp',
  );
});

it.each([
  ['a Gateway that names one', kongWith(), '{konghq.com/publish-service: a/b}', 'kong'],
  ['several proxies', kongWith() + other, '{}', 'kong'],
  [
    'no proxy',
    classWith('kong', 'konghq.com/kic-gateway-controller', '', '{konghq.com/gatewayclass-unmanaged: "true"}'),
    '{}',
    'kong',
  ],
  ['a Service that does not exist', kongWith().replace('name: kong-proxy', 'name: elsewhere'), '{}', 'kong'],
  ['a class that is not unmanaged', kongWith() + classWith('kong', 'konghq.com/kic-gateway-controller'), '{}', 'kong'],
  ["another's Gateway", kongWith() + classWith('other', 'example.com/gateway'), '{}', 'other'],
])('leaves %s alone', (_title, known, annotations, className) => {
  expect(edit(known, annotations, className)).toBeUndefined();
});
