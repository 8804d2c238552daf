import { expect, it } from 'vitest';
import { atMostEvery } from '../../src/server/at-most-every.ts';

it('makes a value at most once in its time, and the next caller after that a new one', async () => {
  let now = 0;
  let made = 0;
  const get = atMostEvery(
    1000,
    () => Promise.resolve((made += 1)),
    () => now,
  );
  expect([await get(), await get()]).toEqual([1, 1]);
  now = 999;
  expect(await get()).toBe(1);
  now = 1000;
  expect(await get()).toBe(2);
});

it('never makes two at a time, however long one takes', async () => {
  let now = 0;
  const ends: ((value: string) => void)[] = [];
  const get = atMostEvery(
    1000,
    () => new Promise<string>((resolve) => ends.push(resolve)),
    () => now,
  );
  const first = get();
  now = 5000;
  const second = get();
  expect(ends).toHaveLength(1);
  ends[0]?.('done');
  expect(await Promise.all([first, second])).toEqual(['done', 'done']);
  void get();
  expect(ends).toHaveLength(2);
});

it('tries again after a failure, when its time is over', async () => {
  let now = 0;
  let made = 0;
  const get = atMostEvery(
    1000,
    () => ((made += 1) === 1 ? Promise.reject(new Error('broken')) : Promise.resolve('well')),
    () => now,
  );
  await expect(get()).rejects.toThrow('broken');
  await expect(get()).rejects.toThrow('broken');
  now = 1000;
  expect(await get()).toBe('well');
});
