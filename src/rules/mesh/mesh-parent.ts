import { selectedPorts } from '../../mesh/service-parents.ts';
import type { MeshVersion } from '../../mesh/version.ts';
import type { ParentRef } from '../../resources/route.ts';
import type { Service } from '../../resources/service.ts';
import { defineRule, type Report } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { exampleMesh, meshService, serviceRoute } from './examples.ts';
import { meshParentReads, meshSigns, presentServices, versionOf } from './owned.ts';

const canary = (parent: string): string =>
  exampleMesh('default') + meshService('demo-app') + serviceRoute('canary', parent);

export default defineRule({
  id: 'mesh-parent',
  title: 'A Service as parent that Kong Mesh cannot attach a route to',
  enforcement: 'warn',
  docs: {
    why: `A route attaches to ports of a Service in the mesh. A port that the Service does not have leaves it without effect, and so does a Service that is a name for another host; a headless one
has no address of its own, so its clients go to the pods. Kong Mesh 2 takes such parents without a word, ignores sectionName, and of two parentRefs to one Service heeds the last alone.`,
    wrong: [{ title: 'A port that the Service does not have', yaml: canary('port: 80') }],
    right: [{ title: 'A port that it has', yaml: canary('port: 5000') }],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/controllers/gatewayapi/http_route_conversion.go and http_route_controller.go: Service parents (2.14, 3.0)',
    ],
  },
  kinds: ['HTTPRoute'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check({ object }, context) {
    if (object.kind !== 'HTTPRoute') return;
    const version = versionOf(context);
    const seen = new Set<Service>();
    for (const { ref, service } of presentServices(object, context)) {
      if (!context.spend(service.ports.length)) return;
      const full = quoted(`${service.namespace}/${service.name}`);
      for (const { at, ...flaw } of flawsOf(ref, service, full, version)) {
        const path = `spec.parentRefs[${ref.index}]${at}`;
        yield { path, ...flaw, identity: `${full} ${ref.port ?? ''} ${ref.sectionName ?? ''} ${at}` };
      }
      if (seen.has(service) && version.major < 3) {
        yield {
          path: `spec.parentRefs[${ref.index}]`,
          message: `Service ${full} is named by two parentRefs: Kong Mesh heeds the last of them alone.`,
          hint: 'Write a route for each port, or one parentRef without port for all of them.',
          identity: `${full} twice`,
        };
      }
      seen.add(service);
    }
  },
});

type Flaw = Pick<Report, 'message' | 'hint'> & { readonly at: string };

function* flawsOf(ref: ParentRef, service: Service, full: string, version: MeshVersion): Generator<Flaw> {
  const isNew = version.major >= 3;
  if (service.externalName) {
    const message = `Service ${full} is an ExternalName, a name for another host: Kong Mesh has nothing to attach the route to.`;
    yield { at: '', message, hint: 'Name a Service with a selector as the parent.' };
    return;
  }
  if (service.headless) {
    const why = isNew
      ? `NoMatchingParent, Service ${full} has no MeshService to attach to: it is headless, and Kong Mesh makes one for each of its pods.`
      : `Service ${full} is headless: its clients go to the addresses of its pods, which the route does not cover.`;
    yield { at: '', message: why, hint: 'Name a Service with a cluster IP as the parent.' };
    return;
  }
  if (ref.sectionName !== undefined && !isNew) {
    const message = `Kong Mesh 2 ignores the sectionName of a Service: the route applies to ${ref.port === undefined ? 'all its ports' : `port ${ref.port}`}.`;
    yield { at: '.sectionName', message, hint: 'Use port.' };
  }
  if (selectedPorts(ref, service, version).length > 0) return;
  const asked = [
    ...(ref.port === undefined ? [] : [`port ${ref.port}`]),
    ...(ref.sectionName === undefined || !isNew ? [] : [`port name ${quoted(ref.sectionName)}`]),
  ];
  const ports = service.ports.map(({ port, name }) => (name === undefined ? `${port}` : `${port} (${quoted(name)})`));
  const message = isNew
    ? `NoMatchingParent, Service ${full} has no port matching the parentRef (${asked.join(', ')}).`
    : `Service ${full} has no ${asked.join(' and ')}: Kong Mesh takes the route, and it has no effect.`;
  yield { at: ref.port === undefined ? '.sectionName' : '.port', message, hint: `It has ${joined(ports)}.` };
}
