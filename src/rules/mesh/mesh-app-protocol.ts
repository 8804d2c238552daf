import { isHttp, isKnownProtocol, selectedPorts } from '../../mesh/service-parents.ts';
import type { MeshVersion } from '../../mesh/version.ts';
import type { Route } from '../../resources/route.ts';
import type { Service } from '../../resources/service.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { exampleMesh, meshService, serviceRoute } from './examples.ts';
import { meshParentReads, meshSigns, presentServices, serviceBackends, versionOf } from './owned.ts';

export default defineRule({
  id: 'mesh-app-protocol',
  title: 'A Service port of a mesh route that is not HTTP',
  enforcement: 'warn',
  strict: true,
  docs: {
    why: `Without \`appProtocol\` (\`http\`, \`http2\` or \`grpc\`) a Service port is TCP to Kong Mesh. An HTTPRoute with such a port as its parent is ignored without a word; such a port as a backend
gets no requests. A Service with ports of several protocols is fine, as long as the route's port is HTTP, or one of them where it names none.`,
    wrong: [
      { title: 'No appProtocol', yaml: exampleMesh('default') + meshService('demo-app', '') + serviceRouteToOther() },
    ],
    right: [{ title: 'appProtocol: http', yaml: exampleMesh('default') + meshService('demo-app') + serviceRoute() }],
    sources: [
      'Kuma, pkg/core/metadata/protocol.go; pkg/plugins/policies/meshhttproute/plugin/v1alpha1/listeners.go',
      'Kuma, pkg/core/resources/apis/meshservice/api/v1alpha1/validator.go: appProtocol must be one of (3.0)',
    ],
  },
  kinds: ['HTTPRoute'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute') return;
    const parents = presentServices(object, context);
    if (parents.length === 0) return;
    const version = versionOf(context);
    for (const { ref, service } of parents) {
      if (!context.spend(service.ports.length)) return;
      const ports = selectedPorts(ref, service, version);
      // That no port is selected at all is told by mesh-parent.
      if (ports.length === 0) continue;
      const at = { path: `spec.parentRefs[${ref.index}]`, identity: `parent ${service.namespace}/${service.name}` };
      const unknown = version.major >= 3 ? unknownProtocolOf(service) : undefined;
      if (unknown !== undefined) {
        const message = `${nameOf(service)} has the appProtocol ${quoted(unknown)}, which Kong Mesh 3 does not know: it takes the Service not at all (appProtocol must be one of: grpc, http, http2, tcp).`;
        yield { ...at, message, hint: 'Use http, http2, grpc or tcp for every port of the Service.' };
      } else if (!ports.some((port) => isHttp(service, port, version))) {
        const message = `${nameOf(service)} has no HTTP port for this route (${joined(ports.map(({ port, appProtocol }) => `${port}: ${appProtocol ?? 'no appProtocol'}`))}): Kong Mesh takes it for TCP and ignores the route.`;
        yield { ...at, message, hint: portHint };
      }
    }
    yield* ofBackends(object, version, context);
  },
});

const portHint = 'Set spec.ports[].appProtocol on the Service: http, http2 or grpc, in lower case.';

function* ofBackends(route: Route, version: MeshVersion, context: RuleContext): Generator<Report> {
  for (const { path, backend, service } of serviceBackends(route, context)) {
    if (!context.spend(service.ports.length)) return;
    const port = service.ports.find((candidate) => candidate.port === backend.port);
    if (port === undefined || isHttp(service, port, version)) continue;
    const lost = version.major >= 3 ? 'its share of the requests gets 500' : 'it gets no requests';
    yield {
      path,
      message: `Port ${port.port} of ${nameOf(service)} is not HTTP (${port.appProtocol ?? 'no appProtocol'}): ${lost}.`,
      hint: portHint,
      identity: `backend ${service.namespace}/${service.name} ${port.port}`,
    };
  }
}

function unknownProtocolOf({ ports }: Service): string | undefined {
  return ports.map(({ appProtocol }) => appProtocol).find((appProtocol) => !isKnownProtocol(appProtocol));
}

function nameOf({ namespace, name }: Service): string {
  return `Service ${quoted(`${namespace}/${name}`)}`;
}

/** A canary whose backend is another Service, so that the parent alone is wrong. */
function serviceRouteToOther(): string {
  return meshService('demo-app-v2') + serviceRoute().replace('- {name: demo-app,', '- {name: demo-app-v2,');
}
