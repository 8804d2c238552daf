/**
 * The hostname algebra of the Gateway API. A hostname is a name in lower case, `*.suffix`, or `undefined` for every host.
 * A wildcard is a suffix match over one or more labels: `*.example.com` has `a.b.example.com`, but not `example.com`.
 * Source: Gateway API, docs/concepts/hostnames.md; apis/v1/httproute_types.go, field hostnames.
 */
export type Hostname = string | undefined;

/** What both hostnames answer: the narrower of the two, or `null` where they have no host in common. */
export function intersection(one: Hostname, other: Hostname): Hostname | null {
  if (one === undefined) return other;
  if (other === undefined || one === other) return one;
  if (covers(one, other)) return other;
  if (covers(other, one)) return one;
  return null;
}

/** Whether a hostname has a host in common with another. */
export function overlaps(one: Hostname, other: Hostname): boolean {
  return intersection(one, other) !== null;
}

/** Whether `wide` is a wildcard whose suffix `narrow` ends with, below at least one label. */
function covers(wide: string, narrow: string): boolean {
  return narrow.length >= wide.length && wide.startsWith('*.') && narrow.endsWith(wide.slice(1));
}
