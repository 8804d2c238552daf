import type { ParentRef, RouteSummary } from '../resources/route.ts';
import type { Service, ServicePort } from '../resources/service.ts';
import type { MeshVersion } from './version.ts';

/**
 * Whether a parentRef names a Service, or from 3.0 on a MeshService. Kong's own example leaves the group out, which gives the Gateway API's.
 * Source: Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/attachment/attachment.go.
 */
export function isServiceParent({ group, kind }: ParentRef): boolean {
  return kind === 'Service' && (group === '' || group === 'gateway.networking.k8s.io');
}

export function isMeshServiceParent({ group, kind }: ParentRef, { major }: MeshVersion): boolean {
  return major >= 3 && kind === 'MeshService' && group === 'kuma.io';
}

/**
 * The Service's ports that a parentRef selects: by `port`, from 3.0 on by `sectionName` too (a port's name, or the number of one without
 * name); all of them where it names none.
 */
export function selectedPorts({ port, sectionName }: ParentRef, service: Service, version: MeshVersion): ServicePort[] {
  return service.ports.filter(
    (candidate) =>
      (port === undefined || candidate.port === port) &&
      (version.major < 3 || sectionName === undefined || sectionName === (candidate.name ?? `${candidate.port}`)),
  );
}

/** What Kong Mesh takes for HTTP. Source: Kuma, pkg/core/metadata/protocol.go. */
const httpProtocols: ReadonlySet<string> = new Set(['http', 'http2', 'grpc']);

/** Whether Kong Mesh takes a Service's port for HTTP: by appProtocol, and before 3.0, where that says nothing it knows, by the annotation of the port. */
export function isHttp(service: Service, { port, appProtocol }: ServicePort, { major }: MeshVersion): boolean {
  if (appProtocol !== undefined && httpProtocols.has(appProtocol)) return true;
  if (major >= 3 || appProtocol === 'tcp') return false;
  return httpProtocols.has(service.annotations.get(`${port}.service.kuma.io/protocol`) ?? '');
}

/** Whether Kong Mesh 3 knows an appProtocol: of a Service with another one it takes no port at all. */
export function isKnownProtocol(appProtocol: string | undefined): boolean {
  return appProtocol === undefined || appProtocol === 'tcp' || httpProtocols.has(appProtocol);
}

/** The longest that the names in the name of a generated MeshHTTPRoute may be together: by Kong's documentation 249; for a MeshService 238. */
export const longestNames = { Service: 249, MeshService: 238 } as const;

/** How long the four names are together that make the name of the MeshHTTPRoute for a parent. */
export function namesLength(route: Pick<RouteSummary, 'namespace' | 'name'>, ref: ParentRef): number {
  return route.name.length + route.namespace.length + ref.name.length + ref.namespace.length;
}
