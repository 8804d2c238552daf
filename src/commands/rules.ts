import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayGuardError } from '../errors.ts';
import { rulePage, rulesTable } from '../reports/rule-pages.ts';
import { rules as catalogue } from '../rules/index.ts';
import { parseWords } from './arguments.ts';
import { exit, type Terminal } from './terminal.ts';

export const rulesHelp = `gateway-guard rules [ID]

Lists the rules, or explains one with its examples.

      --write FOLDER  write a page for each rule and their table instead
`;

/** `gateway-guard rules`. Gives the exit status. */
export function rules(words: readonly string[], terminal: Terminal): number {
  const { values, positionals } = parseWords({
    args: [...words],
    allowPositionals: true,
    options: { write: { type: 'string' } },
  });
  const [id] = positionals;
  if (values.write !== undefined) {
    writePages(values.write);
    return exit.fine;
  }
  if (id === undefined) {
    const width = Math.max(...catalogue.map((rule) => rule.id.length));
    for (const rule of catalogue)
      terminal.out(`${rule.id.padEnd(width)}  ${rule.enforcement.padEnd(8)}  ${rule.title}\n`);
    return exit.fine;
  }
  const rule = catalogue.find((candidate) => candidate.id === id);
  if (rule === undefined) {
    throw new GatewayGuardError('USAGE', `There is no rule ${JSON.stringify(id)}; \`gateway-guard rules\` lists them.`);
  }
  terminal.out(rulePage(rule));
  return exit.fine;
}

function writePages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (old.endsWith('.md')) rmSync(join(folder, old));
  for (const rule of catalogue) writeFileSync(join(folder, `${rule.id}.md`), rulePage(rule));
  writeFileSync(join(folder, 'README.md'), rulesTable(catalogue));
}
