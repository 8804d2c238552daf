import type { AdminListens } from './admin.ts';
import type { ServiceRef } from './controllers.ts';

/** What the rules about Kong are told from outside; every value has a default that recognises a default install. */
export interface KongSettings {
  /** The GatewayClass controllerNames that are Kong's; those that a discovered KIC goes by count too. */
  readonly controllerNames: readonly string[];
  /** The version of Kong Ingress Controller, such as `2.8` or `3.5`; `undefined`: that of the KIC that is found, else 3.x. */
  readonly ingressController: string | undefined;
  /** The proxy's Services as `namespace/name`, for clusters whose KIC does not say. */
  readonly publishServices: readonly string[];
  /** What the Admin APIs that speak for a proxy's Service say, as it is known now; none where none is configured. */
  readonly adminListens: (service: ServiceRef) => readonly AdminListens[];
}

export const defaultControllerName = 'konghq.com/kic-gateway-controller';

export const defaultKongSettings: KongSettings = {
  controllerNames: [defaultControllerName],
  ingressController: undefined,
  publishServices: [],
  adminListens: () => [],
};
