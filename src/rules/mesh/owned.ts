import { isGlobalZone, isMeshOn, meshClassOf, meshVersionOf } from '../../mesh/ownership.ts';
import { meshOf, type ObjectMesh } from '../../mesh/object-mesh.ts';
import { isMeshServiceParent, isServiceParent } from '../../mesh/service-parents.ts';
import { servesGateways, type MeshVersion } from '../../mesh/version.ts';
import type { Gateway, GatewayClass } from '../../resources/gateway.ts';
import type { Kind } from '../../resources/kinds.ts';
import type { MeshGatewayConfig } from '../../resources/mesh.ts';
import type { ObjectBase } from '../../resources/object.ts';
import type { KnownObject, KubernetesObject } from '../../resources/read.ts';
import type { ParentRef, Route, RouteSummary } from '../../resources/route.ts';
import type { BackendRef } from '../../resources/route-rules.ts';
import type { Service } from '../../resources/service.ts';
import type { RuleContext, RuleSettings } from '../rule.ts';

/** The kinds that a rule must declare as reads to ask for Gateways of Kong Mesh, and for its version. */
export const meshReads: readonly Kind[] = [
  'Gateway',
  'GatewayClass',
  'Namespace',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'ConfigMap',
];
/** Besides, to ask for parents that are Services. */
export const meshParentReads: readonly Kind[] = [...meshReads, 'Service'];
/** The kinds by which Kong Mesh is seen, where they are known. */
export const meshSigns: readonly Kind[] = ['CustomResourceDefinition', 'Mesh'];

/** What these questions look at of a rule's context; mutations have as much. */
export type MeshContext = Pick<RuleContext, 'inventory'> & { readonly settings: Pick<RuleSettings, 'mesh'> };

/** A Gateway of Kong Mesh with its class, where the version serves Gateways; `undefined` for any other object. */
export function meshGateway(
  object: KubernetesObject | KnownObject | undefined,
  { inventory, settings }: MeshContext,
): { readonly gateway: Gateway; readonly gatewayClass: GatewayClass } | undefined {
  if (object?.kind !== 'Gateway') return undefined;
  const gatewayClass = meshClassOf(object, inventory, settings.mesh);
  if (gatewayClass === undefined || !servesGateways(meshVersionOf(inventory, settings.mesh))) return undefined;
  return { gateway: object, gatewayClass };
}

/** The parameters of a GatewayClass of Kong Mesh, where they are known. */
export function configOf({ parametersRef }: GatewayClass, { inventory }: MeshContext): MeshGatewayConfig | undefined {
  if (parametersRef?.kind !== 'MeshGatewayConfig' || parametersRef.group !== 'kuma.io') return undefined;
  return inventory.get('MeshGatewayConfig', '', parametersRef.name);
}

/** The version of Kong Mesh. */
export function versionOf({ inventory, settings }: MeshContext): MeshVersion {
  return meshVersionOf(inventory, settings.mesh);
}

/** Whether Kong Mesh runs here as a global control plane. */
export function isGlobal({ inventory, settings }: MeshContext): boolean {
  return isGlobalZone(inventory, settings.mesh);
}

/** The mesh of an object, by label, annotation and namespace. */
export function meshOfObject(object: ObjectBase, context: MeshContext): ObjectMesh {
  return meshOf(object, context.inventory.get('Namespace', '', object.namespace), versionOf(context));
}

/** A Gateway of Kong Mesh that a route names as its parent. */
export interface GatewayParent {
  readonly ref: ParentRef;
  readonly gateway: Gateway;
  readonly gatewayClass: GatewayClass;
}

/** A Service that a route names as its parent while the rules about Kong Mesh run. */
export interface ServiceParent {
  readonly ref: ParentRef;
  /** `undefined` where it does not exist, and for a MeshService. */
  readonly service: Service | undefined;
}

/** The Gateways of Kong Mesh among a route's parents. */
export function gatewayParents(route: RouteSummary, context: RuleContext): readonly GatewayParent[] {
  return context.once(findGatewayParents, route);
}

/** As gatewayParents, for those that have no review. */
export function findGatewayParents(route: RouteSummary, context: MeshContext): GatewayParent[] {
  const found: GatewayParent[] = [];
  for (const ref of route.parentRefs) {
    if (ref.group !== 'gateway.networking.k8s.io' || ref.kind !== 'Gateway') continue;
    const owned = meshGateway(context.inventory.get('Gateway', ref.namespace, ref.name), context);
    if (owned !== undefined) found.push({ ref, ...owned });
  }
  return found;
}

/** The Services, and from 3.0 on the MeshServices, among a route's parents; none where the rules about Kong Mesh do not run. */
export function serviceParents(route: RouteSummary, context: RuleContext): readonly ServiceParent[] {
  return context.once(findServiceParents, route);
}

function findServiceParents(route: RouteSummary, context: RuleContext): ServiceParent[] {
  const refs = route.parentRefs.filter(({ kind }) => kind === 'Service' || kind === 'MeshService');
  if (refs.length === 0 || !isMeshOn(context.inventory, context.settings.mesh)) return [];
  const version = versionOf(context);
  return refs.flatMap((ref): ServiceParent | readonly [] => {
    if (isServiceParent(ref)) return { ref, service: context.inventory.get('Service', ref.namespace, ref.name) };
    return isMeshServiceParent(ref, version) ? { ref, service: undefined } : [];
  });
}

/** The Services among a route's parents that exist. */
export function presentServices(
  route: RouteSummary,
  context: RuleContext,
): { readonly ref: ParentRef; readonly service: Service }[] {
  return serviceParents(route, context).flatMap(({ ref, service }) => (service === undefined ? [] : { ref, service }));
}

/** Whether Kong Mesh serves a route at all. */
export function isMeshRoute(route: RouteSummary, context: RuleContext): boolean {
  return hasGatewayParent(route, context) || serviceParents(route, context).length > 0;
}

/** Whether a Gateway or route is one that Kong Mesh serves. */
export function isMeshObject(object: KubernetesObject, context: RuleContext): boolean {
  return object.kind === 'HTTPRoute' ? isMeshRoute(object, context) : meshGateway(object, context) !== undefined;
}

/** Whether a route has a Gateway of Kong Mesh among its parents. */
export function hasGatewayParent(route: RouteSummary, context: RuleContext): boolean {
  return gatewayParents(route, context).length > 0;
}

/** A backend of a route that is a Service which exists, with its path. */
export interface ServiceBackend {
  readonly path: string;
  readonly backend: BackendRef;
  readonly service: Service;
}

export function* serviceBackends({ rules }: Route, { inventory }: MeshContext): Generator<ServiceBackend> {
  for (const [index, { backendRefs }] of rules.entries()) {
    for (const [place, backend] of backendRefs.entries()) {
      const { group, kind, namespace, name } = backend;
      const service = kind === 'Service' && group === '' ? inventory.get('Service', namespace, name) : undefined;
      if (service !== undefined) yield { path: `spec.rules[${index}].backendRefs[${place}]`, backend, service };
    }
  }
}
