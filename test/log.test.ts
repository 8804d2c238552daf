import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logEvents } from '../src/log.ts';

const codes = Object.keys(logEvents);

describe('the catalogue of log events', () => {
  it('is the list on the page on operation, word for word and in order', () => {
    const page = readFileSync('docs/operate.md', 'utf8');
    const section = page.slice(page.indexOf('## What the log says'), page.indexOf('## Switching it off'));
    const rows = [...section.matchAll(/^\| `([a-z.-]+)` +\| (.*?) +\|$/gm)].map(([, code, text]) => [code, text]);
    expect(rows).toEqual(Object.entries(logEvents));
    expect(codes).toEqual(codes.toSorted());
  });

  it('holds the codes that the source writes, and no others', () => {
    const sources = globSync('src/**/*.ts').filter((file) => file !== 'src/log.ts');
    const written = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/event: '([^']*)'/g)].map(([, code]) => code ?? ''),
    );
    expect([...new Set(written)].toSorted()).toEqual(codes);
  });

  it('has every code that another page or an alert names', () => {
    const pages = globSync(['docs/*.md', 'manifests/**/*.yaml', 'README.md']);
    const areas = [...new Set(codes.map((code) => code.split('.')[0]))].join('|');
    const named = pages.flatMap((file) => {
      const events = readFileSync(file, 'utf8').matchAll(new RegExp(`event \`((?:${areas})\\.[a-z-]+)\``, 'g'));
      return [...events].map(([, code]) => code ?? '');
    });
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((code) => !codes.includes(code))).toEqual([]);
  });
});
