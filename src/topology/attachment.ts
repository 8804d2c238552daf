import type { AllowedNamespaces, Listener, ListenerHolder } from '../resources/gateway.ts';
import type { Namespace } from '../resources/core.ts';
import type { ParentRef, RouteKind, RouteSummary } from '../resources/route.ts';
import { intersection, type Hostname } from './hostnames.ts';
import { fits, selectorSteps } from './selectors.ts';

/** A listener that a route reaches, with the hostnames that are left when the listener's own has cut the route's. */
export interface AttachedListener {
  readonly listener: Listener;
  readonly hostnames: readonly Hostname[];
}

/** The Gateway API's reasons, and one of ours: a listener selects namespaces by labels, and those of the route's namespace are not known. */
export type DetachmentReason =
  'NoMatchingParent' | 'NotAllowedByListeners' | 'NoMatchingListenerHostname' | 'NamespaceUnknown';

/** The listeners that a route reaches through one parentRef, or the reason why it reaches none. */
export type Attachment =
  | { readonly listeners: readonly AttachedListener[]; readonly reason?: undefined }
  | { readonly listeners: readonly []; readonly reason: DetachmentReason };

/** Whether a parentRef names this Gateway or ListenerSet. */
export function refersTo(ref: ParentRef, holder: ListenerHolder): boolean {
  return (
    ref.group === 'gateway.networking.k8s.io' &&
    ref.kind === holder.kind &&
    ref.name === holder.name &&
    ref.namespace === holder.namespace
  );
}

/**
 * Follows one parentRef of a route to the listeners of the object that it names. `namespace` is the route's Namespace, `undefined` where it is not known.
 * The order of the reasons is that of the Gateway API's conformance tests: section and port, kind and namespace, hostname.
 */
export function attach(
  route: RouteSummary,
  ref: ParentRef,
  holder: ListenerHolder,
  namespace: Namespace | undefined,
): Attachment {
  const named = holder.listeners.filter((listener) => isNamedBy(ref, listener));
  if (named.length === 0) return { listeners: [], reason: 'NoMatchingParent' };
  const allowing = named.filter((listener) => allows(listener, holder, route, namespace) === true);
  if (allowing.length === 0) {
    const isOpen = named.some((listener) => allows(listener, holder, route, namespace) === undefined);
    return { listeners: [], reason: isOpen ? 'NamespaceUnknown' : 'NotAllowedByListeners' };
  }
  const reached = allowing.flatMap((listener) => {
    const hostnames = sharedHostnames(route, listener);
    return hostnames.length === 0 ? [] : [{ listener, hostnames }];
  });
  if (reached.length === 0) return { listeners: [], reason: 'NoMatchingListenerHostname' };
  return { listeners: reached };
}

/** How many pairs `attach` looks at: the listeners, the labels by which they select namespaces, and each hostname with each listener that is named. */
export function attachmentSteps(route: RouteSummary, ref: ParentRef, { listeners }: ListenerHolder): number {
  let steps = listeners.length;
  for (const listener of listeners) if (isNamedBy(ref, listener)) steps += hostnameSteps(route, listener);
  return steps;
}

/** How many pairs `hostnamesOn` looks at on a listener that a parentRef names. */
export function hostnameSteps({ hostnames }: RouteSummary, { allowedRoutes }: Listener): number {
  return 1 + hostnames.length + selectorSteps(allowedRoutes.selector);
}

/** The hostnames that a route reaches on one listener through a parentRef; none where it does not reach it. As `attach`, for a single listener. */
export function hostnamesOn(
  route: RouteSummary,
  ref: ParentRef,
  holder: ListenerHolder,
  listener: Listener,
  namespace: Namespace | undefined,
): readonly Hostname[] {
  const isTaken = isNamedBy(ref, listener) && allows(listener, holder, route, namespace) === true;
  return isTaken ? sharedHostnames(route, listener) : [];
}

/** Whether a listener takes routes of this kind and namespace; `undefined` where nobody knows the namespace's labels. */
export function allows(
  listener: Listener,
  holder: ListenerHolder,
  route: RouteSummary,
  namespace: Namespace | undefined,
): boolean | undefined {
  return takes(listener, route.kind) && admits(listener.allowedRoutes, holder, route.namespace, namespace);
}

function isNamedBy(ref: ParentRef, { name, port }: Listener): boolean {
  return (ref.sectionName === undefined || ref.sectionName === name) && (ref.port === undefined || ref.port === port);
}

/** The kinds of route that a protocol carries. Source: Gateway API, GEP-2907 and its conformance tests. */
const carried: ReadonlyMap<string, readonly string[]> = new Map([
  ['HTTP', ['HTTPRoute', 'GRPCRoute']],
  ['HTTPS', ['HTTPRoute', 'GRPCRoute']],
  ['TLS', ['TLSRoute']],
  ['TCP', ['TCPRoute']],
  ['UDP', ['UDPRoute']],
]);

/** The kinds of route that a protocol carries; none for a protocol that is not the specification's. */
export function carries(protocol: string): readonly string[] {
  return carried.get(protocol) ?? [];
}

function takes(listener: Listener, kind: RouteKind): boolean {
  if (!carries(listener.protocol).includes(kind)) return false;
  const named = listener.allowedRoutes.kinds;
  return (
    named === undefined ||
    named.some((allowed) => allowed.group === 'gateway.networking.k8s.io' && allowed.kind === kind)
  );
}

/**
 * Whether routes or ListenerSets of a namespace are let in to an object; `undefined` where it selects by labels that are not known: `namespace` is the Namespace, and
 * without it only the label that every namespace has, its name, is known.
 */
export function admits(
  { from, selector }: AllowedNamespaces,
  to: Pick<ListenerHolder, 'namespace'>,
  name: string,
  namespace: Namespace | undefined,
): boolean | undefined {
  switch (from) {
    case 'All':
      return true;
    case 'Same':
      return name === to.namespace;
    case 'Selector': {
      if (selector === undefined) return false;
      const labels = new Map(namespace?.labels);
      labels.set(nameLabel, name);
      if (namespace !== undefined) return fits(selector, labels);
      const byName = {
        labels: new Map([...selector.labels].filter(([key]) => key === nameLabel)),
        requirements: selector.requirements.filter(({ key }) => key === nameLabel),
      };
      if (!fits(byName, labels)) return false;
      const isByName =
        byName.labels.size === selector.labels.size && byName.requirements.length === selector.requirements.length;
      return isByName ? true : undefined;
    }
    default:
      return false;
  }
}

/** The label that the API server gives every namespace. */
const nameLabel = 'kubernetes.io/metadata.name';

/** Routes of layer 4 have no hostnames to cut: they take the listener as it is. */
function sharedHostnames(route: RouteSummary, listener: Listener): Hostname[] {
  if (route.kind === 'TCPRoute' || route.kind === 'UDPRoute') return [undefined];
  if (route.hostnames.length === 0) return [listener.hostname];
  const shared = new Set<Hostname>();
  for (const hostname of route.hostnames) {
    const common = intersection(hostname, listener.hostname);
    if (common !== null) shared.add(common);
  }
  return [...shared];
}
