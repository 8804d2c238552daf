import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationOf } from '../../../src/resources/duration.ts';
import { linesOf } from '../../support/findings.ts';
import { routeWith } from '../../support/routes.ts';

const lines = (timeouts: string): string[] =>
  linesOf('route-timeouts', routeWith('HTTPRoute', 'shop', `{rules: [{timeouts: ${timeouts}}]}`));
const at = (enforcement: string, field: string): string[] => [
  `${enforcement} HTTPRoute default/shop spec.rules[0].timeouts.${field}`,
];

it.each([
  ['longer', '{request: 5s, backendRequest: 10s}', at('deny', 'backendRequest')],
  ['longer, in other units', '{request: 1m, backendRequest: 61s}', at('deny', 'backendRequest')],
  ['no duration', '{request: 10}', []],
  ['days', '{request: 1d}', at('warn', 'request')],
  ['a fraction', '{backendRequest: 1.5s}', at('warn', 'backendRequest')],
  ['a sign', '{request: -1s}', at('warn', 'request')],
])('finds what is %s', (_title, timeouts, found) => {
  expect(lines(timeouts)).toEqual(found);
});

it.each([
  ['equal', '{request: 10s, backendRequest: 10000ms}'],
  ['shorter', '{request: 1h30m, backendRequest: 1h29m59s}'],
  ['under no timeout at all', '{request: 0s, backendRequest: 10s}'],
  ['none under a timeout', '{request: 10s, backendRequest: 0s}'],
  ['alone', '{backendRequest: 10s}'],
  ['absent', '{}'],
])('is silent about what is %s', (_title, timeouts) => {
  expect(lines(timeouts)).toEqual([]);
});

describe('durationOf', () => {
  const part = fc.tuple(fc.integer({ min: 0, max: 99_999 }), fc.constantFrom('h', 'm', 's', 'ms'));
  const size = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

  it('adds up its parts', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const sum = parts.reduce((total, [number, unit]) => total + number * size[unit], 0);
        expect(durationOf(parts.map(([number, unit]) => `${number}${unit}`).join(''))).toBe(sum);
      }),
    );
  });

  it('takes nothing else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), (text) => {
        fc.pre(!/^(\d+(h|ms|m|s))+$/.test(text));
        expect(durationOf(text)).toBeUndefined();
      }),
    );
  });

  it.each(['', '1', 's', '123456s', '1s1s1s1s1s', '1 s', '1S'])('does not take %j', (text) => {
    expect(durationOf(text)).toBeUndefined();
  });
});
