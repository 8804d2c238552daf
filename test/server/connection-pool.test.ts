import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionPool } from '../../src/server/connection-pool.ts';

/** Adds connections `name0`, `name1`, … of an address, and gives those that left. */
function flood(pool: ConnectionPool<string>, name: string, count: number, address = name): string[] {
  const added = Array.from({ length: count }, (_, index) => pool.add(`${name}${index}`, address));
  return added.filter((left) => left !== undefined);
}

describe('a full pool', () => {
  it('lets the longest idle connection go', () => {
    const pool = new ConnectionPool<string>(3);
    flood(pool, 'a', 3);
    expect([pool.add('b', 'b'), pool.add('c', 'c'), pool.size]).toEqual(['a0', 'a1', 3]);
  });

  it('keeps the proven connections, however many silent ones of the same address come', () => {
    const pool = new ConnectionPool<string>(20);
    pool.add('api', 'x');
    pool.prove('api');
    expect(flood(pool, 'silent', 200, 'x')).not.toContain('api');
  });

  it('does not take a request without an answered review for a proof', () => {
    const pool = new ConnectionPool<string>(20);
    flood(pool, 'hog', 20, 'x');
    for (let index = 0; index < 20; index += 1) pool.begin(`hog${index}`);
    expect(pool.add('api', 'x')).toBe('hog0');
  });

  it('gives newcomers a place and the time to prove themselves when all others are proven', () => {
    const pool = new ConnectionPool<string>(20);
    flood(pool, 'hog', 20, 'x');
    for (let index = 0; index < 20; index += 1) pool.prove(`hog${index}`);
    expect(pool.add('api', 'x')).toBe('hog0');
    // Nine newcomers later it is still here: probation holds half of the places.
    expect(flood(pool, 'more', 9, 'x')).not.toContain('api');
  });

  it('lets a proven connection that is used outlive proven ones that are idle', () => {
    const pool = new ConnectionPool<string>(20);
    pool.add('api', 'x');
    pool.prove('api');
    flood(pool, 'hog', 19, 'x');
    for (let index = 0; index < 19; index += 1) pool.prove(`hog${index}`);
    pool.begin('api');
    expect(pool.add('new', 'x')).toBe('hog0');
  });

  it('lets the address pay that holds most', () => {
    const pool = new ConnectionPool<string>(20, 2);
    pool.add('api0', 'api');
    pool.add('api1', 'api');
    flood(pool, 'greedy', 12);
    flood(pool, 'modest', 6);
    expect(flood(pool, 'other', 3)).toEqual(['greedy0', 'greedy1', 'greedy2']);
    expect(pool.add('api2', 'api')).toBe('greedy3');
  });

  it('treats small shares alike, so that many addresses with one connection each do not push out one with some', () => {
    const pool = new ConnectionPool<string>(20, 4);
    for (let index = 0; index < 17; index += 1) pool.add(`bot${index}`, `bot${index}`);
    flood(pool, 'api', 3);
    expect([pool.add('bot17', 'bot17'), pool.add('bot18', 'bot18')]).toEqual(['bot0', 'bot1']);
  });
});

it('never holds more than it may, always takes the newcomer, and lets no address of a small share pay for a greedy one', () => {
  const step = fc.record({
    what: fc.constantFrom('add', 'add', 'add', 'prove', 'begin', 'remove'),
    which: fc.nat(40),
    address: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 1, max: 12 }), (steps, most) => {
      const smallShare = 3;
      const pool = new ConnectionPool<string>(most, smallShare);
      const open = new Map<string, string>();
      let added = 0;
      const counted = (address: string): number => [...open.values()].filter((one) => one === address).length;
      for (const { what, which, address } of steps) {
        const chosen = [...open.keys()][which % Math.max(open.size, 1)];
        if (what === 'add') {
          const name = `c${(added += 1)}`;
          const wasFull = open.size === most;
          const greedy = Math.max(...['a', 'b', 'c'].map(counted));
          const left = pool.add(name, address);
          expect(left !== undefined).toBe(wasFull);
          if (left !== undefined) {
            const payer = open.get(left) ?? 'nobody';
            if (greedy > smallShare) expect(counted(payer)).toBe(greedy);
            open.delete(left);
          }
          open.set(name, address);
        } else if (chosen !== undefined) {
          if (what === 'prove') pool.prove(chosen);
          if (what === 'begin') pool.begin(chosen);
          if (what === 'remove') {
            pool.remove(chosen);
            open.delete(chosen);
          }
        }
        expect(pool.size).toBe(open.size);
      }
    }),
  );
});
