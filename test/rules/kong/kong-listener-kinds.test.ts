import { expect, it } from 'vitest';
import { linesOf } from '../../support/findings.ts';
import { gatewayWith, kongWith } from '../../support/kong.ts';
import { classWith } from '../../support/routes.ts';

const lines = (
  protocol: string,
  kinds: string,
  className = 'kong',
  profile: 'default' | 'strict' = 'default',
): string[] =>
  linesOf(
    'kong-listener-kinds',
    kongWith() +
      classWith('other', 'example.com/a') +
      gatewayWith('edge', [`protocol: ${protocol}, port: 80, allowedRoutes: {kinds: ${kinds}}`], { className }),
    { profile },
  ).map((line) => line.replace('Gateway default/edge spec.listeners[0].allowedRoutes.', ''));

it.each([
  ['GRPCRoute', 'HTTP', '[{kind: HTTPRoute}, {kind: GRPCRoute}]', 'warn kinds[1]'],
  ['a kind of another group', 'HTTP', '[{group: example.com, kind: HTTPRoute}]', 'warn kinds[0]'],
  ['TCPRoute on HTTP', 'HTTP', '[{kind: TCPRoute}]', 'warn kinds[0]'],
  ['HTTPRoute on TCP', 'TCP', '[{kind: HTTPRoute}]', 'warn kinds[0]'],
])('finds %s', (_title, protocol, kinds, line) => {
  expect(lines(protocol, kinds)).toEqual([line]);
});

it('denies under the profile strict', () => {
  expect(lines('HTTP', '[{kind: GRPCRoute}]', 'kong', 'strict')).toEqual(['deny kinds[0]']);
});

it.each([
  ['HTTPRoute on HTTP', 'HTTP', '[{kind: HTTPRoute}]', 'kong'],
  ['TLSRoute on TLS', 'TLS', '[{kind: TLSRoute}]', 'kong'],
  ['HTTPRoute on HTTPS', 'HTTPS', '[{kind: HTTPRoute}]', 'kong'],
  ['no kinds', 'HTTP', '[]', 'kong'],
  ['GRPCRoute for another implementation', 'HTTP', '[{kind: GRPCRoute}]', 'other'],
])('is silent about %s', (_title, protocol, kinds, className) => {
  expect(lines(protocol, kinds, className)).toEqual([]);
});
