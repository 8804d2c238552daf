import { describe, expect, it } from 'vitest';
import { Pressure } from '../../src/server/pressure.ts';

describe('pressure', () => {
  let now = 0;
  let ends: (() => void)[] = [];
  const pressure = new Pressure(
    250,
    () => now,
    (end) => ends.push(end),
  );
  const turnOver = (): void => {
    for (const end of ends) end();
    ends = [];
  };

  it('accepts in a turn until its limit, refuses the rest, and accepts again in the next', () => {
    const accepted = [0, 100, 250, 251, 400].map((time) => {
      now = time;
      return pressure.accepts();
    });
    expect(accepted).toEqual([true, true, true, false, false]);
    turnOver();
    expect(pressure.accepts()).toBe(true);
  });

  it('asks for one callback a turn', () => {
    turnOver();
    for (let count = 0; count < 5; count += 1) pressure.accepts();
    expect(ends).toHaveLength(1);
  });

  it('leaves alone those that come slowly, however long it goes on', () => {
    for (let turn = 0; turn < 10; turn += 1) {
      turnOver();
      now += 10_000;
      expect(pressure.accepts()).toBe(true);
    }
  });
});
