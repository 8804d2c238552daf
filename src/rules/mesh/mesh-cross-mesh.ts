import { ownsMeshClass } from '../../mesh/ownership.ts';
import { isInMesh } from '../../mesh/object-mesh.ts';
import type { Gateway } from '../../resources/gateway.ts';
import type { Mesh } from '../../resources/mesh.ts';
import { refOf } from '../../resources/object.ts';
import type { Route } from '../../resources/route.ts';
import { defineRule, type Change, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { exampleMesh, gatewayConfig, meshClass, meshEdge, parametersTo } from './examples.ts';
import { configOf, gatewayParents, meshGateway, meshOfObject, meshParentReads, serviceBackends } from './owned.ts';

const crossMesh = (mtls: boolean): string =>
  exampleMesh('default', mtls) +
  gatewayConfig('edge', '{crossMesh: true}') +
  meshClass(parametersTo('edge')) +
  meshEdge('', '    - name: web\n      protocol: HTTP\n      port: 80\n      hostname: edge.example.com\n');

export default defineRule({
  id: 'mesh-cross-mesh',
  title: 'A cross-mesh Gateway in a mesh without mTLS',
  enforcement: 'warn',
  docs: {
    why: `A Gateway with crossMesh needs mTLS in every mesh that takes part: its own, and those of its routes and their backends. Without it the configuration of its proxies fails (mTLS must be enabled for
crossMesh-enabled MeshGateways), and no status shows it. Backends are judged with their route. A Mesh that loses its mTLS, and a MeshGatewayConfig that turns crossMesh on, are judged when they are updated.`,
    wrong: [{ title: 'The mesh has no mTLS', yaml: crossMesh(false) }],
    right: [{ title: 'It has', yaml: crossMesh(true) }],
    sources: ['Kuma, pkg/plugins/runtime/gateway/filter_chain_generator.go: mTLS must be enabled'],
  },
  kinds: ['Gateway', 'HTTPRoute', 'Mesh', 'MeshGatewayConfig'],
  reads: ['HTTPRoute', 'MeshGatewayConfig', ...meshParentReads],
  mayRead: ['Mesh'],
  *check(change, context) {
    if (context.settings.mesh.enabled === false) return;
    const { object, operation } = change;
    if (object.kind === 'Gateway') yield* ofGateway(object, context);
    else if (object.kind === 'HTTPRoute') yield* ofBackends(object, context);
    else if (operation === 'UPDATE') yield* ofParticipant(change, context);
  },
});

function* ofGateway(gateway: Gateway, context: RuleContext): Generator<Report> {
  const owned = meshGateway(gateway, context);
  if (owned === undefined || configOf(owned.gatewayClass, context)?.crossMesh !== true) return;
  const lacking = meshesOf(gateway, context).flatMap((name) => insecure(name, context) ?? []);
  if (lacking.length === 0) return;
  const names = lacking.map(({ name }) => name);
  yield {
    path: 'spec.gatewayClassName',
    message: `The class has crossMesh, and ${lacking.length === 1 ? 'mesh' : 'meshes'} ${joined(names.map(quoted))} ${lacking.length === 1 ? 'has' : 'have'} no mTLS: mTLS must be enabled for crossMesh-enabled MeshGateways, and without it nothing is served.`,
    hint: 'Enable mTLS on the Mesh: spec.mtls.enabledBackend.',
    related: lacking.map(refOf),
    identity: names.toSorted().join(' '),
  };
}

/** A Mesh that is known and has no mTLS. */
function insecure(name: string, { inventory }: RuleContext): Mesh | undefined {
  const mesh = inventory.get('Mesh', '', name);
  return mesh?.hasMtls === false ? mesh : undefined;
}

/** The meshes that take part in a Gateway: its own, and those of the routes that name it, each once; as many as there are steps for. */
function meshesOf(gateway: Gateway, context: RuleContext): string[] {
  const meshes = new Set([meshOfObject(gateway, context).name]);
  for (const route of context.inventory.routesOverlapping(gateway, 'HTTPRoute', undefined)) {
    if (!context.spend(1)) break;
    if (!route.deleting) meshes.add(meshOfObject(route, context).name);
  }
  return [...meshes];
}

/** Of a route to such a Gateway: the backends in meshes of their own without mTLS. The route's own mesh is told with the Gateway. */
function* ofBackends(route: Route, context: RuleContext): Generator<Report> {
  const parents = gatewayParents(route, context);
  const parent = parents.find(({ gatewayClass }) => configOf(gatewayClass, context)?.crossMesh === true);
  if (parent === undefined) return;
  const told = new Set([meshOfObject(route, context).name, meshOfObject(parent.gateway, context).name]);
  for (const { path, service } of serviceBackends(route, context)) {
    if (!isInMesh(service, context.inventory.get('Namespace', '', service.namespace))) continue;
    const mesh = meshOfObject(service, context).name;
    if (told.has(mesh) || insecure(mesh, context) === undefined) continue;
    told.add(mesh);
    yield {
      path,
      message: `The backend is in mesh ${quoted(mesh)}, which has no mTLS, and ${context.nameOf(parent.gateway)} has crossMesh: mTLS must be enabled for crossMesh-enabled MeshGateways.`,
      hint: 'Enable mTLS on the Mesh: spec.mtls.enabledBackend.',
      identity: mesh,
    };
  }
}

/** Of a Mesh without mTLS, or of parameters with crossMesh: the Gateways that they break. */
function* ofParticipant({ object }: Change, context: RuleContext): Generator<Report> {
  const broken: Gateway[] = [];
  if (object.kind === 'Mesh' && !object.hasMtls) {
    const takesPart = (gateway: Gateway): boolean => meshesOf(gateway, context).includes(object.name);
    broken.push(...crossMeshGateways(undefined, context).filter(takesPart));
  } else if (object.kind === 'MeshGatewayConfig' && object.crossMesh) {
    const isBroken = (gateway: Gateway): boolean =>
      meshesOf(gateway, context).some((name) => insecure(name, context) !== undefined);
    broken.push(...crossMeshGateways(object.name, context).filter(isBroken));
  }
  if (broken.length === 0) return;
  const names = joined(broken.map((gateway) => context.nameOf(gateway)));
  const isMesh = object.kind === 'Mesh';
  yield {
    path: isMesh ? 'spec.mtls' : 'spec.crossMesh',
    message: `${isMesh ? 'This Mesh has no mTLS, and' : 'With crossMesh'} ${names} ${broken.length === 1 ? 'needs' : 'need'} it: mTLS must be enabled for crossMesh-enabled MeshGateways.`,
    hint: isMesh ? 'Keep spec.mtls.enabledBackend.' : 'Enable mTLS in the meshes of these Gateways first.',
    related: broken.slice(0, 5).map(refOf),
    identity: broken.map(({ namespace, name }) => `${namespace}/${name}`).join(' '),
  };
}

/** The Gateways of classes with crossMesh; of those whose parameters have this name, whatever they say now. */
function crossMeshGateways(parameters: string | undefined, context: RuleContext): Gateway[] {
  const found: Gateway[] = [];
  for (const gatewayClass of context.inventory.gatewayClasses()) {
    if (!ownsMeshClass(gatewayClass, context.settings.mesh)) continue;
    const config = configOf(gatewayClass, context);
    const fits = parameters === undefined ? config?.crossMesh === true : config?.name === parameters;
    if (!fits) continue;
    for (const gateway of context.inventory.gatewaysOf(gatewayClass.name)) {
      if (!context.spend(1)) return found;
      if (!gateway.deleting && meshGateway(gateway, context) !== undefined) found.push(gateway);
    }
  }
  return found;
}
