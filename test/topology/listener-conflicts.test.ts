import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Listener } from '../../src/resources/gateway.ts';
import { listenerConflicts } from '../../src/topology/listener-conflicts.ts';

const listener = fc
  .record({
    protocol: fc.constantFrom('HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP', 'example.com/own'),
    port: fc.constantFrom(80, 443, undefined),
    hostname: fc.constantFrom('a.com', 'b.com', undefined),
  })
  .map((fields): Omit<Listener, 'index' | 'name'> => ({
    ...fields,
    tls: undefined,
    allowedRoutes: { from: 'Same', selector: undefined, kinds: undefined },
  }));
const listeners = fc
  .array(listener, { maxLength: 8 })
  .map((items) => items.map((item, index) => ({ ...item, index, name: `l${index}` })));

it.each(['specification', 'kong'] as const)('the order of listeners does not change who loses (%s)', (policy) => {
  const losers = (items: readonly Listener[]): string[] =>
    listenerConflicts(items, policy)
      .flatMap(({ reason, certain, listeners: lost }) => lost.map(({ name }) => `${name} ${reason} ${certain}`))
      .toSorted();
  const shuffled = listeners.chain((items) =>
    fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
  );
  fc.assert(
    fc.property(shuffled, ([items, others]) => {
      expect(losers(others)).toEqual(losers(items));
    }),
    { seed: 7, numRuns: 1000 },
  );
});

it.each(['specification', 'kong'] as const)('no listener loses twice (%s)', (policy) => {
  fc.assert(
    fc.property(listeners, (items) => {
      const lost = listenerConflicts(items, policy).flatMap((conflict) => conflict.listeners.map(({ name }) => name));
      expect(new Set(lost).size).toBe(lost.length);
    }),
    { seed: 8, numRuns: 1000 },
  );
});
