import {
  chainSteps,
  followChain,
  isServedProtocol,
  listenFor,
  offersOf,
  offersSteps,
  streamed,
  transportOf,
  type ChainEnd,
  type Offer,
  type ProxyService,
  type ServedProtocol,
} from '../../kong/chain.ts';
import type { Proxy } from '../../kong/proxy.ts';
import { planListener } from '../../kong/plan.ts';
import { helmValues, listenText, listenVariable, servicePortPatch } from '../../kong/remedies.ts';
import type { Listener } from '../../resources/gateway.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { capitalised, joined, quoted } from '../words.ts';
import { servingKong, type ServingKong } from './classes.ts';
import { kongInstall } from './examples.ts';
import { offersText, serviceText, servicesText } from './offers.ts';

export default defineRule({
  id: 'kong-listen-missing',
  title: 'A listener on a port or protocol that Kong does not listen on',
  enforcement: 'deny',
  docs: {
    why: `Kong listens where KONG_PROXY_LISTEN and KONG_STREAM_LISTEN say, and its Service publishes some of these ports. A Gateway cannot add to
that: a listener on any other port or protocol is accepted, the Gateway reads \`Programmed: True\`, and nothing is served. Kong Ingress
Controller says so only in the listener's status, after the fact, with the reason \`PortUnavailable\` or \`UnsupportedProtocol\`, and for
TCP and UDP not even there. The rule follows the chain itself: listener port, Service port, target port, listen. Where a link of it
cannot be seen (no proxy is known, a Secret holds the value, Kong would refuse the text) it warns instead.`,
    wrong: [
      {
        title: 'The proxy publishes 80 and 443, the listener asks for 8080',
        yaml: `${kongInstall}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: kong
  listeners:
    - name: web
      protocol: HTTP
      port: 8080
`,
      },
    ],
    right: [
      {
        title: 'HTTP on 80 and HTTPS on 443, as Kong listens',
        yaml: `${kongInstall}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: edge
spec:
  gatewayClassName: kong
  listeners:
    - name: web
      protocol: HTTP
      port: 80
    - name: web-tls
      protocol: HTTPS
      port: 443
      tls:
        certificateRefs:
          - name: edge-certificate
`,
      },
    ],
    sources: [
      'Kong Ingress Controller, internal/controllers/gateway/gateway_utils.go: listener conditions and their messages',
      'Kong, kong/conf_loader/listeners.lua: proxy_listen and stream_listen',
      'Kong Helm chart, values.yaml: proxy and udpProxy',
    ],
  },
  kinds: ['Gateway', 'ListenerSet'],
  reads: ['Gateway', 'GatewayClass', 'Service', 'Deployment', 'DaemonSet', 'StatefulSet', 'ConfigMap'],
  *check({ object }, context) {
    if (object.kind !== 'Gateway' && object.kind !== 'ListenerSet') return;
    const kong = servingKong(object, context);
    if (kong === undefined) return;
    for (const listener of object.listeners) {
      if (listener.port === undefined || !isServedProtocol(listener.protocol)) continue;
      if (!context.spend(chainSteps(kong.services))) return;
      const found = judge(listener, listener.protocol, listener.port, kong, context);
      if (found !== undefined) yield found;
    }
  },
});

function judge(
  listener: Listener,
  protocol: ServedProtocol,
  port: number,
  { proxy, services, mayBeManaged }: ServingKong,
  context: RuleContext,
): Report | undefined {
  const asked = `Listener ${quoted(listener.name)} asks for ${protocol} on port ${port}`;
  const place = { path: `spec.listeners[${listener.index}].port`, identity: `${protocol} ${port}` };
  if (proxy === undefined) {
    return {
      ...place,
      enforcement: 'warn',
      message: `${asked}, and no proxy is known to serve it. Looked for: the Gateway's annotation that names the proxy's Service, the publish Service of a Kong Ingress Controller of this class, and kong.publishServices.`,
      hint: 'Set the annotation konghq.com/publish-service: <namespace>/<service> on the Gateway, or kong.publishServices in the configuration; for files, give the manifests of the Kong install too.',
    };
  }
  const chain = followChain(protocol, port, services);
  if (chain.end === 'served') return undefined;
  if (chain.end === 'unknown') {
    const told = proxy.services.every((service) => context.placeOf(service) !== undefined);
    return {
      ...place,
      enforcement: 'warn',
      message: `${asked}; whether Kong listens there could not be found out${told ? `: ${chain.why}. The proxy is ${servicesText(proxy.services, context)} (by ${proxy.source}).` : '.'}`,
      hint: `Make sure that ${listenVariable(protocol)} has a listen such as ${listenText(protocol, port)} behind that Service port.`,
    };
  }
  // What there is instead is looked up again, for the message and for the hint.
  if (!context.spend(2 * offersSteps(services))) return undefined;
  const offers = context.once(offersOf, services);
  const managed = mayBeManaged
    ? ' Only a warning: the GatewayClass is not marked unmanaged, so that another controller, such as Kong Operator, may yet open the port.'
    : '';
  return {
    ...place,
    ...(mayBeManaged ? { enforcement: 'warn' } : {}),
    message: `${asked}, which Kong does not serve: ${reasonOf(protocol, services, offers)} (${brokenLink(protocol, port, chain, proxy, context)}). ${offersText(services, context)}${managed}`,
    hint: hintFor(protocol, port, chain, services, context),
    related: services.flatMap(({ service }) => service ?? []),
  };
}

type BrokenChain = Exclude<ChainEnd, { readonly end: 'served' | 'unknown' }>;

/** KIC's reason, with its own words. */
function reasonOf(protocol: ServedProtocol, services: readonly ProxyService[], offers: readonly Offer[]): string {
  const words = 'no Kong listen with the requested protocol is configured';
  const visible = services.some(({ planes }) => planes.length > 0);
  const somewhere =
    offers.some((offer) => offer.protocol === protocol) ||
    services.some(({ planes }) => listenFor(protocol, planes) !== undefined);
  return visible && !somewhere ? `UnsupportedProtocol, ${words}` : `PortUnavailable, ${words} for the requested port`;
}

function brokenLink(
  protocol: ServedProtocol,
  port: number,
  chain: BrokenChain,
  proxy: Proxy,
  context: RuleContext,
): string {
  switch (chain.end) {
    case 'no-service-port':
      return `Service ${servicesText(proxy.services, context)} has no ${transportOf(protocol)} port ${port}`;
    case 'no-container-port':
      return `port ${port} of Service ${serviceText(chain.service, context)} leads to the container port ${quoted(String(chain.port.targetPort))}, which no container has`;
    case 'no-listen':
      return `port ${port} of Service ${serviceText(chain.service, context)} leads to container port ${chain.target}, where Kong has no listen`;
    case 'wrong-listen':
      return `port ${port} of Service ${serviceText(chain.service, context)} leads to container port ${chain.target}, where Kong takes ${joined(chain.serves)}, not ${protocol}`;
  }
}

function hintFor(
  protocol: ServedProtocol,
  port: number,
  chain: BrokenChain,
  services: readonly ProxyService[],
  context: RuleContext,
): string {
  // The chart has one HTTP port and one of HTTPS: values for another would take away the one that is served.
  const isTaken = !streamed(protocol) && context.once(offersOf, services).some((offer) => offer.protocol === protocol);
  const helm = isTaken ? '' : ` Helm values: ${helmValues(protocol, port)}.`;
  const plan = planListener(protocol, port, services);
  if (chain.end === 'wrong-listen') {
    const isElsewhere = plan !== undefined && plan.listen === undefined && plan.target !== chain.target;
    const way = isElsewhere
      ? `, or let the Service port lead to container port ${plan.target}, where Kong takes ${protocol}`
      : '';
    return `Use protocol ${chain.serves.join(' or ')} for this listener, or another port${way}.`;
  }
  if (plan === undefined) return `Use another port: Kong listens on container port ${port} for something else.`;
  const { listen, servicePort, target } = plan;
  const add = listen === undefined ? '' : `add ${listen} to ${listenVariable(protocol)} of Kong and `;
  if (servicePort === undefined || context.placeOf(servicePort.ref) === undefined)
    return helm === '' ? 'Use a port that is offered.' : helm.trim();
  if (chain.end !== 'no-service-port') {
    const way = `${add}let port ${port} of Service ${serviceText(servicePort.ref, context)} lead to container port ${target}`;
    return `${capitalised(way)}.${helm}`;
  }
  const patch = servicePortPatch(servicePort.ref, port, target, transportOf(protocol));
  const udp =
    protocol === 'UDP' ? ' KIC takes UDP ports from the Service that CONTROLLER_PUBLISH_SERVICE_UDP names.' : '';
  return `Use a port that is offered, or ${add}add the Service port: ${patch}.${helm}${udp}`;
}
