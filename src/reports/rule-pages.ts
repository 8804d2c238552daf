import type { Example, Rule } from '../rules/rule.ts';

/** The page of a rule, Markdown. */
export function rulePage(rule: Rule): string {
  const { why, wrong, right, sources } = rule.docs;
  return `# ${rule.id}

${rule.title}.

- Enforcement: \`${rule.enforcement}\`${rule.strict === true ? '; the profile `strict` turns its warnings into denials' : ''}
- Judges: ${rule.kinds.join(', ')}
- Reads: ${rule.reads.length === 0 ? 'nothing else' : rule.reads.join(', ')}${rule.mayRead === undefined ? '' : `; where they are known, ${rule.mayRead.join(', ')}`}

## Why

${why}

## Wrong

${wrong.length === 0 ? 'No single file shows it: see above.\n' : wrong.map(exampleText).join('\n')}
## Right

${right.map(exampleText).join('\n')}
## Sources

${sources.map((source) => `- ${source}`).join('\n')}
`;
}

/** The table of all rules, Markdown. */
export function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, title, enforcement }) => `| [${id}](${id}.md) | ${enforcement} | ${title} |`);
  return `# Rules

| rule | enforcement | finds |
| --- | --- | --- |
${rows.join('\n')}
`;
}

/** All rules, a line each. */
export function rulesText(rules: readonly Rule[]): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules
    .map(({ id, enforcement, title }) => `${id.padEnd(width)}  ${enforcement.padEnd(8)}  ${title}\n`)
    .join('');
}

/** All that is known of rules but their code. */
export function rulesJson(rules: readonly Rule[]): string {
  const facts = rules.map(({ id, title, enforcement, strict, kinds, reads, mayRead, docs }) => ({
    id,
    title,
    enforcement,
    strict: strict === true,
    kinds,
    reads: [...reads, ...(mayRead ?? [])],
    docs,
  }));
  return `${JSON.stringify(facts, null, 2)}\n`;
}

function exampleText({ title, yaml }: Example): string {
  return `${title}:

\`\`\`yaml
${yaml.trimEnd()}
\`\`\`
`;
}
