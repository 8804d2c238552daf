import type { Lookups } from '../inventory/inventory.ts';
import type { Kind } from '../resources/kinds.ts';
import type { Rule } from './rule.ts';

const workloadKinds: readonly Kind[] = ['Deployment', 'DaemonSet', 'StatefulSet'];

/**
 * The lookups as a rule may use them: one that asks for a kind that the rule does not declare throws an Error which names both. What
 * a rule declares decides what is watched, so an undeclared kind would be silently empty in a cluster.
 */
export function declaredReads(rule: Pick<Rule, 'id' | 'reads' | 'mayRead'>, inventory: Lookups): Lookups {
  const declared = new Set([...rule.reads, ...(rule.mayRead ?? [])]);
  const need = (kind: Kind): void => {
    if (!declared.has(kind)) throw new Error(`rule ${rule.id} reads ${kind}, which it does not declare`);
  };
  const needWorkloads = (): void => {
    for (const kind of workloadKinds) need(kind);
  };
  return {
    get: (kind, namespace, name) => {
      need(kind);
      return inventory.get(kind, namespace, name);
    },
    workloads: (namespace) => {
      needWorkloads();
      return inventory.workloads(namespace);
    },
    controllers: () => {
      needWorkloads();
      return inventory.controllers();
    },
    controlPlanes: () => {
      needWorkloads();
      return inventory.controlPlanes();
    },
    originOf: (origin) => {
      need(origin.kind);
      return inventory.originOf(origin);
    },
    gatewayClasses: () => {
      need('GatewayClass');
      return inventory.gatewayClasses();
    },
    definitions: () => {
      need('CustomResourceDefinition');
      return inventory.definitions();
    },
    gatewaysOf: (className) => {
      need('Gateway');
      return inventory.gatewaysOf(className);
    },
    grants: (namespace) => {
      need('ReferenceGrant');
      return inventory.grants(namespace);
    },
    listenerSetsOf: (gateway) => {
      need('ListenerSet');
      return inventory.listenerSetsOf(gateway);
    },
    listenersOn: (port, protocol, hostname) => {
      need('Gateway');
      return inventory.listenersOn(port, protocol, hostname);
    },
    routesOverlapping: (parent, kind, hostname) => {
      need(kind);
      return inventory.routesOverlapping(parent, kind, hostname);
    },
  };
}
