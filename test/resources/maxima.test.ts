import { describe, expect, it } from 'vitest';
import { excessOf, maxima } from '../../src/resources/maxima.ts';
import { readObject } from '../../src/resources/read.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `h${index}.example.com`);
const items = (count: number): object[] => Array.from({ length: count }, () => ({}));

describe('excessOf', () => {
  it.each([
    ['HTTPRoute', { hostnames: names(17) }, 'spec.hostnames', 17, 16],
    ['TLSRoute', { hostnames: names(1025) }, 'spec.hostnames', 1025, 1024],
    ['UDPRoute', { parentRefs: items(33) }, 'spec.parentRefs', 33, 32],
    ['GRPCRoute', { rules: [{}, { matches: items(65) }] }, 'spec.rules[1].matches', 65, 64],
    [
      'HTTPRoute',
      { rules: [{ matches: [{ queryParams: items(17) }] }] },
      'spec.rules[0].matches[0].queryParams',
      17,
      16,
    ],
    [
      'HTTPRoute',
      { rules: [{ backendRefs: [{ filters: items(17) }] }] },
      'spec.rules[0].backendRefs[0].filters',
      17,
      16,
    ],
    ['Gateway', { listeners: items(65) }, 'spec.listeners', 65, 64],
    [
      'ListenerSet',
      { listeners: [{ tls: { certificateRefs: items(65) } }] },
      'spec.listeners[0].tls.certificateRefs',
      65,
      64,
    ],
    ['Gateway', { listeners: [{ allowedRoutes: { kinds: items(9) } }] }, 'spec.listeners[0].allowedRoutes.kinds', 9, 8],
    ['ReferenceGrant', { to: items(17) }, 'spec.to', 17, 16],
  ] as const)(
    'names a list of %s that is one item too long, and not one that is as long as it may be',
    (kind, spec, path, count, maximum) => {
      expect(excessOf(kind, spec)).toEqual({ path, count, maximum, unit: 'items' });
      expect(excessOf(kind, shortened(spec))).toBeUndefined();
    },
  );

  it('names a hostname that has more characters than a DNS name', () => {
    const long = `${'a'.repeat(250)}.com`;
    expect(excessOf('HTTPRoute', { hostnames: ['a.com', long] })).toEqual({
      path: 'spec.hostnames[1]',
      count: 254,
      maximum: 253,
      unit: 'characters',
    });
    expect(excessOf('HTTPRoute', { hostnames: [long.slice(1)] })).toBeUndefined();
  });

  it('gives the same of an object that has been read', () => {
    const spec = { hostnames: names(20), rules: [] };
    const object = readObject({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', spec });
    expect(excessOf('HTTPRoute', object)).toEqual(excessOf('HTTPRoute', spec));
  });

  it('takes whatever is there for no list where it is none', () => {
    for (const spec of [undefined, null, 7, 'x', [], { hostnames: 'x'.repeat(100), rules: { matches: [] } }]) {
      expect(excessOf('HTTPRoute', spec)).toBeUndefined();
    }
    expect(excessOf('Service', { ports: items(100_000) })).toBeUndefined();
  });

  it('looks at the outer lists first, and into none of them where one is too long', () => {
    let looks = 0;
    const each = Object.defineProperty({}, 'matches', { enumerable: true, get: () => (looks += 1) });
    const spec = { rules: Array.from({ length: 10_000 }, () => each) };
    expect(excessOf('HTTPRoute', spec)?.path).toBe('spec.rules');
    expect(looks).toBe(0);
  });

  it('has maxima for the kinds that rules walk through list by list', () => {
    expect(Object.keys(maxima).toSorted()).toEqual(
      [
        'GRPCRoute',
        'Gateway',
        'HTTPRoute',
        'ListenerSet',
        'ReferenceGrant',
        'TCPRoute',
        'TLSRoute',
        'UDPRoute',
      ].toSorted(),
    );
  });
});

/** The same with an item less in each list that has several. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return (value.length > 2 ? value.slice(1) : value).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortened(inner)]));
}
