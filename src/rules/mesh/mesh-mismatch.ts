import { isInMesh, meshKey, type ObjectMesh } from '../../mesh/object-mesh.ts';
import { refOf } from '../../resources/object.ts';
import type { Service } from '../../resources/service.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { edgeRoute, inMesh, meshClass, meshEdge, meshService } from './examples.ts';
import {
  gatewayParents,
  meshOfObject,
  meshParentReads,
  meshSigns,
  presentServices,
  serviceBackends,
  versionOf,
} from './owned.ts';

const edge = meshClass() + meshService('demo-app') + meshEdge(inMesh('payments'));

export default defineRule({
  id: 'mesh-mismatch',
  title: 'A route of one mesh that names the Gateway or Service of another',
  enforcement: 'deny',
  docs: {
    why: `Kong Mesh never compares a route's mesh with its Gateway's. The route reads Accepted and ResolvedRefs, what is generated from it stands in the route's mesh, where there is no such
Gateway, and no traffic flows. The mesh is that of the label \`kuma.io/mesh\`, else of the annotation (before 3.0), else of the namespace, else \`default\`. Of Services it warns, for
whether one is in a mesh its pods decide.`,
    wrong: [{ title: 'The route is in the mesh default', yaml: edge + edgeRoute() }],
    right: [{ title: "The route is in the Gateway's mesh", yaml: edge + edgeRoute(inMesh('payments')) }],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/util/util.go: MeshOfByLabelOrAnnotation',
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/http_route_controller.go: targetRef MeshGateway',
    ],
  },
  kinds: ['HTTPRoute'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute') return;
    const gateways = gatewayParents(object, context);
    const services = presentServices(object, context);
    if (gateways.length === 0 && services.length === 0) return;
    const mesh = meshOfObject(object, context);
    for (const { ref, gateway } of gateways) {
      const theirs = meshOfObject(gateway, context);
      if (theirs.name === mesh.name) continue;
      const name = context.nameOf(gateway);
      yield {
        path: `spec.parentRefs[${ref.index}]`,
        message: `The route is in mesh ${told(mesh)} and ${name} in mesh ${told(theirs)}: Kong Mesh reports the route as accepted, and no traffic flows.`,
        hint: labelHint(theirs.name, context),
        related: [refOf(gateway)],
        // Where a namespace is not known, its mesh may be another than the default one.
        ...(mesh.isGuess || theirs.isGuess ? { enforcement: 'warn' } : {}),
        identity: `Gateway ${gateway.namespace}/${gateway.name} ${mesh.name} ${theirs.name}`,
      };
    }
    for (const { ref, service } of services) {
      yield* ofService(service, 'parent', `spec.parentRefs[${ref.index}]`, mesh, context);
    }
    for (const { path, service } of serviceBackends(object, context)) {
      yield* ofService(service, 'backend', path, mesh, context);
    }
  },
});

function* ofService(
  service: Service,
  role: 'parent' | 'backend',
  path: string,
  mesh: ObjectMesh,
  context: RuleContext,
): Generator<Report> {
  if (!isInMesh(service, context.inventory.get('Namespace', '', service.namespace))) return;
  const theirs = meshOfObject(service, context);
  if (theirs.name === mesh.name || theirs.isGuess || mesh.isGuess) return;
  yield {
    path,
    message: `The route is in mesh ${told(mesh)} and its ${role}, ${context.nameOf(service)}, in mesh ${told(theirs)}: its requests do not reach it.`,
    hint: labelHint(theirs.name, context),
    related: [refOf(service)],
    enforcement: 'warn',
    identity: `${role} ${service.namespace}/${service.name} ${mesh.name} ${theirs.name}`,
  };
}

function told({ name, from }: ObjectMesh): string {
  const origins = {
    label: '',
    annotation: ' (by its annotation)',
    namespace: ' (by its namespace)',
    default: ' (it names none)',
  };
  return `${quoted(name)}${origins[from]}`;
}

function labelHint(mesh: string, context: RuleContext): string {
  const { major, minor } = versionOf(context);
  const older = major === 2 && minor < 9 ? ` (before Kong Mesh 2.9 Gateways have the annotation ${meshKey})` : '';
  return `Set the label on the route: metadata.labels: {${meshKey}: ${mesh}}${older}.`;
}
