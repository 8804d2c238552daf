import type { MeshVersion } from '../../mesh/version.ts';
import type { Route } from '../../resources/route.ts';
import type { BackendRef } from '../../resources/route-rules.ts';
import { isPermitted } from '../grants.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { edgeRoute, meshClass, meshEdge, meshService } from './examples.ts';
import { hasGatewayParent, isMeshRoute, meshParentReads, meshSigns, versionOf } from './owned.ts';

const edge = meshClass() + meshEdge() + meshService('demo-app');

export default defineRule({
  id: 'mesh-backend',
  title: 'A backend that Kong Mesh does not take, or that is not in this cluster',
  enforcement: 'deny',
  docs: {
    why: `Kong Mesh takes a Service as backend, 2.x an ExternalService of \`kuma.io\` too and 3.x a MeshService; any other kind never works (InvalidKind). A Service must be in this cluster: a mesh
does not route to another zone's Service (BackendNotFound). That is a warning, for the Service may come with the next document.`,
    wrong: [
      {
        title: 'A kind of another version',
        yaml: edge + edgeRoute('', '{group: kuma.io, kind: MeshMultiZoneService, name: demo-app, port: 5000}'),
      },
    ],
    right: [{ title: 'A Service of this cluster', yaml: edge + edgeRoute() }],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/http_route_conversion.go: InvalidKind, BackendNotFound, RefNotPermitted',
    ],
  },
  kinds: ['HTTPRoute'],
  reads: ['ReferenceGrant', ...meshParentReads],
  mayRead: meshSigns,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute' || !isMeshRoute(object, context)) return;
    const version = versionOf(context);
    // Before 3.0 a grant is asked of routes to Gateways alone.
    const needsGrant = version.major >= 3 || hasGatewayParent(object, context);
    for (const { path, backend } of backendsOf(object)) {
      const flaw = flawOf(object, backend, version, needsGrant, context);
      if (flaw === undefined) continue;
      const { kind, namespace, name, port } = backend;
      yield { path, ...flaw, identity: `${kind} ${namespace}/${name} ${port ?? ''}` };
    }
  },
});

/** The backends of a route, those of its mirrors among them, each with its path. */
function* backendsOf({ rules }: Route): Generator<{ path: string; backend: BackendRef }> {
  for (const [index, { backendRefs, filters }] of rules.entries()) {
    for (const [place, backend] of backendRefs.entries()) {
      yield { path: `spec.rules[${index}].backendRefs[${place}]`, backend };
    }
    for (const [place, { mirror }] of filters.entries()) {
      const path = `spec.rules[${index}].filters[${place}].requestMirror.backendRef`;
      if (mirror !== undefined) yield { path, backend: mirror };
    }
  }
}

function flawOf(
  route: Route,
  { group, kind, namespace, name, port }: BackendRef,
  version: MeshVersion,
  needsGrant: boolean,
  context: RuleContext,
): Omit<Report, 'path' | 'identity'> | undefined {
  const full = quoted(`${namespace}/${name}`);
  const isService = kind === 'Service' && group === '';
  const other = version.major >= 3 ? 'MeshService' : 'ExternalService';
  if (!isService && (kind !== other || group !== 'kuma.io')) {
    const expected = version.major >= 3 ? 'Service or MeshService' : 'Service or externalservice.kuma.io';
    const message = `The backend ${quoted(name)} is a ${quoted(kind)} of the group ${quoted(group)}: InvalidKind, backend reference must be ${expected}.`;
    const hint =
      kind === 'MeshService' && group === 'kuma.io'
        ? 'Name the Service that it is made from; where Kong Mesh 3 runs, set mesh.version: 3.x.'
        : 'Name a Service (group "").';
    return { message, hint };
  }
  const from = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: route.namespace };
  const isElsewhere = namespace !== route.namespace && kind !== 'ExternalService';
  const reference = { from, to: { group, kind, name } };
  const isGiven = !needsGrant || !isElsewhere || isPermitted(reference, namespace, context);
  if (isGiven === undefined) return undefined;
  if (!isGiven) {
    const message = `The backend is in another namespace: RefNotPermitted, reference to ${kind} ${full} not permitted by any ReferenceGrant.`;
    const hint = `Create a ReferenceGrant in ${namespace}: from HTTPRoute of ${route.namespace}, to ${kind}.`;
    return { message, hint, enforcement: 'warn' };
  }
  // Which ExternalServices and MeshServices there are is not known.
  if (!isService) return undefined;
  const service = context.inventory.get('Service', namespace, name);
  if (service === undefined) {
    const message = `BackendNotFound, backend reference references a non-existent Service ${full}: it is not in this cluster, and Kong Mesh does not route to another zone's.`;
    return { message, hint: 'Create it in this cluster, or correct the reference.', enforcement: 'warn' };
  }
  if (!context.spend(service.ports.length)) return undefined;
  if (port !== undefined && service.ports.some((known) => known.port === port)) return undefined;
  const offered = `It has ${joined(service.ports.map((known) => `${known.port}`))}.`;
  if (port === undefined) {
    const message = 'InvalidKind, backend reference to Service must include a port.';
    return { message, hint: `Name a port of Service ${full}. ${offered}`, enforcement: 'warn' };
  }
  const message = `BackendNotFound, Service ${full} does not have a port ${port}.`;
  return { message, hint: offered, enforcement: 'warn' };
}
