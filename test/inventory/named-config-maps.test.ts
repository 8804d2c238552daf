import { describe, expect, it } from 'vitest';
import { NamedConfigMaps } from '../../src/inventory/named-config-maps.ts';
import { readObject } from '../../src/resources/read.ts';
import type { Workload } from '../../src/resources/workload.ts';

function deployment(name: string, containers: readonly object[], kind = 'Deployment'): Workload {
  const template = { spec: { containers } };
  return readObject({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'kong' },
    spec: { template },
  }) as Workload;
}

const fromKey = (name: string, map: string, key: string): object => ({
  name,
  valueFrom: { configMapKeyRef: { name: map, key } },
});
const fromAll = (map: string, prefix?: string): object => ({
  configMapRef: { name: map },
  ...(prefix === undefined ? {} : { prefix }),
});
const place = (name: string): object => ({ namespace: 'kong', name });
const wantedOf = (named: NamedConfigMaps, name: string, keys: readonly string[]): string[] | undefined => {
  const isWanted = named.wantedOf({ namespace: 'kong', name });
  return isWanted && keys.filter(isWanted);
};

describe('the ConfigMaps that workloads name', () => {
  it.each<[string, object]>([
    ['Kong, by its image', { image: 'kong:3.9', env: [fromKey('KONG_PROXY_LISTEN', 'map', 'listens')] }],
    ['Kong, by its variables', { image: 'mine', env: [fromKey('KONG_STREAM_LISTEN', 'map', 'listens')] }],
    [
      'a controller',
      { image: 'kong/kubernetes-ingress-controller', env: [fromKey('CONTROLLER_PUBLISH_SERVICE', 'map', 'listens')] },
    ],
    ['a control plane', { image: 'kong/kuma-cp:2.14', env: [fromKey('KUMA_MODE', 'map', 'listens')] }],
  ])('are those of %s, and the keys that it reads', (_title, container) => {
    const named = new NamedConfigMaps();
    expect(named.set(deployment('a', [container]))).toEqual([place('map')]);
    expect(wantedOf(named, 'map', ['listens', 'other'])).toEqual(['listens']);
    expect(named.all()).toEqual([place('map')]);
  });

  it('are read for the keys that become variables where a container takes all of them', () => {
    const named = new NamedConfigMaps();
    named.set(deployment('a', [{ image: 'kong', envFrom: [fromAll('plain'), fromAll('cut', 'KONG_')] }]));
    expect(wantedOf(named, 'plain', ['KONG_PROXY_LISTEN', 'index.html', 'PROXY_LISTEN'])).toEqual([
      'KONG_PROXY_LISTEN',
    ]);
    expect(wantedOf(named, 'cut', ['PROXY_LISTEN', 'index.html'])).toEqual(['PROXY_LISTEN', 'index.html']);
  });

  it.each<[string, object]>([
    ['somebody else', { image: 'nginx', envFrom: [fromAll('map')], env: [fromKey('SETTING', 'map', 'a')] }],
    ['Kong where nobody reads the variable', { image: 'kong', env: [fromKey('TZ', 'map', 'zone')] }],
    ['Kong as a file', { image: 'kong', volumeMounts: [{ name: 'map', mountPath: '/etc/kong' }] }],
  ])('are not those of %s', (_title, container) => {
    const named = new NamedConfigMaps();
    expect(named.set(deployment('a', [container]))).toEqual([]);
    expect(named.wantedOf({ namespace: 'kong', name: 'map' })).toBeUndefined();
  });

  it('are named until the last workload that names them is gone, or names another', () => {
    const named = new NamedConfigMaps();
    const reading = (map: string): object => ({ image: 'kong', env: [fromKey('KONG_PROXY_LISTEN', map, map)] });
    named.set(deployment('a', [reading('one')]));
    named.set(deployment('a', [reading('one')], 'DaemonSet'));
    expect(named.set(deployment('a', [reading('one')]))).toEqual([]);
    expect(named.set(deployment('a', [reading('two')]))).toEqual([place('one'), place('two')]);
    expect(named.all()).toEqual([place('one'), place('two')]);
    expect(named.delete(deployment('a', [], 'DaemonSet'))).toEqual([place('one')]);
    expect(named.all()).toEqual([place('two')]);
    expect(named.forgetUnlisted('DaemonSet', new Set())).toEqual([]);
    expect(named.forgetUnlisted('Deployment', new Set(['kong/a']))).toEqual([]);
    expect(named.forgetUnlisted('Deployment', new Set())).toEqual([place('two')]);
    expect([named.all(), wantedOf(named, 'two', ['two'])]).toEqual([[], undefined]);
  });
});
