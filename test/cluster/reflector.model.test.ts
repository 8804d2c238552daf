import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Reflector, type ReflectorTiming } from '../../src/cluster/reflector.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Overlay } from '../../src/inventory/overlay.ts';
import type { Gateway } from '../../src/resources/gateway.ts';
import { readObject } from '../../src/resources/read.ts';
import { FakeApiServer, type Break, type Refusal } from '../support/fake-api-server.ts';

/** What may happen, in any order: changes of the cluster, faults of the server, and changes that the webhook lets in. */
type Step =
  | { readonly do: 'put'; readonly name: string; readonly port: number }
  | { readonly do: 'remove' | 'admit deletion'; readonly name: string }
  | { readonly do: 'admit'; readonly name: string; readonly port: number; readonly stored: boolean }
  | { readonly do: 'break'; readonly how: Break }
  | { readonly do: 'refuse'; readonly of: 'list' | 'watch'; readonly how: Refusal }
  | { readonly do: 'compact' | 'bookmark' | 'wait' }
  | { readonly do: 'outage'; readonly how: Break; readonly name: string };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const port = fc.integer({ min: 1, max: 9 });
const breaks = fc.constantFrom<Break>('end', 'reset', 'half line', 'garbage', 'gone', 'unknown event', 'stall');
const refusals = fc.constantFrom<Refusal>('reset', 'rubbish', 'silence', 403, 410, 429, 500, 503);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), name, port }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'admit deletion' as const), name }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('admit' as const), name, port, stored: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('break' as const), how: breaks }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('refuse' as const),
        of: fc.constantFrom('list' as const, 'watch' as const),
        how: refusals,
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('outage' as const), how: breaks, name }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constantFrom('compact' as const, 'bookmark' as const, 'wait' as const) }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

/** Everything quicker than in life, in the same proportions. */
const timing: ReflectorTiming = {
  firstBackoff: 1,
  longestBackoff: 4,
  absentInterval: 4,
  watch: 40,
  idleMargin: 10,
  answer: 50,
  shortest: 1,
};

it('leaves the inventory equal to the truth, whatever happens in whatever order', async () => {
  let lists = 0;
  const run = async (all: Step[]): Promise<void> => {
    lists += await play(all);
  };
  await fc.assert(fc.asyncProperty(steps, run), { numRuns: 300, seed: 20_261_121, endOnFailure: true });
  // Or else nothing that a relist must do has been tried.
  expect(lists).toBeGreaterThan(400);
});

/** Gives how often the kind was listed. */
async function play(all: readonly Step[]): Promise<number> {
  const server = new FakeApiServer();
  const client = await server.start();
  const stop = new AbortController();
  const inventory = new Inventory();
  const overlay = new Overlay(inventory);
  const clock = (): number => performance.now();
  const shared = { client, sink: overlay, clock, timing, signal: stop.signal, onState: () => undefined };
  const reflector = new Reflector({ kind: 'Gateway', ...shared });
  const running = reflector.run().catch(() => undefined);
  const known = (): string[] => ([...inventory.all('Gateway')] as Gateway[]).map(placeOf).toSorted();
  try {
    for (const each of ['a', 'b', 'c', 'd']) server.put(each, 1);
    await expect.poll(known, { interval: 2 }).toEqual(server.truth());
    for (const step of all) await take(step, server, overlay);
    overlay.expire(Infinity);
    // The last event makes a stalled watch no excuse: what happened before it must be seen all the same.
    server.put('last', 1);
    await expect.poll(known, { interval: 2 }).toEqual(server.truth());
    expect([reflector.state, overlay.size]).toEqual(['synced', 0]);
    return reflector.counts.lists;
  } finally {
    stop.abort();
    await running;
    await server.stop();
  }
}

function placeOf({ namespace, name, listeners }: Gateway): string {
  return `${namespace}/${name}:${listeners[0]?.port ?? 0}`;
}

async function take(step: Step, server: FakeApiServer, overlay: Overlay): Promise<void> {
  switch (step.do) {
    case 'put':
      server.put(step.name, step.port);
      return;
    case 'remove':
      server.remove(step.name);
      return;
    case 'admit': {
      overlay.admit(admitted(server.get(step.name), step.name, step.port), 0);
      if (step.stored) server.put(step.name, step.port);
      return;
    }
    case 'admit deletion': {
      const object = readObject(server.get(step.name));
      if (object !== undefined) overlay.admitDeletion(object, 0);
      return;
    }
    case 'break':
      server.breakWatches(step.how);
      return;
    case 'refuse':
      server.refuse(step.of, step.how);
      return;
    case 'compact':
      server.compact();
      return;
    case 'bookmark':
      server.bookmark();
      return;
    case 'outage':
      // While nobody watches, an object goes, another comes, and the log of it is gone.
      server.breakWatches(step.how);
      server.remove(step.name);
      server.put(`${step.name}2`, 1);
      server.compact();
      return;
    case 'wait':
      await delay(3);
  }
}

/** The object as the webhook sees it: with the uid and version of the one that it replaces, with neither where it is new. */
function admitted(old: object | undefined, name: string, port: number): Gateway {
  const metadata = { ...(old as { metadata?: object } | undefined)?.metadata, name };
  const spec = { gatewayClassName: 'kong', listeners: [{ name: 'raw', protocol: 'TCP', port }] };
  return readObject({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata, spec }) as Gateway;
}
