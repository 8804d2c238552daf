import { fingerprinted, subjectOf, wholeMessage, type Report } from './report.ts';

/** The report as GitLab's Code Quality (a list of issues), which a merge request shows beside its lines. */
export function toGitlab(report: Report): string {
  const issues = fingerprinted(report.findings).map(({ finding, fingerprint }) => ({
    description: `${subjectOf(finding)}: ${wholeMessage(finding)}`,
    check_name: finding.rule,
    fingerprint,
    severity: finding.enforcement === 'deny' ? 'critical' : 'minor',
    location: {
      path: finding.source?.file.replace(/^\.\//, '') ?? 'cluster',
      lines: { begin: finding.source?.line ?? 1 },
    },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}
