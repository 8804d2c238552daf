import {
  chainSteps,
  followChain,
  isServedProtocol,
  transportOf,
  type ProxyService,
  type ServedProtocol,
} from '../../kong/chain.ts';
import { targetOf } from '../../kong/data-plane.ts';
import type { Listener } from '../../resources/gateway.ts';
import { exampleGateway } from '../examples.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';
import { ownerReads, servingKong } from './classes.ts';
import { kongInstall } from './examples.ts';
import { serviceText } from './offers.ts';

const raw = exampleGateway('kong', '- name: raw\n  protocol: TCP\n  port: 9901\n');

export default defineRule({
  id: 'kong-service-target-port',
  title: 'A listener that Kong serves, but by a port that it misreads',
  enforcement: 'warn',
  docs: {
    why: `Kong Ingress Controller takes a named targetPort for none: the listener works, and its status says that it does not. And Kong matches TCP, TLS and UDP
routes on the container port, while the controller tells it the listener's port: where the two differ, no such route matches.`,
    wrong: [
      {
        title: 'The Service port of a stream differs from the container port',
        yaml: `${kongInstall.replace('port: 9901\n      targetPort: 9901', 'port: 9000\n      targetPort: 9901')}---\n${raw.replace('port: 9901', 'port: 9000')}`,
      },
    ],
    right: [{ title: 'One number all the way', yaml: `${kongInstall}---\n${raw}` }],
    sources: [
      'Kong Ingress Controller, internal/controllers/gateway/gateway_controller.go: listeners by targetPort',
      'Kong, kong/router/fields.lua: the destination port of a stream, or what KONG_PORT_MAPS maps it to',
      'Kong Ingress Controller, internal/dataplane/translator/translate_routes_helpers.go: TLSRoutes go by server name',
    ],
  },
  kinds: ['Gateway'],
  reads: ['Service', ...ownerReads],
  *check({ object }, context) {
    const services = servingKong(object, context)?.services ?? [];
    if (object.kind !== 'Gateway' || services.length === 0) return;
    for (const listener of object.listeners) {
      const { protocol, port } = listener;
      if (port === undefined || !isServedProtocol(protocol)) continue;
      if (!context.spend(2 * chainSteps(services))) return;
      if (followChain(protocol, port, services).end !== 'served') continue;
      const found = misread(listener, protocol, port, services, context);
      if (found !== undefined)
        yield { path: `spec.listeners[${listener.index}].port`, identity: `${protocol} ${port}`, ...found };
    }
  },
});

function misread(
  listener: Listener,
  protocol: ServedProtocol,
  port: number,
  services: readonly ProxyService[],
  context: RuleContext,
): Pick<Report, 'message' | 'hint'> | undefined {
  const who = `Listener ${quoted(listener.name)} (${protocol} on ${port})`;
  for (const { ref, service, planes } of services) {
    const here = service?.ports.find((one) => one.port === port && one.protocol === transportOf(protocol));
    if (here === undefined) continue;
    const target = planes.map(({ workload }) => targetOf(here, workload)).find((number) => number !== undefined);
    const way = `port ${port} of Service ${serviceText(ref, context)}`;
    // Of a TLSRoute the controller tells Kong the server names alone.
    const isByPort = protocol === 'TCP' || protocol === 'UDP';
    const mayBeMapped = planes.some(({ portMaps }) => portMaps?.has(`${port}:${target ?? ''}`) !== false);
    if (isByPort && target !== undefined && target !== port && !mayBeMapped) {
      return {
        message: `${who} is reached through ${way}, which leads to container port ${target}: Kong matches routes of streams on the container port, and the controller tells it ${port}, so no route matches.`,
        hint: `Let Kong listen on ${port} and point the Service port there, or use port ${target} for both.`,
      };
    }
    if (typeof here.targetPort === 'string' && protocol !== 'TCP' && protocol !== 'UDP') {
      return {
        message: `${who} is served, but through the named target port ${quoted(here.targetPort)} of ${way}: Kong Ingress Controller does not follow names, and the listener's status will say PortUnavailable or UnsupportedProtocol.`,
        hint: `Give the Service port the number as its targetPort${target === undefined ? '' : `: ${target}`}.`,
      };
    }
  }
  return undefined;
}
