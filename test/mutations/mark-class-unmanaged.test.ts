import { expect, it } from 'vitest';
import { markClassUnmanaged } from '../../src/mutations/mark-class-unmanaged.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { only } from '../support/changes.ts';
import { kongWith } from '../support/kong.ts';
import { inventoryOf } from '../support/objects.ts';
import { classWith } from '../support/routes.ts';

const edit = (known: string, controllerName = 'konghq.com/kic-gateway-controller', annotations = '{}') =>
  markClassUnmanaged(
    only(classWith('new', controllerName, '', annotations)),
    inventoryOf(known),
    defaultReviewSettings,
  );

it('marks a class of a controller that runs here', () => {
  expect(edit(kongWith())).toEqual({ field: 'annotations', key: 'konghq.com/gatewayclass-unmanaged', value: 'true' });
});

it.each([
  [
    'a class with the mark',
    kongWith(),
    'konghq.com/kic-gateway-controller',
    '{konghq.com/gatewayclass-unmanaged: "yes"}',
  ],
  ["another's class", kongWith(), 'example.com/gateway', '{}'],
  ['a class whose controller is not seen', '', 'konghq.com/kic-gateway-controller', '{}'],
  [
    'a version that marks Gateways',
    kongWith({ controllerImage: 'kong/kubernetes-ingress-controller:2.4' }),
    'konghq.com/kic-gateway-controller',
    '{}',
  ],
])('leaves %s alone', (_title, known, controllerName, annotations) => {
  expect(edit(known, controllerName, annotations)).toBeUndefined();
});
