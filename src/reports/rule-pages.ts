import type { Example, Rule } from '../rules/rule.ts';

/** The page of a rule, Markdown. */
export function rulePage(rule: Rule): string {
  const { why, wrong, right, sources } = rule.docs;
  return `# ${rule.id}

${rule.title}.

- Enforcement: \`${rule.enforcement}\`${rule.strict === true ? '; the profile `strict` turns its warnings into denials' : ''}
- Judges: ${rule.kinds.join(', ')}
- Reads: ${rule.reads.length === 0 ? 'nothing else' : rule.reads.join(', ')}

## Why

${why}

## Wrong

${wrong.map(exampleText).join('\n')}
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

function exampleText({ title, yaml }: Example): string {
  return `${title}:

\`\`\`yaml
${yaml.trimEnd()}
\`\`\`
`;
}
