import { expect, it } from 'vitest';
import { PageSize } from '../../src/cluster/page-size.ts';

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** The limits of the pages of a list of objects that all have so many bytes. */
function limitsFor(bytesEach: number, pages: number): number[] {
  const size = new PageSize();
  return Array.from({ length: pages }, () => {
    const { limit } = size;
    size.measured(limit, limit * bytesEach);
    return limit;
  });
}

it('asks for more objects while they are small, and never for too many', () => {
  expect(limitsFor(kilobyte, 5)).toEqual([20, 80, 250, 250, 250]);
});

it('asks for as many objects as a megabyte holds', () => {
  expect(limitsFor(100 * kilobyte, 3)).toEqual([20, 10, 10]);
});

it('asks for one object at a time where one is larger than a page is meant to be', () => {
  expect(limitsFor(2 * megabyte, 3)).toEqual([20, 1, 1]);
});

it('grows again after large objects, step by step', () => {
  const size = new PageSize();
  size.measured(20, 20 * megabyte);
  const limits = [size.limit];
  for (let turn = 0; turn < 4; turn += 1) {
    size.measured(size.limit, size.limit * kilobyte);
    limits.push(size.limit);
  }
  expect(limits).toEqual([1, 4, 16, 64, 250]);
});

it('asks for the same again after a page without objects', () => {
  const size = new PageSize();
  size.measured(0, 100);
  expect(size.limit).toBe(20);
});
