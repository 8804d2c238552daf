import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digest } from '../../src/resources/digest.ts';

it('is a whole number that JavaScript holds exactly, the same each time', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      expect(Number.isSafeInteger(digest(texts))).toBe(true);
      expect(digest(texts)).toBe(digest([...texts]));
    }),
  );
});

it('tells where one text ends and the next begins', () => {
  expect(digest(['ab', 'c'])).not.toBe(digest(['a', 'bc']));
  expect(digest(['ab'])).not.toBe(digest(['ab', '']));
});

it('tells a million likely matches from each other', () => {
  const seen = new Set<number>();
  for (let index = 0; index < 1_000_000; index += 1)
    seen.add(digest(['PathPrefix', `/part/${index}`, '', 'header', 'version', 'Exact', '2']));
  expect(seen.size).toBe(1_000_000);
});
