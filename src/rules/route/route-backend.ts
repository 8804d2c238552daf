import { filterListsOf, type BackendRef, type RouteRule } from '../../resources/route-rules.ts';
import type { Route } from '../../resources/route.ts';
import type { Service } from '../../resources/service.ts';
import { exampleGateway, exampleRoute, exampleService } from '../examples.ts';
import { kongInstall } from '../kong/examples.ts';
import { isPermitted } from '../grants.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { isMeshs, parentReads, parentsInScope } from './parents.ts';

const sending = (port: number): string =>
  `${kongInstall}---\n${exampleGateway('kong', '- name: web\n  protocol: HTTP\n  port: 80\n')}${exampleService('shop')}` +
  exampleRoute(
    'HTTPRoute',
    'shop',
    `parentRefs:\n  - name: edge\nrules:\n  - backendRefs:\n      - name: shop\n        port: ${port}\n`,
  );

export default defineRule({
  id: 'route-backend',
  title: 'A backend that cannot be reached',
  enforcement: 'warn',
  docs: {
    why: `A rule whose backend does not exist, is of a kind that is not known, or is in a namespace that does not permit it, answers with 500. A warning, for the Service may come with the next
document. A rule with no backend at all that does not redirect answers nothing either.`,
    wrong: [{ title: 'A port that the Service does not have', yaml: sending(8080) }],
    right: [{ title: 'A port that it has', yaml: sending(80) }],
    sources: [
      'Gateway API, apis/v1/httproute_types.go: backendRefs; shared_types.go: InvalidKind, BackendNotFound, RefNotPermitted',
      'Kong Ingress Controller, internal/controllers/gateway/httproute_controller.go: ResolvedRefs',
    ],
  },
  kinds: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'],
  reads: ['Service', 'ReferenceGrant', ...parentReads],
  check({ object }, context) {
    if (!('rules' in object)) return [];
    // What Kong Mesh takes for a backend is a question of its own: mesh-backend.
    if (!hasOtherParent(object, context)) return [];
    const found: Report[] = [];
    for (const [index, rule] of object.rules.entries()) {
      if ((object.kind === 'HTTPRoute' || object.kind === 'GRPCRoute') && answersNothing(rule)) {
        const message = 'The rule has no backend and does not redirect, so there is nothing to answer its requests.';
        found.push({
          path: `spec.rules[${index}]`,
          message,
          hint: 'Add backendRefs, or a RequestRedirect filter.',
          identity: `none ${index}`,
        });
      }
      for (const [place, backend] of rule.backendRefs.entries()) {
        const flaw = flawOf(object, backend, context);
        if (flaw !== undefined) found.push({ ...flaw, path: `spec.rules[${index}].backendRefs[${place}]` });
      }
    }
    for (const { filters, at } of context.once(filterListsOf, object)) {
      for (const [index, { mirror }] of filters.entries()) {
        const flaw = mirror && flawOf(object, mirror, context);
        if (flaw !== undefined) found.push({ ...flaw, path: `${at}.filters[${index}].requestMirror.backendRef` });
      }
    }
    return found;
  },
});

/** Whether a parent in scope is another's than Kong Mesh's. */
function hasOtherParent(route: Route, context: RuleContext): boolean {
  for (const { holder } of parentsInScope(route, context)) {
    if (holder === undefined || !isMeshs(holder, context)) return true;
  }
  return false;
}

function answersNothing({ backendRefs, filters }: RouteRule): boolean {
  return backendRefs.length === 0 && !filters.some(({ type }) => type === 'RequestRedirect' || type === 'ExtensionRef');
}

function flawOf(route: Route, backend: BackendRef, context: RuleContext): Omit<Report, 'path'> | undefined {
  const told = wordsOn(route, backend, context);
  if (told === undefined) return undefined;
  const { kind, namespace, name, port } = backend;
  return { ...told, identity: `${kind} ${namespace}/${name} ${port ?? ''}` };
}

function isGranted(route: Route, { namespace, name }: BackendRef, context: RuleContext): boolean | undefined {
  const from = { group: 'gateway.networking.k8s.io', kind: route.kind, namespace: route.namespace };
  return isPermitted({ from, to: { group: '', kind: 'Service', name } }, namespace, context);
}

function wordsOn(
  route: Route,
  backend: BackendRef,
  context: RuleContext,
): Pick<Report, 'message' | 'hint'> | undefined {
  const { group, kind, namespace, name, port } = backend;
  if (kind !== 'Service' || (group !== '' && group !== 'core')) {
    const message = `The backend ${quoted(name)} is a ${quoted(kind)} of the group ${quoted(group)}, which is not supported: InvalidKind.`;
    return { message, hint: 'Use a Service (group "").' };
  }
  const isGiven = namespace === route.namespace || isGranted(route, backend, context);
  if (isGiven === undefined) return undefined;
  if (!isGiven) {
    const message = `The backend is in another namespace, ${quoted(namespace)}, and no ReferenceGrant there permits it: RefNotPermitted.`;
    return {
      message,
      hint: `Create a ReferenceGrant in ${namespace}: from ${route.kind} of ${route.namespace}, to Service.`,
    };
  }
  const service = context.inventory.get('Service', namespace, name);
  if (service === undefined) {
    const full = quoted(`${namespace}/${name}`);
    return { message: `There is no Service ${full}: BackendNotFound.`, hint: 'Create it, or correct the reference.' };
  }
  if (service.externalName) {
    const message = `Service ${quoted(`${namespace}/${name}`)} is an ExternalName: it has no addresses of its own, and implementations need not follow it.`;
    return { message, hint: 'Use a Service with endpoints.' };
  }
  if (port === undefined || !context.spend(service.ports.length) || hasPort(service, port)) return undefined;
  const message = `Service ${quoted(`${namespace}/${name}`)} has no port ${port}: BackendNotFound.`;
  return { message, hint: `It has ${joined(service.ports.map((known) => `${known.port}`))}.` };
}

function hasPort({ ports }: Service, port: number): boolean {
  for (const known of ports) if (known.port === port) return true;
  return false;
}
