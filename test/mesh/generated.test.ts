import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCut, originOf, ownerLabelValue } from '../../src/mesh/generated.ts';
import type { MeshResource } from '../../src/resources/mesh.ts';
import { edgeWith, kumaWith, meshRoute, toEdge } from '../support/mesh.ts';
import { inventoryOf, objects } from '../support/objects.ts';

const label = 'gateways.kuma.io/gateway.networking.k8s.io-owner';
const resource = (kind: string, metadata: string): MeshResource => {
  const [object] = objects(kumaWith(kind, 'a', '{}', metadata));
  if (object === undefined || !('controller' in object)) throw new Error('no resource');
  return object;
};

describe('the owner label', () => {
  it("is Kuma's: the test vector", () => {
    expect(ownerLabelValue('kuma-demo', 'canary-demo-app')).toBe('kuma-demo_canary-demo-app-49e52a21');
  });

  it('is at most 63 characters, whatever the names, and tells owners apart', () => {
    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/);
    fc.assert(
      fc.property(name, name, name, (namespace, one, other) => {
        const value = ownerLabelValue(namespace, one);
        expect(value.length).toBeLessThanOrEqual(63);
        expect(value).toMatch(/-[0-9a-f]{8}$/);
        expect(ownerLabelValue(namespace, other) === value).toBe(one === other);
      }),
    );
  });
});

describe('the origin of a resource', () => {
  it('is what its label says', () => {
    const value = ownerLabelValue('shop', 'a-b');
    expect(originOf(resource('MeshHTTPRoute', `labels: {${label}: ${value}}`))).toEqual({
      kind: 'HTTPRoute',
      label: value,
      namespace: 'shop',
      name: 'a-b',
    });
    expect(originOf(resource('MeshGateway', `labels: {${label}: ${value}}`))).toMatchObject({ kind: 'Gateway' });
  });

  it("is the controller's of a MeshGatewayInstance", () => {
    const owner = (apiVersion: string, kind: string, controller = true): string =>
      `namespace: shop, ownerReferences: [{apiVersion: ${apiVersion}, kind: ${kind}, name: edge, uid: u, controller: ${controller}}]`;
    expect(originOf(resource('MeshGatewayInstance', owner('gateway.networking.k8s.io/v1', 'Gateway')))).toEqual({
      kind: 'Gateway',
      label: undefined,
      namespace: 'shop',
      name: 'edge',
    });
    expect(originOf(resource('MeshGatewayInstance', owner('apps/v1', 'Gateway')))).toBeUndefined();
    expect(
      originOf(resource('MeshGatewayInstance', owner('gateway.networking.k8s.io/v1', 'Gateway', false))),
    ).toBeUndefined();
    expect(originOf(resource('MeshHTTPRoute', 'labels: {kuma.io/mesh: default}'))).toBeUndefined();
  });

  it.each([
    ['short names', 'edge', 'default'],
    ['names that the label cuts', `edge-${'x'.repeat(60)}`, 'default'],
    ['a namespace that the label cuts', 'edge', 'n'.repeat(60)],
  ])('is found in the inventory by %s, and gone when it goes', (_title, name, namespace) => {
    const place = `name: ${name}, namespace: ${namespace}`;
    const inventory = inventoryOf(
      edgeWith().replace('name: edge', place) +
        edgeWith().replace('name: edge', `name: ${name}-2, namespace: ${namespace}`) +
        meshRoute(toEdge).replace('name: demo', place),
    );
    expect(isCut(namespace, name)).toBe(name.length + namespace.length > 53);
    for (const kind of ['MeshGateway', 'MeshHTTPRoute'] as const) {
      const origin = originOf(resource(kind, `labels: {${label}: ${ownerLabelValue(namespace, name)}}`));
      if (origin === undefined) throw new Error('no origin');
      const owner = inventory.originOf(origin);
      expect(owner).toMatchObject({ kind: kind === 'MeshGateway' ? 'Gateway' : 'HTTPRoute', namespace, name });
      if (owner !== undefined) inventory.delete(owner);
      expect(inventory.originOf(origin)).toBeUndefined();
    }
  });

  it('is nobody where only the names fit and the hash does not', () => {
    const inventory = inventoryOf(meshRoute(toEdge));
    expect(
      inventory.originOf({ kind: 'HTTPRoute', label: 'default_demo-00000000', namespace: 'default', name: 'demo' }),
    ).toBeUndefined();
  });
});
