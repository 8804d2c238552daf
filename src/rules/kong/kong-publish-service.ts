import { publishServiceKey, takesSeveralServices } from '../../kong/annotations.ts';
import { distinctServices, parseServiceRef, type KongVersion, type ServiceRef } from '../../kong/controllers.ts';
import { controllersFor } from '../../kong/ownership.ts';
import { versionOf } from '../../kong/proxy.ts';
import type { Gateway } from '../../resources/gateway.ts';
import { keyOf } from '../../resources/object.ts';
import { exampleGateway } from '../examples.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { kongGateway, ownerReads } from './classes.ts';
import { kongInstall } from './examples.ts';
import { servicesText } from './offers.ts';

const annotated = (value: string): string =>
  `${kongInstall}---\n${exampleGateway('kong', '- name: web\n  protocol: HTTP\n  port: 80\n').replace(
    'name: edge\n',
    `name: edge\n  annotations:\n    konghq.com/publish-service: ${value}\n`,
  )}`;

export default defineRule({
  id: 'kong-publish-service',
  title: 'An annotation that names no proxy Service',
  enforcement: 'deny',
  docs: {
    why: `A Gateway names its proxy's Service in an annotation, whose key depends on the version of Kong Ingress Controller. What is no \`namespace/name\` can never be one. A Service
that does not exist yet, or that the controller does not publish, is a warning: the controller then only logs, and the Gateway stays pending.`,
    wrong: [{ title: 'A name without its namespace', yaml: annotated('kong-proxy') }],
    right: [{ title: 'Namespace and name', yaml: annotated('kong/kong-proxy') }],
    sources: [
      'Kong Ingress Controller, internal/annotations/annotations.go: ExtractGatewayPublishService',
      'Kong Ingress Controller, internal/controllers/gateway/gateway_controller.go: publish service reference',
    ],
  },
  kinds: ['Gateway'],
  reads: ['Service', ...ownerReads],
  *check({ object }, context) {
    const owned = kongGateway(object, context);
    if (owned === undefined) return;
    const { gateway, gatewayClass } = owned;
    const { inventory, settings } = context;
    const controllers = controllersFor(gateway, gatewayClass, inventory);
    const version = versionOf(controllers, settings.kong);
    const key = publishServiceKey(version);
    const value = gateway.annotations.get(key);
    if (value === undefined || value === 'true') return;
    const path = `metadata.annotations[${key}]`;
    const parts = value
      .split(',', mostParts)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const wrong = malformed(value, parts, version);
    if (wrong !== undefined) {
      yield { path, identity: value, ...wrong };
      return;
    }
    const services = distinctServices(parts.flatMap((part) => parseServiceRef(part) ?? []));
    const published = distinctServices(controllers.flatMap(({ publishServices }) => publishServices));
    for (const doubt of doubts(gateway, services, published, context)) {
      yield { path, identity: `${value} ${doubt.message}`, enforcement: 'warn', ...doubt };
    }
  },
});

/** Enough to see what is wrong, and nobody has as many. */
const mostParts = 100;

type Doubt = Pick<Report, 'message' | 'hint'>;

function malformed(value: string, parts: readonly string[], version: KongVersion | undefined): Doubt | undefined {
  const hint = 'Write namespace/name, such as kong/kong-proxy.';
  const bad = parts.find((part) => parseServiceRef(part) === undefined);
  if (parts.length === 0) return { message: `The value ${quoted(value)} names no Service.`, hint };
  if (bad !== undefined) return { message: `${quoted(bad)} is no namespace/name of a Service.`, hint };
  if (parts.length > 1 && version !== undefined && !takesSeveralServices(version)) {
    const message = `Kong Ingress Controller ${version.major}.${version.minor} takes one Service here, not ${parts.length}.`;
    return { message, hint: 'Name one Service; two with a comma between them are read from 2.10 on.' };
  }
  return undefined;
}

function* doubts(
  gateway: Gateway,
  services: readonly ServiceRef[],
  published: readonly ServiceRef[],
  context: RuleContext,
): Generator<Doubt> {
  const { inventory } = context;
  if (!context.spend(services.length * (1 + published.length))) return;
  const found = services.map(({ namespace, name }) => inventory.get('Service', namespace, name));
  const missing = services.filter((_service, index) => found[index] === undefined);
  if (missing.length > 0) {
    const message = `Service ${joined(missing.map(keyOf))} does not exist, so nothing serves this Gateway.`;
    yield {
      message,
      hint:
        published.length === 0
          ? "Name the proxy's Service."
          : `The controller publishes ${servicesText(published, context)}.`,
    };
  }
  const others = services.filter((service) => !published.some((known) => keyOf(known) === keyOf(service)));
  if (published.length > 0 && others.length > 0) {
    const message = `Kong Ingress Controller does not publish ${joined(others.map(keyOf))}: it only logs that, and the Gateway stays pending.`;
    yield {
      message,
      hint: `It publishes ${servicesText(published, context)} (--publish-service, --publish-service-udp).`,
    };
  }
  if (services.length > 2) {
    const message = `The annotation names ${services.length} Services; the controller knows two, one for TCP and one for UDP.`;
    yield { message, hint: 'Name at most two.' };
  }
  if (!context.spend(found.reduce((sum, service) => sum + (service?.ports.length ?? 0), 0))) return;
  const udp = gateway.listeners.filter(({ protocol }) => protocol === 'UDP').map(({ name }) => quoted(name));
  const takesUdp = found.some((service) => service?.ports.some(({ protocol }) => protocol === 'UDP') ?? true);
  if (udp.length > 0 && !takesUdp) {
    const message = `No Service named here has a UDP port, which ${udp.length === 1 ? 'listener' : 'listeners'} ${joined(udp)} would need.`;
    yield {
      message,
      hint: 'Name the UDP Service too, with a comma between the two; CONTROLLER_PUBLISH_SERVICE_UDP must name it as well.',
    };
  }
}
