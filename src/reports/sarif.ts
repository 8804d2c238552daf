import type { Enforcement, Rule } from '../rules/rule.ts';
import { fingerprinted, subjectOf, wholeMessage, type PlacedFinding, type Report } from './report.ts';

const levels: Readonly<Record<Enforcement, string>> = {
  deny: 'error',
  annotate: 'warning',
  warn: 'warning',
  off: 'none',
};

/** The report as SARIF 2.1.0 (OASIS), which code hosts show where the code is: rules with help, and fingerprints that stay. */
export function toSarif(report: Report, rules: readonly Rule[], version: string): string {
  const known = rules.map(descriptorOf);
  const ids = new Set(known.map(({ id }) => id));
  // Findings of the review itself, such as those of allowances, have an id without being a rule.
  const others = [...new Set(report.findings.map(({ rule }) => rule))]
    .filter((id) => !ids.has(id))
    .map((id) => ({ id }));
  const descriptors = [...known, ...others];
  const index = new Map(descriptors.map(({ id }, place) => [id, place]));
  const results = fingerprinted(report.findings).map(({ finding, fingerprint }) => ({
    ruleId: finding.rule,
    ruleIndex: index.get(finding.rule) ?? -1,
    level: levels[finding.enforcement],
    message: { text: wholeMessage(finding) },
    locations: [locationOf(finding)],
    partialFingerprints: { 'gatewayGuard/v1': fingerprint },
  }));
  const driver = { name: 'Gateway Guard', semanticVersion: version, rules: descriptors };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptorOf({ id, title, enforcement, docs }: Rule) {
  return {
    id,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: docs.why },
    help: {
      text: `${docs.why}\n\nSources: ${docs.sources.join('; ')}`,
      markdown: `${docs.why}\n\n${docs.sources.map((source) => `- ${source}`).join('\n')}`,
    },
    defaultConfiguration: { level: levels[enforcement] },
  };
}

function locationOf(finding: PlacedFinding): object {
  const { source } = finding;
  const logicalLocations = [{ fullyQualifiedName: subjectOf(finding), kind: 'resource' }];
  if (source === undefined) return { logicalLocations };
  const region = { startLine: source.line, startColumn: source.column };
  return { physicalLocation: { artifactLocation: { uri: uriOf(source.file) }, region }, logicalLocations };
}

/** A file's path as a URI reference: below the working directory relative, as code hosts want it. */
function uriOf(file: string): string {
  const path = file === '<stdin>' ? 'stdin' : file.replaceAll('\\', '/').replace(/^\.\//, '');
  return path.split('/').map(encodeURIComponent).join('/');
}
