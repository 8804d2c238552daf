import { bundleKey } from '../../resources/definition.ts';
import { groupOf, kinds } from '../../resources/kinds.ts';
import { newestRelease } from '../../resources/maxima.ts';
import { exampleRoute } from '../examples.ts';
import { defineRule, type RuleContext } from '../rule.ts';

const routeWith = (hostnames: number): string => {
  const items = Array.from({ length: hostnames }, (_, index) => `  - shop-${index + 1}.example.com\n`);
  return exampleRoute('HTTPRoute', 'shop', `hostnames:\n${items.join('')}rules:\n  - name: all\n`);
};

export default defineRule({
  id: 'list-too-long',
  title: 'A list that is longer than any release of the Gateway API allows',
  enforcement: 'deny',
  docs: {
    why: `The CRDs bound every list of a route, a Gateway or a ReferenceGrant, and the API server refuses an object with a longer one. Gateway Guard does not review such an object, because the
work of a review grows with its lists. It counts by the highest maximum of any release that it knows. If the installed CRDs are newer than that, or if the object was as long before the change, it
only warns that nothing was reviewed. \`check\` leaves the question to the CRDs if it is given them (\`--crds\`).`,
    wrong: [{ title: '17 hostnames, of which an HTTPRoute may have 16', yaml: routeWith(17) }],
    right: [{ title: '16 hostnames', yaml: routeWith(16) }],
    sources: ['Gateway API, the CRDs of v0.6.2 and v1.6.1, both channels: maxItems and maxLength'],
  },
  kinds: ['Gateway', 'ListenerSet', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute', 'ReferenceGrant'],
  reads: [],
  mayRead: ['CustomResourceDefinition'],
  judgesExcess: true,
  *check({ object, excess }, context) {
    if (excess === undefined) return;
    const { path, count, maximum, unit } = excess;
    const isLonger = excess.stood || isNewer(kinds[object.kind].plural, groupOf(object.apiVersion), context);
    const found = `${path} has ${count} ${unit}; every release of the Gateway API up to ${newestRelease} allows at most ${maximum}`;
    yield {
      path,
      message: isLonger
        ? `${found}, and the installed CRDs allow more. This ${object.kind} was not reviewed.`
        : `${found}, so the API server refuses this ${object.kind}. Nothing else of it was reviewed.`,
      hint: isLonger ? 'Update Gateway Guard to a version that knows these CRDs.' : hintFor(object.kind, unit),
      ...(isLonger ? { enforcement: 'warn' } : {}),
      identity: path.replaceAll(/\d+/g, ''),
    };
  },
});

function hintFor(kind: string, unit: string): string {
  return unit === 'characters' ? 'Write a hostname of at most 253 characters.' : `Split it into several ${kind}s.`;
}

/** Whether the installed CRD of a kind is of a later release than those that are known, or of one that nobody can tell. */
function isNewer(plural: string, group: string, { inventory }: RuleContext): boolean {
  const definition = inventory.get('CustomResourceDefinition', '', `${plural}.${group}`);
  const bundle = definition?.annotations.get(bundleKey);
  if (bundle === undefined) return definition !== undefined;
  const found = releaseOf(bundle);
  const newest = releaseOf(newestRelease);
  if (found === undefined || newest === undefined) return true;
  const [major, minor] = found;
  // v0.0.0-dev is built from the main branch.
  if (bundle.startsWith('v0.0.0')) return true;
  return major > newest[0] || (major === newest[0] && minor > newest[1]);
}

/** Major and minor number of a release; fixes of one leave its schemas' maxima as they are. */
function releaseOf(bundle: string): readonly [major: number, minor: number] | undefined {
  const found = /^v(\d{1,4})\.(\d{1,4})\./.exec(bundle);
  return found === null ? undefined : [Number(found[1]), Number(found[2])];
}
