import { expect, it } from 'vitest';
import { heldOf } from '../../src/inventory/held.ts';
import { readObject, type KubernetesObject } from '../../src/resources/read.ts';

function gateway(annotations: Readonly<Record<string, string>>, kind = 'Gateway'): KubernetesObject {
  const object = readObject({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name: 'edge', annotations },
    spec: { parentRefs: [{ name: 'edge' }], rules: [{ matches: [{ path: { value: '/a' } }] }] },
  });
  if (object === undefined) throw new Error('no object');
  return object;
}

it('keeps an object as it is where its annotations are short', () => {
  const object = gateway({ 'konghq.com/publish-service': 'kong/proxy' });
  expect(heldOf(object)).toBe(object);
});

it('keeps no exception of the object itself, which is asked for only when the object is reviewed', () => {
  const object = gateway({ 'gateway-guard.io/allow': 'a: because', 'konghq.com/strip-path': 'true' });
  expect([...heldOf(object).annotations.keys()]).toEqual(['konghq.com/strip-path']);
  expect(object.annotations.size).toBe(2);
});

it('drops the longest annotations until the others are short together', () => {
  const object = gateway({
    'konghq.com/plugins': 'x'.repeat(250_000),
    'konghq.com/methods': 'y'.repeat(3000),
    'konghq.com/publish-service': 'kong/proxy',
  });
  expect([...heldOf(object).annotations.keys()].toSorted()).toEqual([
    'konghq.com/methods',
    'konghq.com/publish-service',
  ]);
});

it('keeps a route without its rules', () => {
  const held = heldOf(gateway({ 'konghq.com/plugins': 'x'.repeat(5000) }, 'HTTPRoute'));
  expect(['rules' in held, held.annotations.size, 'parentRefs' in held && held.parentRefs.length]).toEqual([
    false,
    0,
    1,
  ]);
});
