import { expect, it } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import { commandLine } from '../support/terminal.ts';

it('lists every rule', async () => {
  const { status, out } = await commandLine(['rules']);
  expect(status).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(rules.map(({ id }) => id));
});

it('explains one, with its examples', async () => {
  const { out } = await commandLine(['rules', 'listener-conflict']);
  expect(out).toContain('# listener-conflict');
  expect(out).toContain('## Wrong');
});

it('knows which there are', async () => {
  const { status, err } = await commandLine(['rules', 'nonsense']);
  expect(status).toBe(2);
  expect(err).toContain('There is no rule "nonsense"');
});
