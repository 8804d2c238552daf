import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/cluster/api-client.ts';
import { readCluster } from '../../src/commands/cluster-state.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { ConfigMap } from '../../src/resources/core.ts';
import { readObject, type KubernetesObject } from '../../src/resources/read.ts';
import { ObjectStore } from '../support/object-store.ts';

const config = loadConfig({ file: undefined, environment: {}, assignments: [] });
let store: ObjectStore;
let client: ApiClient;

const map = (name: string): string => `/api/v1/namespaces/kong/configmaps/${name}`;
/** Kong, whose listens a key of a ConfigMap holds. */
const kong = (name: string, named: string): object => {
  const env = [{ name: 'KONG_PROXY_LISTEN', valueFrom: { configMapKeyRef: { name: named, key: 'listens' } } }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'kong' },
    spec: { template: { spec: { containers: [{ name: 'proxy', image: 'kong:3.9', env }] } } },
  };
};

beforeEach(async () => {
  store = new ObjectStore();
  client = await store.start();
  for (const name of ['named', 'beside', 'other']) {
    store.put(map(name), { metadata: { name, namespace: 'kong' }, data: { listens: name, file: '<html>' } });
  }
  store.put('/apis/apps/v1/namespaces/kong/deployments/kong', kong('kong', 'named'));
});

afterEach(() => store.stop());

const contents = (objects: Iterable<KubernetesObject>): Record<string, string[]> =>
  Object.fromEntries(
    [...objects]
      .filter((object): object is ConfigMap => object.kind === 'ConfigMap')
      .map(({ name, data }) => [name, [...data].map(([key, value]) => `${key}=${value}`)]),
  );

describe('a cluster that is read once', () => {
  it('holds the content of the ConfigMaps that its workloads name, and of no other', async () => {
    const given: KubernetesObject[] = [];
    const { inventory, errors } = await readCluster(client, config, { each: (object) => given.push(object) });
    expect(contents(given)).toEqual({ named: ['listens=named'], beside: [], other: [] });
    expect(inventory.get('ConfigMap', 'kong', 'named')?.data.get('listens')).toBe('named');
    expect(errors).toEqual([]);
  });

  it('holds that of the ConfigMaps too that the workloads name which are to join it', async () => {
    const beside = [readObject(kong('another', 'beside'))].filter((object) => object !== undefined);
    const given: KubernetesObject[] = [];
    await readCluster(client, config, { each: (object) => given.push(object), beside });
    expect(contents(given)).toEqual({ named: ['listens=named'], beside: ['listens=beside'], other: [] });
  });

  it('says whose content RBAC forbids to read', async () => {
    store.refusals.set(`GET ${map('named')}`, 403);
    const { inventory, errors, forbidden } = await readCluster(client, config);
    expect([errors, forbidden]).toEqual([
      ['RBAC forbids to get ConfigMap kong/named: what Kong or Kong Mesh takes from it is unknown.'],
      [],
    ]);
    expect(inventory.get('ConfigMap', 'kong', 'named')).toMatchObject({ isUnread: true });
  });
});
