import { defineRule } from '../rule.ts';
import { quoted } from '../words.ts';
import { exampleMesh, meshService, serviceRoute } from './examples.ts';
import { meshParentReads, meshSigns, serviceParents } from './owned.ts';

const canary = (parent: string, namespace: string): string =>
  exampleMesh('default') + meshService('demo-app') + serviceRoute('canary', parent, namespace);

export default defineRule({
  id: 'mesh-consumer-route',
  title: "A route for another namespace's Service, which applies to its own namespace's requests alone",
  enforcement: 'annotate',
  docs: {
    why: `A route in the namespace of its parent Service (a producer route) applies to the requests of all workloads. A route elsewhere (a consumer route) applies only to requests from workloads
of the route's own namespace. That may be meant, so it is let in with a mark.`,
    wrong: [{ title: 'A consumer route', yaml: canary('namespace: default, port: 5000', 'shop') }],
    right: [{ title: 'A producer route', yaml: canary('port: 5000', '') }],
    sources: [
      'Gateway API, GEP-1324 and GEP-1426: producer and consumer routes',
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/http_route_conversion.go: targetRef of a route in another namespace',
    ],
  },
  kinds: ['HTTPRoute'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute') return;
    for (const { ref } of serviceParents(object, context)) {
      if (ref.namespace === object.namespace) continue;
      yield {
        path: `spec.parentRefs[${ref.index}]`,
        message: `${ref.kind} ${quoted(`${ref.namespace}/${ref.name}`)} is in another namespace than the route: the route applies only to requests from workloads in ${quoted(object.namespace)}.`,
        hint: `For the requests of all workloads, put the route into namespace ${ref.namespace}.`,
        identity: `${ref.namespace}/${ref.name}`,
      };
    }
  },
});
