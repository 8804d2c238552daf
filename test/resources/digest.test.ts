import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digest } from '../../src/resources/digest.ts';

it('is a whole number that JavaScript holds exactly, the same each time', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(Number.isSafeInteger(digest(text))).toBe(true);
      expect(digest(text)).toBe(digest(text));
    }),
  );
});

it('tells a million likely matches from each other', () => {
  const seen = new Set<number>();
  for (let index = 0; index < 1_000_000; index += 1)
    seen.add(digest(`PathPrefix /part/${index}, header version Exact 2`));
  expect(seen.size).toBe(1_000_000);
});
