import { expect, it } from 'vitest';
import { keep, PendingChanges } from '../../src/commands/admitted.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Overlay } from '../../src/inventory/overlay.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { keptLog, silentLog } from '../support/log.ts';
import { inventoryOf, objects } from '../support/objects.ts';

function change(name: string, operation: 'CREATE' | 'DELETE' = 'CREATE') {
  const [object] = objects(gatewayWith(name, []));
  if (object === undefined) throw new Error('no Gateway');
  return { operation, object, old: undefined, user: 'test', dryRun: false };
}

it('keeps what was let in, and of too many the latest', () => {
  const inventory = new Inventory();
  const admitted = keep(inventory, 3);
  for (const name of ['a', 'b', 'c', 'a', 'd']) admitted(change(name));
  expect([...inventory.all('Gateway')].map(({ name }) => name).toSorted()).toEqual(['a', 'c', 'd']);
  admitted(change('c', 'DELETE'));
  admitted(change('e'));
  expect([...inventory.all('Gateway')].map(({ name }) => name).toSorted()).toEqual(['a', 'd', 'e']);
});

it('counts nothing of a kind that the webhook is not registered for', () => {
  const inventory = inventoryOf(kongWith());
  const object = inventory.get('Service', 'kong', 'kong-proxy');
  if (object === undefined) throw new Error('no Service');
  keep(inventory)({ ...change('a'), operation: 'DELETE', object });
  expect(inventory.count('Service')).toBe(1);
});

it('notes what is pending and what was never delivered, and counts both', () => {
  const overlay = new Overlay(new Inventory());
  const { log, lines } = keptLog('debug');
  let now = 0;
  const pending = new PendingChanges({
    overlay,
    seconds: 5,
    isWatched: (kind) => kind === 'Gateway',
    clock: () => now,
    log,
  });
  pending.remember(change('a'), 10);
  pending.remember({ ...change('b', 'DELETE'), user: 'alice' }, 10);
  overlay.deliver(change('a').object);
  now = 4999;
  pending.expire();
  expect(pending.counts).toEqual({ pending: 2, expired: 0 });
  now = 5000;
  pending.expire();
  expect(pending.counts).toEqual({ pending: 2, expired: 1 });
  const said = lines.map(({ event, operation, object, user }) => [event, operation, object, user]);
  expect(said).toEqual([
    ['pending.began', 'CREATE', 'Gateway default/a', 'test'],
    ['pending.began', 'DELETE', 'Gateway default/b', 'alice'],
    ['pending.expired', 'DELETE', 'Gateway default/b', undefined],
  ]);
});

it('waits for no kind that is not watched', () => {
  const overlay = new Overlay(new Inventory());
  const options = { overlay, seconds: 5, isWatched: () => false, clock: () => 0, log: silentLog };
  new PendingChanges(options).remember(change('a'), 10);
  expect(overlay.size).toBe(0);
});
