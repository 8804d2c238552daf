import { annotations, publishServiceKey } from '../../kong/annotations.ts';
import { atLeast, readController, type KongVersion } from '../../kong/controllers.ts';
import { controllersFor, controllersOf, ownsClass } from '../../kong/ownership.ts';
import { versionOf } from '../../kong/proxy.ts';
import type { Gateway, GatewayClass } from '../../resources/gateway.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { joined, quoted } from '../words.ts';
import { kongGateway, ownerReads } from './classes.ts';

const classWith = (metadata: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: kong
${metadata}spec:
  controllerName: konghq.com/kic-gateway-controller
`;

export default defineRule({
  id: 'kong-gatewayclass-unmanaged',
  title: "Kong's mark of unmanaged mode is missing, or stands where it is not read",
  enforcement: 'warn',
  docs: {
    why: `Kong Ingress Controller serves the Gateways of a class that carries \`konghq.com/gatewayclass-unmanaged\`. Without it, versions 2.6 to 3.1 ignore them, and later
ones wait for another controller to accept them. The key moved between versions: it stood on the Gateway before 2.6, and names the proxy's Service
on a Gateway until 2.12, where \`konghq.com/publish-service\` does so from 3.0 on.`,
    wrong: [{ title: 'A class without the mark', yaml: classWith('') }],
    right: [
      {
        title: 'A class with it',
        yaml: classWith('  annotations:\n    konghq.com/gatewayclass-unmanaged: "true"\n'),
      },
    ],
    sources: [
      'Kong Ingress Controller, internal/annotations/annotations.go, and pull requests 2917, 3849, 4855',
      'Kong Ingress Controller, internal/controllers/gateway/gateway_controller.go: unmanaged mode',
    ],
  },
  kinds: ['GatewayClass', 'Gateway'],
  reads: ownerReads,
  *check({ object }, context) {
    if (object.kind === 'GatewayClass') yield* classFlaws(object, context);
    const owned = kongGateway(object, context);
    if (owned === undefined) return;
    const version = versionFor(owned.gatewayClass, context, owned.gateway);
    const keys = owned.gateway.annotations;
    if (keys.has(annotations.classUnmanaged) && isAtLeast(version, 3, 0)) {
      yield misplaced(
        annotations.classUnmanaged,
        version,
        `On a Gateway that version reads ${annotations.publishService}; this key belongs on the GatewayClass.`,
      );
    }
    if (keys.has(annotations.gatewayUnmanaged) && isAtLeast(version, 2, 6)) {
      yield misplaced(
        annotations.gatewayUnmanaged,
        version,
        `Since 2.6 the mark is ${annotations.classUnmanaged} on the GatewayClass.`,
      );
    }
    if (keys.has(annotations.publishService) && !isAtLeast(version, 3, 0)) {
      const key = publishServiceKey(version);
      yield misplaced(
        annotations.publishService,
        version,
        `Before 3.0 the key that names the proxy's Service on a Gateway is ${key}.`,
      );
    }
  },
});

function* classFlaws(gatewayClass: GatewayClass, context: RuleContext): Generator<Report> {
  const { inventory, settings } = context;
  if (!ownsClass(gatewayClass, inventory, settings.kong)) return;
  const version = versionFor(gatewayClass, context);
  const keys = gatewayClass.annotations;
  if (isAtLeast(version, 2, 6) && (keys.get(annotations.classUnmanaged) ?? '') === '') {
    yield {
      path: `metadata.annotations[${annotations.classUnmanaged}]`,
      message: `GatewayClass ${quoted(gatewayClass.name)} is Kong's and has no ${annotations.classUnmanaged}: Kong Ingress Controller does not serve its Gateways by itself.`,
      hint: `Add the annotation ${annotations.classUnmanaged}: "true"; leave it out only where Kong Operator manages the Gateways.`,
      identity: 'missing',
    };
  }
  if (!isAtLeast(version, 2, 6) && keys.has(annotations.classUnmanaged)) {
    yield misplaced(
      annotations.classUnmanaged,
      version,
      `Before 2.6 the mark is ${annotations.gatewayUnmanaged} on the Gateway.`,
    );
  }
  for (const key of [annotations.publishService, annotations.gatewayUnmanaged]) {
    if (keys.has(key)) yield misplaced(key, version, 'It belongs on a Gateway; on a GatewayClass nobody reads it.');
  }
  yield* otherName(gatewayClass, context);
}

function* otherName(gatewayClass: GatewayClass, { inventory }: RuleContext): Generator<Report> {
  if (controllersOf(gatewayClass, inventory).length > 0) return;
  const names = new Set<string>();
  for (const workload of inventory.controllers()) {
    const controller = readController(workload, inventory);
    if (controller !== undefined) names.add(controller.controllerName);
  }
  if (names.size === 0) return;
  yield {
    path: 'spec.controllerName',
    message: `No Kong Ingress Controller in the cluster goes by ${quoted(gatewayClass.controllerName)}; the one there goes by ${joined([...names].map(quoted))}.`,
    hint: 'Use that name, or set --gateway-api-controller-name of the controller.',
    identity: 'controllerName',
  };
}

function misplaced(key: string, version: KongVersion | undefined, instead: string): Report {
  const by = version === undefined ? 'its current versions' : `version ${version.major}.${version.minor}`;
  return {
    path: `metadata.annotations[${key}]`,
    message: `Kong Ingress Controller does not read ${key} here (${by}). ${instead}`,
    hint: 'Move the value to the key that is read.',
    identity: key,
  };
}

/** The version of the controllers of a class; of those that handle a Gateway, where one is given. */
function versionFor(
  gatewayClass: GatewayClass,
  { inventory, settings }: RuleContext,
  gateway?: Gateway,
): KongVersion | undefined {
  const controllers =
    gateway === undefined ? controllersOf(gatewayClass, inventory) : controllersFor(gateway, gatewayClass, inventory);
  return versionOf(controllers, settings.kong);
}

/** Of an unknown version, that of today. */
function isAtLeast(version: KongVersion | undefined, major: number, minor: number): boolean {
  return version === undefined || atLeast(version, major, minor);
}
