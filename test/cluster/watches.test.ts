import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReflectorTiming } from '../../src/cluster/reflector.ts';
import { Watches } from '../../src/cluster/watches.ts';
import { neededKinds, watchedKinds } from '../../src/commands/sources.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Overlay } from '../../src/inventory/overlay.ts';
import type { LogFields } from '../../src/log.ts';
import { environmentValue } from '../../src/resources/environment.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { ObjectStore } from '../support/object-store.ts';

const timing: ReflectorTiming = {
  firstBackoff: 5,
  longestBackoff: 20,
  absentInterval: 20,
  watch: 60_000,
  idleMargin: 1000,
  answer: 1000,
  shortest: 1,
};

let store: ObjectStore;
let inventory: Inventory;
let watches: Watches;
let lines: LogFields[];

beforeEach(() => {
  [store, inventory, lines] = [new ObjectStore(), new Inventory(), []];
});

afterEach(async () => {
  watches.stop();
  await store.stop();
});

async function start(): Promise<void> {
  const write = (fields: LogFields): void => void lines.push(fields);
  watches = new Watches({
    kinds: watchedKinds({ watchSecrets: true }),
    client: await store.start(),
    overlay: new Overlay(inventory),
    log: { debug: write, info: write, warn: write, error: write, isLevelEnabled: () => true },
    clock: () => performance.now(),
    staleAfter: 60_000,
    needed: neededKinds(defaultReviewSettings),
    timing,
  });
  watches.start();
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (condition()) return;
    await delay(5);
  }
  throw new Error(`it did not come about: ${JSON.stringify({ obstacles: watches.obstacles(), reads: store.reads })}`);
}
const isReady = (): boolean => watches.obstacles().length === 0;

const mapPath = (name: string): string => `/api/v1/namespaces/kong/configmaps/${name}`;
const kongPath = '/apis/apps/v1/namespaces/kong/deployments/kong';
const map = (name: string, data: Readonly<Record<string, string>>, uid = name): void => {
  store.put(mapPath(name), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kong', uid },
    data,
  });
};
/** Kong, whose listens a key of a ConfigMap holds. */
const kong = (named: string): void => {
  const env = [{ name: 'KONG_PROXY_LISTEN', valueFrom: { configMapKeyRef: { name: named, key: 'listens' } } }];
  store.put(kongPath, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'kong', namespace: 'kong', uid: 'kong' },
    spec: { template: { spec: { containers: [{ name: 'proxy', image: 'kong:3.9', env }] } } },
  });
};
/** The value of Kong's listens as rules see it, or why it is unknown. */
const listens = (): string | undefined => {
  const workload = inventory.get('Deployment', 'kong', 'kong');
  const [container] = workload?.containers ?? [];
  if (workload === undefined || container === undefined) return undefined;
  const found = environmentValue('KONG_PROXY_LISTEN', container, workload, inventory);
  return 'unknown' in found ? found.unknown : found.set ? found.value : 'not set';
};
/** The ConfigMaps whose content was read, in order. */
const contentReads = (): string[] =>
  store.reads.filter((line) => line.includes('/configmaps/')).map((line) => line.slice(line.lastIndexOf('/') + 1));
const kept = (name: string): readonly string[] => [...(inventory.get('ConfigMap', 'kong', name)?.data.keys() ?? [])];

describe('the content of ConfigMaps', () => {
  it('is read of those only that Kong names, and kept of the keys that it reads', async () => {
    map('kong-env', { listens: '0.0.0.0:8000', 'index.html': '<html>' });
    map('dashboards', { 'board.json': '{}' });
    kong('kong-env');
    await start();
    await until(isReady);
    expect([listens(), kept('kong-env'), kept('dashboards')]).toEqual(['0.0.0.0:8000', ['listens'], []]);
    expect(contentReads()).toEqual(['kong-env']);
    expect(store.reads.filter((line) => line.includes('configmaps') && !line.includes('metadata'))).toEqual([
      `GET ${mapPath('kong-env')}`,
    ]);
    expect(inventory.get('ConfigMap', 'kong', 'dashboards')).toMatchObject({ isUnread: true });
  });

  it('keeps the server from being ready until it has been read', async () => {
    map('kong-env', { listens: '0.0.0.0:8000' });
    kong('kong-env');
    store.delay = 150;
    await start();
    await until(() => contentReads().length === 1);
    expect([watches.obstacles(), listens()]).toEqual([
      ['ConfigMap: not listed yet'],
      'KONG_PROXY_LISTEN may come from ConfigMap kong/kong-env, whose content has not been read',
    ]);
    await until(isReady);
    expect(listens()).toBe('0.0.0.0:8000');
  });

  it('follows the ConfigMap: a change, a deletion, another of the same name', async () => {
    map('kong-env', { listens: '0.0.0.0:8000' });
    kong('kong-env');
    await start();
    await until(isReady);
    map('kong-env', { listens: '0.0.0.0:9000' });
    await until(() => listens() === '0.0.0.0:9000');
    store.remove(mapPath('kong-env'));
    await until(() => inventory.count('ConfigMap') === 0);
    expect(listens()).toContain('which is not known');
    map('kong-env', { listens: '0.0.0.0:7000' }, 'another');
    await until(() => listens() === '0.0.0.0:7000');
    expect(watches.obstacles()).toEqual([]);
  });

  it('follows the workload: it is read once Kong names it, and dropped when Kong no longer does', async () => {
    map('one', { listens: '0.0.0.0:1000' });
    map('two', { listens: '0.0.0.0:2000' });
    kong('one');
    await start();
    await until(isReady);
    kong('two');
    await until(() => listens() === '0.0.0.0:2000');
    await until(() => kept('one').length === 0);
    expect(contentReads()).toEqual(['one', 'two']);
    store.remove(kongPath);
    await until(() => kept('two').length === 0);
    expect(inventory.get('ConfigMap', 'kong', 'two')).toMatchObject({ isUnread: true });
  });

  it('is not read again where the workload changes in something else', async () => {
    map('kong-env', { listens: '0.0.0.0:8000' });
    kong('kong-env');
    await start();
    await until(isReady);
    kong('kong-env');
    map('other', {});
    await until(() => inventory.count('ConfigMap') === 2);
    expect(contentReads()).toEqual(['kong-env']);
  });

  it('is that of the present ConfigMap where it changes while it is read', async () => {
    map('kong-env', { listens: '0.0.0.0:8000' });
    kong('kong-env');
    store.delay = 100;
    await start();
    await until(() => contentReads().length === 1);
    map('kong-env', { listens: '0.0.0.0:9000' });
    await until(() => listens() === '0.0.0.0:9000');
    await delay(150);
    expect(listens()).toBe('0.0.0.0:9000');
  });

  it('is forgotten where the ConfigMap is deleted while it is read', async () => {
    map('kong-env', { listens: '0.0.0.0:8000' });
    kong('kong-env');
    store.delay = 100;
    await start();
    await until(() => contentReads().length === 1);
    store.remove(mapPath('kong-env'));
    await until(isReady);
    expect([inventory.count('ConfigMap'), listens()?.includes('which is not known')]).toEqual([0, true]);
  });

  it('is unknown where the new one cannot be read, and is read again until it can', async () => {
    map('kong-env', { listens: '0.0.0.0:8000' });
    kong('kong-env');
    await start();
    await until(isReady);
    store.refusals.set(`GET ${mapPath('kong-env')}`, 500);
    map('kong-env', { listens: '0.0.0.0:9000' });
    await until(() => listens()?.includes('has not been read') === true);
    expect(lines.find(({ event }) => event === 'config-map.unread')).toMatchObject({ configMap: 'kong/kong-env' });
    store.refusals.clear();
    await until(() => listens() === '0.0.0.0:9000');
  });

  it('is unknown where what Kong may read of it is too long together', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`KONG_${index}`, 'x'.repeat(4000)]));
    map('kong-env', many);
    store.put(kongPath, {
      metadata: { name: 'kong', namespace: 'kong' },
      spec: {
        template: { spec: { containers: [{ image: 'kong', envFrom: [{ configMapRef: { name: 'kong-env' } }] }] } },
      },
    });
    await start();
    await until(isReady);
    expect([listens()?.includes('has not been read'), kept('kong-env')]).toEqual([true, []]);
    expect(lines.filter(({ event }) => event === 'config-map.unread')).toHaveLength(1);
  });
});

describe('what RBAC does not allow', () => {
  const events = (event: LogFields['event']): unknown[] =>
    lines.filter((line) => line.event === event).map(({ kind }) => kind);

  it('keeps the server from being ready at the start, by name, until it is allowed', async () => {
    store.refusals.set('GET /api/v1/services', 403);
    await start();
    const obstacle = 'Service: RBAC forbids to read it, and rules that deny need it';
    await until(() => watches.syncing().length === 0);
    expect(watches.obstacles()).toEqual([obstacle]);
    expect([[...watches.refused()], [...watches.gaps()]]).toEqual([['Service'], [['Service', { forbidden: true }]]]);
    expect(events('watch.forbidden')).toContain('Service');
    store.refusals.clear();
    await until(isReady);
    expect([watches.refused().size, watches.gaps().size]).toEqual([0, 0]);
  });

  it('is the content of ConfigMaps too', async () => {
    map('kong-env', { listens: '0.0.0.0:8000' });
    kong('kong-env');
    store.refusals.set('GET /api/v1/namespaces/kong/configmaps/', 403);
    await start();
    await until(() => watches.syncing().length === 0);
    expect(watches.obstacles()).toEqual(['ConfigMap: RBAC forbids to read it, and rules that deny need it']);
    store.refusals.clear();
    await until(isReady);
    expect(listens()).toBe('0.0.0.0:8000');
  });

  it('does not matter to readiness where no rule that denies needs it', async () => {
    store.refusals.set('GET /api/v1/secrets', 403);
    store.refusals.set('GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions', 403);
    await start();
    await until(isReady);
    expect([...watches.refused()].toSorted()).toEqual(['CustomResourceDefinition', 'Secret']);
  });

  it('leaves a server ready that was, and is known while it lasts', async () => {
    kong('kong-env');
    await start();
    await until(isReady);
    store.refusals.set('GET /apis/apps/v1/deployments', 403);
    store.endWatches();
    await until(() => watches.refused().has('Deployment'));
    expect([watches.obstacles(), watches.gaps().size, inventory.count('Deployment')]).toEqual([[], 0, 1]);
    expect(events('watch.revoked')).toContain('Deployment');
    store.refusals.clear();
    await until(() => watches.refused().size === 0);
  });
});
