import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostnameTree } from '../../src/topology/hostname-tree.ts';
import { intersection, overlaps, type Hostname } from '../../src/topology/hostnames.ts';

describe('intersection', () => {
  it.each<[Hostname, Hostname, Hostname | null]>([
    [undefined, undefined, undefined],
    [undefined, 'a.com', 'a.com'],
    ['a.com', 'a.com', 'a.com'],
    ['a.com', 'b.com', null],
    ['*.a.com', 'x.a.com', 'x.a.com'],
    ['*.a.com', 'y.x.a.com', 'y.x.a.com'],
    ['*.a.com', 'a.com', null],
    ['*.a.com', 'ba.com', null],
    ['*.com', '*.example.com', '*.example.com'],
    ['*.a.com', '*.b.com', null],
  ])('of %s and %s is %s', (one, other, expected) => {
    expect(intersection(one, other)).toBe(expected);
    expect(intersection(other, one)).toBe(expected);
  });
});

// Few labels, so that names meet often.
const name = fc
  .array(fc.constantFrom('a', 'b', 'com'), { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join('.'));
const hostname: fc.Arbitrary<Hostname> = fc.oneof(
  fc.constant(undefined),
  name,
  name.map((suffix) => `*.${suffix}`),
);
const options = { seed: 20260, numRuns: 2000 };
const both = (one: Hostname | null, other: Hostname): Hostname | null =>
  one === null ? null : intersection(one, other);

describe('the algebra', () => {
  it('is commutative', () => {
    fc.assert(
      fc.property(hostname, hostname, (one, other) => intersection(one, other) === intersection(other, one)),
      options,
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(hostname, (one) => intersection(one, one) === one),
      options,
    );
  });

  it('is associative', () => {
    const property = fc.property(hostname, hostname, hostname, (a, b, c) => {
      const right = intersection(b, c);
      return both(intersection(a, b), c) === (right === null ? null : intersection(a, right));
    });
    fc.assert(property, options);
  });

  it('has a host in the intersection exactly where both have it', () => {
    const property = fc.property(hostname, hostname, name, (one, other, host) => {
      const common = intersection(one, other);
      return (common !== null && overlaps(common, host)) === (overlaps(one, host) && overlaps(other, host));
    });
    fc.assert(property, options);
  });
});

describe('the tree', () => {
  it('finds what a scan finds, after any adds, replacements and deletes', () => {
    const step = fc.record({
      what: fc.constantFrom('add', 'replace', 'delete'),
      hostname,
      value: fc.nat(5),
      by: fc.nat(5),
    });
    const property = fc.property(fc.array(step, { maxLength: 40 }), hostname, (steps, wanted) => {
      const tree = new HostnameTree<number>();
      const filed = new Map<string, { hostname: Hostname; value: number }>();
      for (const { what, hostname: where, value, by } of steps) {
        const key = `${where ?? ''} ${value}`;
        if (what === 'add') {
          tree.add(where, value);
          filed.set(key, { hostname: where, value });
        } else if (what === 'replace') {
          tree.replace(where, value, by);
          if (filed.delete(key)) filed.set(`${where ?? ''} ${by}`, { hostname: where, value: by });
        } else {
          tree.delete(where, value);
          filed.delete(key);
        }
      }
      const scanned = [...filed.values()].filter((entry) => overlaps(entry.hostname, wanted)).map(({ value }) => value);
      expect([...tree.overlapping(wanted)].toSorted()).toEqual(scanned.toSorted());
      expect(tree.size).toBe(filed.size);
    });
    fc.assert(property, options);
  });
});
