import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { toGithub } from '../../src/reports/github.ts';
import { toGitlab } from '../../src/reports/gitlab.ts';
import { toHtml } from '../../src/reports/html.ts';
import { toJson } from '../../src/reports/json.ts';
import { toJunit } from '../../src/reports/junit.ts';
import { toMarkdown } from '../../src/reports/markdown.ts';
import { fingerprinted } from '../../src/reports/report.ts';
import { toSarif } from '../../src/reports/sarif.ts';
import { toText } from '../../src/reports/text.ts';
import { rules } from '../../src/rules/index.ts';
import { empty, mixed, placed } from '../support/reports.ts';

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { id: string; help?: { text: string } }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation?: { artifactLocation: { uri: string }; region: Record<string, number> };
        readonly logicalLocations: readonly { fullyQualifiedName: string }[];
      }[];
      readonly partialFingerprints: Record<string, string>;
    }[];
  }[];
}

describe('text', () => {
  it('shows the line, and a mark under the field', () => {
    expect(toText({ ...mixed, findings: [placed()] }))
      .toBe(`./a b/gateways.yaml:9:7: deny kong-listen-missing: Gateway shop/edge
  9 |       port: 8080
    |       ^^^^
  spec.listeners[0].port: Listener "web" asks for HTTP on port 8080.
  Hint: Use port 80.

7 objects checked: 1 denied, 0 warnings.
`);
  });

  it('keeps tabs before the mark, and leaves out what no line shows', () => {
    const at = (text: string, column: number) => ({ file: 'a.yaml', line: 2, column, text });
    expect(toText({ objects: 1, findings: [placed({ source: at('\t\tport: 1', 3) })] })).toContain(
      '  2 | \t\tport: 1\n    | \t\t^^^^\n',
    );
    for (const source of [undefined, at('', 1), at('x'.repeat(500), 5)]) {
      expect(toText({ objects: 1, findings: [placed({ source })] })).not.toContain(' | ');
    }
  });

  it('is coloured where that is asked for, and says the same', () => {
    const coloured = toText(mixed, true);
    expect(coloured).toContain('\u001b[31m');
    // eslint-disable-next-line no-control-regex -- the colours are what is taken away
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(toText(mixed));
  });
});

describe('json', () => {
  it('has the keys of the contract, and no line of the file', () => {
    const { findings, summary } = JSON.parse(toJson(mixed)) as { findings: Record<string, unknown>[]; summary: object };
    expect(summary).toEqual({ objects: 7, denied: 1, warnings: 2 });
    expect(findings[0]?.['source']).toEqual({ file: './a b/gateways.yaml', line: 9, column: 7 });
    expect(Object.keys(findings[0] ?? {})).toEqual([
      'rule',
      'enforcement',
      'object',
      'path',
      'message',
      'hint',
      'related',
      'source',
    ]);
  });
});

describe('sarif', () => {
  const [run] = (JSON.parse(toSarif(mixed, rules, '1.2.3')) as Sarif).runs;
  const results = run?.results ?? [];

  it('has a result a finding, with its level, message and place', () => {
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([
      'kong-listen-missing error',
      'route-weights warning',
      'allowance warning',
    ]);
    expect(results[0]?.message.text).toBe('Listener "web" asks for HTTP on port 8080. Hint: Use port 80.');
    expect(results[0]?.locations[0]).toEqual({
      physicalLocation: { artifactLocation: { uri: 'a%20b/gateways.yaml' }, region: { startLine: 9, startColumn: 7 } },
      logicalLocations: [{ fullyQualifiedName: 'Gateway shop/edge spec.listeners[0].port', kind: 'resource' }],
    });
    expect(results[1]?.locations[0]?.physicalLocation).toBeUndefined();
  });

  it('describes every rule once, with help, and each result points at its own', () => {
    const described = run?.tool.driver.rules ?? [];
    expect(new Set(described.map(({ id }) => id)).size).toBe(described.length);
    expect(described.filter(({ help }) => (help?.text ?? '') === '').map(({ id }) => id)).toEqual(['allowance']);
    for (const { ruleId, ruleIndex } of results) expect(described[ruleIndex]?.id).toBe(ruleId);
  });
});

describe('fingerprints', () => {
  const prints = (...findings: Parameters<typeof placed>[0][]) =>
    fingerprinted(findings.map(placed)).map(({ fingerprint }) => fingerprint);

  it('stay where the object moves in its file, or the listener in its list', () => {
    const moved = { path: 'spec.listeners[3].port', source: { file: 'other.yaml', line: 99, column: 1, text: '' } };
    expect(prints(moved)).toEqual(prints({}));
  });

  it('differ for other rules, objects and fields, and for two that are alike', () => {
    const all = prints(
      {},
      {},
      { rule: 'other' },
      { path: 'spec' },
      { object: { apiVersion: 'v1', kind: 'Gateway', namespace: 'b', name: 'edge' } },
    );
    expect(new Set(all).size).toBe(5);
  });
});

describe('junit', () => {
  it('is well-formed, with a case a finding and a failure a denial', () => {
    const xml = toJunit(mixed);
    expect(XMLValidator.validate(xml)).toBe(true);
    const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(xml) as {
      testsuites: { '@_tests': string; '@_failures': string; testsuite: { testcase: Record<string, unknown>[] } };
    };
    expect([testsuites['@_tests'], testsuites['@_failures']]).toEqual(['3', '1']);
    expect(testsuites.testsuite.testcase.map((one) => 'failure' in one)).toEqual([true, false, false]);
    expect(xml).toContain('&lt;b&gt;&amp;&quot;&apos;|`*');
    expect(xml).not.toContain('\u0007');
  });

  it('has a case that passes where nothing is found', () => {
    expect(XMLValidator.validate(toJunit(empty))).toBe(true);
    expect(toJunit(empty)).toContain('tests="1" failures="0"');
  });
});

describe('github', () => {
  it('has a command a finding, in one line each', () => {
    const lines = toGithub(mixed).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(
      '::error file=./a b/gateways.yaml,line=9,col=7,title=kong-listen-missing::Gateway shop/edge spec.listeners[0].port: Listener "web" asks for HTTP on port 8080. Hint: Use port 80.',
    );
    expect(lines[1]).toMatch(/^::warning title=route-weights::Gateway shop\/edge: /);
    expect(lines[2]).toContain('%0A%25::,');
  });
});

describe('gitlab', () => {
  it('is a list of issues with fingerprints of their own', () => {
    const issues = JSON.parse(toGitlab(mixed)) as { fingerprint: string; severity: string; location: object }[];
    expect(issues.map(({ severity }) => severity)).toEqual(['critical', 'minor', 'minor']);
    expect(issues[0]?.location).toEqual({ path: 'a b/gateways.yaml', lines: { begin: 9 } });
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(JSON.parse(toGitlab(empty))).toEqual([]);
  });
});

describe('markdown', () => {
  it('is a table whose cells hold nothing but text', () => {
    const text = toMarkdown(mixed);
    expect(text).toMatch(/^## Gateway Guard: denied\n\n7 objects checked: 1 denied, 2 warnings\.\n/);
    expect(
      text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| |') && !line.startsWith('| ---')),
    ).toHaveLength(3);
    expect(text).toContain('\\<b\\>&"\'\\|\\`\\* %::,');
  });

  it('counts what it cuts, and says it in a line where nothing is found', () => {
    expect(toMarkdown({ objects: 1, findings: Array.from({ length: 120 }, () => placed()) })).toContain(
      '\nand 20 more\n',
    );
    expect(toMarkdown(empty)).toBe('## Gateway Guard: let in\n\n3 objects checked: 0 denied, 0 warnings.\n');
  });
});

describe('html', () => {
  it('is one page without scripts or anything from elsewhere, and shows text as text', () => {
    const page = toHtml(mixed);
    expect(page).toContain('&lt;b&gt;&amp;&quot;');
    expect(page).not.toMatch(/<script|https?:|<b>/);
    expect(page.match(/<article/g)).toHaveLength(3);
  });
});
