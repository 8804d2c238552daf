import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { rulePage, rulesJson, rulesTable, rulesText } from '../reports/rule-pages.ts';
import { rules as catalogue } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { formatOf, parseWords } from './arguments.ts';
import { exit, type Terminal } from './terminal.ts';

export const rulesHelp = `gateway-guard rules [ID]

Lists the rules, or explains one with its examples.

  -o, --output FORMAT text (default), json or markdown
      --write FOLDER  write a page for each rule and their table instead
`;

export const rulesOptions = {
  write: { type: 'string' },
  output: { type: 'string', short: 'o', default: 'text' },
} as const;

/** `gateway-guard rules`. Gives the exit status. */
export function rules(words: readonly string[], terminal: Terminal): number {
  const { values, positionals } = parseWords({
    args: [...words],
    allowPositionals: true,
    options: rulesOptions,
  });
  const [id] = positionals;
  if (values.write !== undefined) {
    writePages(values.write);
    return exit.fine;
  }
  const format = formatOf(rulesFormats, values.output);
  if (id === undefined) {
    terminal.out(format(catalogue));
    return exit.fine;
  }
  const rule = catalogue.find((candidate) => candidate.id === id);
  if (rule === undefined) {
    throw new GatewayGuardError('USAGE', `There is no rule ${JSON.stringify(id)}; \`gateway-guard rules\` lists them.`);
  }
  terminal.out(values.output === 'json' ? rulesJson([rule]) : rulePage(rule));
  return exit.fine;
}

export const rulesFormats: Readonly<Record<string, (rules: readonly Rule[]) => string>> = {
  text: rulesText,
  json: rulesJson,
  markdown: rulesTable,
};

function writePages(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const rule of catalogue) writeFileSync(join(folder, `${rule.id}.md`), rulePage(rule));
    writeFileSync(join(folder, 'README.md'), rulesTable(catalogue));
  } catch (error) {
    throw new GatewayGuardError('USAGE', `${folder} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
