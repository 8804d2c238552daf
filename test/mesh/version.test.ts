import { expect, it } from 'vitest';
import { parseMeshVersion, servesGateways } from '../../src/mesh/version.ts';

it.each([
  ['2.x', { major: 2, minor: Infinity }],
  ['3.x', { major: 3, minor: Infinity }],
  ['2', { major: 2, minor: Infinity }],
  ['2.7', { major: 2, minor: 7 }],
  ['v2.14.3', { major: 2, minor: 14 }],
  ['2.11.0-ubi', { major: 2, minor: 11 }],
  ['latest', undefined],
  ['', undefined],
])('reads %s', (text, version) => {
  expect(parseMeshVersion(text)).toEqual(version);
});

it('has Gateways before 3', () => {
  expect(servesGateways({ major: 2, minor: 14 })).toBe(true);
  expect(servesGateways({ major: 3, minor: 0 })).toBe(false);
});
