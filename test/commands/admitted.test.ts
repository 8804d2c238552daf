import { expect, it } from 'vitest';
import { keep } from '../../src/commands/admitted.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { gatewayWith } from '../support/kong.ts';
import { objects } from '../support/objects.ts';

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
