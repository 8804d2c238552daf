import { describe, expect, it } from 'vitest';
import { progressOf } from '../../src/commands/progress.ts';

describe('progress', () => {
  const shownAt = (times: readonly number[]): string[] => {
    const shown: string[] = [];
    let now = 0;
    const progress = progressOf({ status: (line) => shown.push(line) }, () => now);
    for (const [index, time] of times.entries()) {
      now = time;
      progress.files(index + 1);
    }
    progress.done();
    return shown;
  };

  it('comes after half a second, ten times a second at most, and is wiped in the end', () => {
    expect(shownAt([0, 499, 500, 550, 599, 600])).toEqual(['Reading: 3 files', 'Reading: 6 files', '']);
  });

  it('of a short run is nothing but the wiping', () => {
    expect(shownAt([0, 100])).toEqual(['']);
  });

  it('is nowhere where there is no terminal', () => {
    const progress = progressOf({}, () => 10_000);
    expect(() => {
      progress.files(1);
      progress.judging(2);
      progress.done();
    }).not.toThrow();
  });
});
