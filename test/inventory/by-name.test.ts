import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByName } from '../../src/inventory/by-name.ts';

const name = fc.constantFrom('a', 'b', 'a/b', '');
const step = fc.record({ sets: fc.boolean(), namespace: name, name });

it('holds what a map by both names holds, through any puts and deletions', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const objects = new ByName<{ namespace: string; name: string; turn: number }>();
      const model = new Map<string, object>();
      for (const [turn, { sets, namespace, name: own }] of steps.entries()) {
        const object = { namespace, name: own, turn };
        const key = JSON.stringify([namespace, own]);
        if (sets) objects.set(object);
        else objects.delete(object);
        if (sets) model.set(key, object);
        else model.delete(key);
        expect(objects.get(namespace, own)).toBe(model.get(key));
        expect(objects.size).toBe(model.size);
      }
      expect(new Set(objects.values())).toEqual(new Set(model.values()));
    }),
  );
});

it('gives those of a namespace in the order in which they came', () => {
  const objects = new ByName();
  for (const own of ['b', 'c', 'a']) objects.set({ namespace: 'shop', name: own });
  objects.set({ namespace: 'shop', name: 'b' });
  expect([...objects.values()].map((object) => object.name)).toEqual(['b', 'c', 'a']);
});
