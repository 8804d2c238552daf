import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { classWith } from '../../support/routes.ts';

const lines = (name: string): string[] => linesOf('gatewayclass-controller-name', classWith('any', name));

it.each(['kong', 'example.com', 'example.com/', '/path'])('finds %j', (name) => {
  expect(lines(name)).toEqual(['warn GatewayClass any spec.controllerName']);
});

it.each(['example.com/gateway', 'example.net/gateway/v1', 'konghq.com/kic-gateway-controller', 'a/b'])(
  'is silent about %j',
  (name) => {
    expect(lines(name)).toEqual([]);
  },
);
