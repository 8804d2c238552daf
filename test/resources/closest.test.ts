import { describe, expect, it } from 'vitest';
import { closest } from '../../src/resources/closest.ts';

const names = ['port', 'protocol', 'hostname', 'allowedRoutes'];

describe('the closest name', () => {
  it.each([
    ['prot', undefined],
    ['por', 'port'],
    ['Protocol', 'protocol'],
    ['hostnam', 'hostname'],
    ['hotsname', 'hostname'],
    ['allowedroutes', 'allowedRoutes'],
    ['', undefined],
    ['tls', undefined],
    ['x'.repeat(10_000), undefined],
  ])('of %s is %s', (written, expected) => {
    expect(closest(written, names)).toBe(expected);
  });
});
