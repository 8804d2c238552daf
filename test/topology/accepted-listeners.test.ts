import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Gateway, Listener } from '../../src/resources/gateway.ts';
import { AcceptedListeners } from '../../src/topology/accepted-listeners.ts';
import { listenerConflicts } from '../../src/topology/listener-conflicts.ts';
import { only } from '../support/changes.ts';
import { gatewayWith } from '../support/kong.ts';

const holder = only(gatewayWith('edge', [])) as Gateway;
const listener = fc
  .record({
    protocol: fc.constantFrom('HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP', 'example.com/own', 'example.com/other', ''),
    port: fc.constantFrom(80, 443, undefined),
    hostname: fc.constantFrom('a.com', 'b.com', undefined),
  })
  .map((fields): Omit<Listener, 'index' | 'name'> => ({
    ...fields,
    tls: undefined,
    allowedRoutes: { from: 'Same', selector: undefined, kinds: undefined },
  }));
const listeners = fc
  .array(listener, { minLength: 1, maxLength: 12 })
  .map((items) => items.map((item, index) => ({ ...item, index, name: `l${index}` })));

it.each(['specification', 'kong'] as const)('finds the first listener that conflicts for certain (%s)', (policy) => {
  fc.assert(
    fc.property(listeners, ([own, ...before]) => {
      if (own === undefined) return;
      const accepted = new AcceptedListeners(policy);
      for (const each of before) accepted.add(each, holder);
      const expected = before.flatMap((each) => {
        const [conflict] = listenerConflicts([each, own], policy);
        return conflict?.certain === true ? [[each.name, conflict.reason]] : [];
      })[0];
      const found = accepted.winnerOver(own);
      expect(found && [found.winner.listener.name, found.reason]).toEqual(expected);
      expect(accepted.stepsFor(own)).toBeLessThanOrEqual(before.length);
    }),
    { seed: 9, numRuns: 1000 },
  );
});
