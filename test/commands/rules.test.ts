import { readFileSync } from 'node:fs';
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

it('writes JSON and Markdown too', async () => {
  const json = JSON.parse((await commandLine(['rules', '-o', 'json'])).out) as { id: string; docs: { why: string } }[];
  expect(json.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
  expect(json.every(({ docs }) => docs.why.length > 0)).toBe(true);
  expect(JSON.parse((await commandLine(['rules', 'route-parent', '-o', 'json'])).out)).toMatchObject([
    { id: 'route-parent' },
  ]);
  expect((await commandLine(['rules', '-o', 'markdown'])).out).toContain('| [route-parent](route-parent.md) | warn |');
  expect(await commandLine(['rules', '-o', 'yaml'])).toMatchObject({ status: 2 });
});

it("has the same rules in the README's table", () => {
  const readme = readFileSync('README.md', 'utf8');
  const ids = [...readme.matchAll(/^\| \[([a-z0-9-]+)\]\(docs\/rules/gm)].map(([, id]) => id);
  expect(ids).toEqual(rules.map(({ id }) => id));
});
