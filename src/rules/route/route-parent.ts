import type { Listener, ListenerHolder } from '../../resources/gateway.ts';
import type { ParentRef, RouteSummary } from '../../resources/route.ts';
import { allows, attachmentSteps, carries, type DetachmentReason } from '../../topology/attachment.ts';
import { exampleGateway, exampleRoute } from '../examples.ts';
import { kongInstall } from '../kong/examples.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { meshSigns, serviceParents } from '../mesh/owned.ts';
import { parentReads, parentsInScope } from './parents.ts';

const attached = (sectionName: string): string =>
  `${kongInstall}---\n${exampleGateway('kong', '- name: web\n  protocol: HTTP\n  port: 80\n')}` +
  exampleRoute('HTTPRoute', 'shop', `parentRefs:\n  - name: edge\n    sectionName: ${sectionName}\n`);

export default defineRule({
  id: 'route-parent',
  title: 'A parentRef through which a route reaches no listener',
  enforcement: 'warn',
  strict: true,
  docs: {
    why: `A route with a parent that does not exist gets no status at all, and one that its parent does not take gets one that few read. Both serve nothing. A warning, for the parent may come
with the next document, or be changed by others.`,
    wrong: [{ title: 'No listener of that name', yaml: attached('internal') }],
    right: [{ title: 'A listener of that name', yaml: attached('web') }],
    sources: [
      'Gateway API, apis/v1/shared_types.go: parentRefs, NoMatchingParent, NotAllowedByListeners, NoMatchingListenerHostname',
      'Gateway API, docs/concepts/troubleshooting.md: a route without a status',
    ],
  },
  kinds: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'],
  reads: ['Service', ...parentReads],
  mayRead: meshSigns,
  *check({ object }, context) {
    if (!('parentRefs' in object)) return;
    for (const { ref, holder, attachment } of parentsInScope(object, context)) {
      const at = { path: `spec.parentRefs[${ref.index}]`, identity: targetOf(ref) };
      if (holder === undefined) {
        const message = `There is no ${ref.kind} ${quoted(`${ref.namespace}/${ref.name}`)}, and a route whose parent does not exist gets no status that says so.`;
        yield {
          ...at,
          message,
          hint: `Create it, or correct the reference; without a namespace it is the route's own.`,
        };
      } else if (attachment?.reason !== undefined && attachment.reason !== 'NamespaceUnknown') {
        // Which listeners would take the route is asked of each of them again.
        if (!context.spend(attachmentSteps(object, ref, holder))) return;
        yield { ...at, ...detached(object, ref, holder, attachment.reason, context) };
      }
    }
    for (const { ref, service } of serviceParents(object, context)) {
      if (service !== undefined || ref.kind !== 'Service') continue;
      const name = quoted(`${ref.namespace}/${ref.name}`);
      yield {
        path: `spec.parentRefs[${ref.index}]`,
        message: `NoMatchingParent, Service ${name} does not exist: Kong Mesh takes the route for none of its ports.`,
        hint: `Create it, or correct the reference; without a namespace it is the route's own.`,
        identity: targetOf(ref),
      };
    }
  },
});

function targetOf({ kind, namespace, name, sectionName, port }: ParentRef): string {
  return `${kind} ${namespace}/${name} ${sectionName ?? ''} ${port ?? ''}`;
}

function detached(
  route: RouteSummary,
  ref: ParentRef,
  holder: ListenerHolder,
  reason: Exclude<DetachmentReason, 'NamespaceUnknown'>,
  context: RuleContext,
): Pick<Report, 'message' | 'hint'> {
  const name = context.nameOf(holder);
  const named = holder.listeners.filter(
    (listener) =>
      (ref.sectionName ?? listener.name) === listener.name && (ref.port === undefined || ref.port === listener.port),
  );
  switch (reason) {
    case 'NoMatchingParent': {
      const asked = [
        ...(ref.sectionName === undefined ? [] : [`the name ${quoted(ref.sectionName)}`]),
        ...(ref.port === undefined ? [] : [`port ${ref.port}`]),
      ];
      const wanted = asked.length === 0 ? 'at all' : `with ${asked.join(' and ')}`;
      return { message: `${name} has no listener ${wanted}: NoMatchingParent.`, hint: listenersText(holder) };
    }
    case 'NotAllowedByListeners':
      return {
        message: `${name} does not take this ${route.kind}: NotAllowedByListeners. ${named
          .slice(0, 3)
          .map((listener) => allowedText(listener, route, holder))
          .join(' ')}`,
        hint: 'Attach it to a listener that takes it, or widen allowedRoutes of the listener.',
      };
    case 'NoMatchingListenerHostname': {
      const namespace = context.inventory.get('Namespace', '', route.namespace);
      const open = named.filter((listener) => allows(listener, holder, route, namespace) === true);
      const theirs = [...new Set(open.flatMap(({ hostname }) => hostname ?? []))];
      return {
        message: `None of the route's hostnames (${joined(route.hostnames, 5, quoted)}) is one of ${name}: NoMatchingListenerHostname. Its listeners that take this route answer ${joined(theirs, 5, quoted)}.`,
        hint: `Use one of these hostnames, or a name below one that begins with "*."; or give the listener one that covers the route's.`,
      };
    }
  }
}

function listenersText({ listeners }: ListenerHolder): string {
  const each = listeners.map(({ name, protocol, port }) => `${quoted(name)} (${protocol} on ${port ?? '?'})`);
  return each.length === 0 ? 'It has no listeners.' : `It has ${joined(each)}.`;
}

function allowedText({ name, protocol, allowedRoutes }: Listener, route: RouteSummary, holder: ListenerHolder): string {
  const carried = carries(protocol);
  const named = allowedRoutes.kinds
    ?.filter(({ group }) => group === 'gateway.networking.k8s.io')
    .map(({ kind }) => kind);
  const kinds = named === undefined ? carried : carried.filter((kind) => named.includes(kind));
  if (!kinds.includes(route.kind)) {
    const carries = carried.length === 0 ? 'no kind of route that is known' : joined(carried);
    const none = `no route: ${protocol} carries ${carries}${named === undefined ? '' : ', of which allowedRoutes names none'}`;
    return `Listener ${quoted(name)} (${protocol}) takes ${kinds.length === 0 ? none : joined(kinds)}.`;
  }
  if (allowedRoutes.from === 'Same')
    return `Listener ${quoted(name)} takes routes of its own namespace (${holder.namespace}), this one is in ${route.namespace}.`;
  return `Listener ${quoted(name)} takes routes of selected namespaces, and ${route.namespace} is not one of them.`;
}
