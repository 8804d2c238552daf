import { isMeshServiceParent, longestNames, namesLength } from '../../mesh/service-parents.ts';
import { defineRule } from '../rule.ts';
import { exampleMesh, meshService, serviceRoute } from './examples.ts';
import { meshParentReads, meshSigns, serviceParents, versionOf } from './owned.ts';

const longName = (length: number): string => 'canary-'.repeat(40).slice(0, length).replace(/-$/, 'x');
const canary = (name: string): string => exampleMesh('default') + meshService('demo-app') + serviceRoute(name);

export default defineRule({
  id: 'mesh-name-length',
  title: 'Names too long for the resource that Kong Mesh generates',
  enforcement: 'deny',
  docs: {
    why: `For a route with a Service as parent Kong Mesh generates a MeshHTTPRoute whose name holds four names: the route's, its namespace's, the Service's and its namespace's. Together they may
have 249 characters. Nobody checks that: a longer one cannot be created, which Kong Mesh tries for ever, and the route gets no status.`,
    wrong: [{ title: '250 characters in all', yaml: canary(longName(228)) }],
    right: [{ title: '249 characters in all', yaml: canary(longName(227)) }],
    sources: [
      "Kong Mesh's documentation, Gateway API: no more than 249 characters",
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/http_route_controller.go: the generated name',
    ],
  },
  kinds: ['HTTPRoute'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute') return;
    const version = versionOf(context);
    for (const { ref } of serviceParents(object, context)) {
      const kind = isMeshServiceParent(ref, version) ? 'MeshService' : 'Service';
      const length = namesLength(object, ref);
      if (length <= longestNames[kind]) continue;
      yield {
        path: `spec.parentRefs[${ref.index}]`,
        message: `The names of the route, its namespace, the ${kind} and its namespace have ${length} characters together; more than ${longestNames[kind]} do not fit into the name of the MeshHTTPRoute that Kong Mesh generates.`,
        hint: `Give the route a name of at most ${Math.max(longestNames[kind] - length + object.name.length, 1)} characters.`,
        identity: `${ref.namespace}/${ref.name}`,
      };
    }
  },
});
