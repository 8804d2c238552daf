import { describe, expect, it } from 'vitest';
import { boundsWithin, openFilesLimit } from '../../src/server/open-files.ts';

const limits = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time              unlimited            unlimited            seconds   \nMax open files            ${soft}                 524288               files     \n`;

describe('how many files a process may open', () => {
  it.each([
    ['a number', limits('1024'), 1024],
    ['unlimited', limits('unlimited'), undefined],
    ['without such a line', 'Max cpu time unlimited', undefined],
  ])('is read: %s', (_title, text, expected) => {
    expect(openFilesLimit(() => text)).toBe(expected);
  });

  it('is unknown where there is no such file', () => {
    expect(
      openFilesLimit(() => {
        throw new Error('ENOENT');
      }),
    ).toBeUndefined();
  });
});

it.each([
  [undefined, { webhook: 2000, plain: 1000 }],
  [1_048_576, { webhook: 2000, plain: 1000 }],
  [4096, { webhook: 2000, plain: 512 }],
  [512, { webhook: 256, plain: 64 }],
  [1, { webhook: 1, plain: 1 }],
])('leaves a process with %s open files enough for itself', (openFiles, expected) => {
  expect(boundsWithin({ webhook: 2000, plain: 1000 }, openFiles)).toEqual(expected);
});
