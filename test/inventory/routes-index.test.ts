import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RoutesIndex } from '../../src/inventory/routes-index.ts';
import type { RouteSummary } from '../../src/resources/route.ts';
import { overlaps } from '../../src/topology/hostnames.ts';
import { parsed } from '../bench/cluster.ts';

const group = 'gateway.networking.k8s.io';

function route(parents: readonly string[], hostnames: readonly string[]): RouteSummary {
  const parentRefs = parents.map((name) => ({ name }));
  return parsed({
    apiVersion: `${group}/v1`,
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { parentRefs, hostnames },
  }) as RouteSummary;
}

const state = fc.record({
  parents: fc.array(fc.constantFrom('edge', 'inner'), { maxLength: 3 }),
  hostnames: fc.array(fc.constantFrom('a.com', 'b.a.com', '*.a.com'), { maxLength: 3 }),
});

it('knows of a route that is replaced again and again its last state alone', () => {
  const property = fc.property(fc.array(state, { minLength: 1, maxLength: 6 }), (states) => {
    const index = new RoutesIndex();
    const routes = states.map(({ parents, hostnames }) => route(parents, hostnames));
    for (const [turn, next] of routes.entries()) {
      const old = routes[turn - 1];
      if (old === undefined) index.add(next);
      else index.replace(old, next);
      for (const name of ['edge', 'inner'] as const) {
        for (const hostname of ['a.com', 'b.a.com', 'c.a.com', undefined]) {
          const found = index.overlapping({ group, kind: 'Gateway', namespace: 'shop', name }, 'HTTPRoute', hostname);
          const isThere =
            (states[turn]?.parents.includes(name) ?? false) &&
            (next.hostnames.length === 0 || next.hostnames.some((own) => overlaps(own, hostname)));
          expect([...new Set(found)]).toEqual(isThere ? [next] : []);
        }
      }
    }
  });
  fc.assert(property, { seed: 8, numRuns: 500 });
});
