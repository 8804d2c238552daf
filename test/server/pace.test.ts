import { expect, it } from 'vitest';
import { Pace } from '../../src/server/pace.ts';

function paced(most: number) {
  let ticks: (() => void)[] = [];
  const pace = new Pace({ most, afterInterval: (next) => ticks.push(next) });
  const begun: string[] = [];
  return {
    begun,
    ask: (name: string, address = name, isGone = () => false): void =>
      void pace.turn(address, isGone).then(() => begun.push(name)),
    /** Lets an interval pass, and gives whether another one was asked for. */
    pass: async (): Promise<boolean> => {
      const now = ticks;
      ticks = [];
      for (const tick of now) tick();
      await Promise.resolve();
      await Promise.resolve();
      return ticks.length > 0;
    },
  };
}

it('lets so many begin in an interval, and the others in the next ones', async () => {
  const { ask, begun, pass } = paced(2);
  for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name, 'x');
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b']);
  expect([await pass(), begun]).toEqual([true, ['a', 'b', 'c', 'd']]);
  expect([await pass(), begun]).toEqual([true, ['a', 'b', 'c', 'd', 'e']]);
  // Nothing happened in the last one, so that no timer goes on.
  expect(await pass()).toBe(false);
});

it('lets addresses take turns', async () => {
  const { ask, begun, pass } = paced(2);
  for (let index = 0; index < 8; index += 1) ask(`flood${index}`, 'flood');
  ask('probe', 'kubelet');
  await pass();
  expect(begun).toEqual(['flood0', 'flood1', 'flood2', 'probe']);
});

it('spends no turn on clients that are gone', async () => {
  const { ask, begun, pass } = paced(1);
  ask('first', 'x');
  ask('gone', 'x', () => true);
  ask('here', 'x');
  await pass();
  expect(begun).toEqual(['first', 'here']);
});
