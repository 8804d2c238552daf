import { ownsClass } from '../../kong/ownership.ts';
import { isMeshOn, ownsMeshClass } from '../../mesh/ownership.ts';
import { servesGateways } from '../../mesh/version.ts';
import type { Kind } from '../../resources/kinds.ts';
import type { GatewayClass } from '../../resources/gateway.ts';
import type { RouteSummary } from '../../resources/route.ts';
import { defineRule, type Change, type Enforcement, type RuleContext } from '../rule.ts';
import { exampleControlPlane, meshClass } from './examples.ts';
import {
  gatewayParents,
  isGlobal,
  meshGateway,
  meshParentReads,
  meshSigns,
  serviceParents,
  versionOf,
} from './owned.ts';

/** What a finding does to an object that Kong Mesh owns; `undefined` for one that it does not. */
type Judge = (change: Change, context: RuleContext) => Enforcement | undefined;

const judges: Partial<Record<Kind, Judge>> = {
  GatewayClass: ({ object }, context) => {
    const isOurs = object.kind === 'GatewayClass' && ownsMeshClass(object, context.settings.mesh);
    return isOurs && servesGateways(versionOf(context)) ? 'deny' : undefined;
  },
  Gateway: ({ object }, context) => (meshGateway(object, context) === undefined ? undefined : 'deny'),
  HTTPRoute: ({ object }, context) => (object.kind === 'HTTPRoute' ? ofRoute(object, context) : undefined),
  ReferenceGrant: (_change, context) => {
    const { inventory, settings } = context;
    if (!isMeshOn(inventory, settings.mesh)) return undefined;
    return hasClass(context, (known) => !ownsMeshClass(known, settings.mesh)) ? undefined : 'warn';
  },
};

export default defineRule({
  id: 'mesh-zone',
  title: 'An object of Kong Mesh in a global zone',
  enforcement: 'deny',
  docs: {
    why: `A global control plane does not read the Gateway API: Gateways, their classes and routes belong into the zones. On a global cluster they are ignored without a status. Which kind of
control plane a cluster has its Deployment says (\`KUMA_MODE\`), or the configuration (\`mesh.zone\`). A route that others than Kong Mesh may serve too is let in with a warning.`,
    wrong: [
      { title: 'A GatewayClass on the global cluster', yaml: exampleControlPlane('2.14.3', 'global') + meshClass() },
    ],
    right: [{ title: 'The same in a zone', yaml: exampleControlPlane('2.14.3', 'zone') + meshClass() }],
    sources: [
      'Kuma, pkg/plugins/runtime/k8s/plugin_gateway.go: the controllers do not start on Global (2.10)',
      "Kong Mesh's documentation, Gateway API: resources must be created in non-global zones",
    ],
  },
  kinds: ['GatewayClass', 'Gateway', 'HTTPRoute', 'ReferenceGrant'],
  reads: meshParentReads,
  mayRead: meshSigns,
  *check(change, context) {
    const { object } = change;
    const enforcement = judges[object.kind]?.(change, context);
    if (enforcement === undefined || !isGlobal(context)) return;
    const { major, minor } = versionOf(context);
    // Until 2.9 the controllers ran there, although the documentation said no.
    const isRead = major === 2 && minor < 10;
    yield {
      path: '',
      message: isRead
        ? `This cluster's control plane of Kong Mesh is global, where a ${object.kind} is not supported.`
        : `This cluster's control plane of Kong Mesh is global, and ignores a ${object.kind} without a status.`,
      hint: 'Apply it in the cluster of a zone.',
      enforcement: isRead ? 'warn' : enforcement,
      identity: 'global',
    };
  },
});

/** A route whose parents are all Kong Mesh's can never work; a Service as parent names no implementation, and another mesh may be meant. */
function ofRoute(route: RouteSummary, context: RuleContext): Enforcement | undefined {
  const services = serviceParents(route, context);
  const ours = gatewayParents(route, context).length + services.length;
  if (ours === 0) return undefined;
  const { inventory, settings } = context;
  const mayBeOthers =
    services.length > 0 &&
    settings.mesh.enabled !== true &&
    hasClass(context, (known) => !ownsMeshClass(known, settings.mesh) && !ownsClass(known, inventory, settings.kong));
  return mayBeOthers || ours < route.parentRefs.length ? 'warn' : 'deny';
}

function hasClass({ inventory }: RuleContext, fits: (known: GatewayClass) => boolean): boolean {
  for (const known of inventory.gatewayClasses()) if (fits(known)) return true;
  return false;
}
