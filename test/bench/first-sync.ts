/**
 * Fills an inventory from an API server for the benchmark, in a process of its own: `first-sync.ts parse|sync PORT FOLDER`. `parse` reads and
 * parses the same lists, and does nothing else. Prints milliseconds.
 */
import { pino } from 'pino';
import { podAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { pagesOf, pathOf } from '../../src/cluster/lists.ts';
import { Watches } from '../../src/cluster/watches.ts';
import { watchedKinds } from '../../src/commands/sources.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Overlay } from '../../src/inventory/overlay.ts';
import type { Kind } from '../../src/resources/kinds.ts';

const [what, port = '', folder = '.'] = process.argv.slice(2);
const client = new ApiClient(podAccess('127.0.0.1', port, folder));
const { signal } = new AbortController();
const started = performance.now();

if (what === 'parse') await Promise.all(watchedKinds({ watchSecrets: false }).map(parse));
else await sync();
console.log(performance.now() - started);
process.exit();

async function parse(kind: Kind): Promise<void> {
  const path = await pathOf(kind, { client, signal });
  if (path === undefined) return;
  let items = 0;
  for await (const page of pagesOf(path, 'in pages', { client, signal })) items += page.items.length;
  if (items === 0 && kind === 'HTTPRoute') throw new Error('nothing was listed');
}

async function sync(): Promise<void> {
  const log = pino({ level: 'silent' });
  const overlay = new Overlay(new Inventory());
  const clock = (): number => performance.now();
  const watches = new Watches({
    kinds: watchedKinds({ watchSecrets: false }),
    client,
    overlay,
    log,
    clock,
    staleAfter: 300_000,
    needed: new Set(),
  });
  watches.start();
  while (watches.syncing().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
