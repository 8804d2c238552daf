import { field, text } from '../resources/fields.ts';
import type { Finding, Verdict } from '../review/verdict.ts';

/**
 * The controllerName of the one GatewayClass that is always denied, whatever the configuration: by a dry-run create of it the server finds out
 * whether the API server really asks it, before it lets its own webhook fail closed.
 */
export const probeControllerName = 'gateway-guard.io/probe';

/** A known-bad object for an apiVersion of the Gateway API. */
export function probeObject(apiVersion: string): object {
  return {
    apiVersion,
    kind: 'GatewayClass',
    metadata: { name: 'gateway-guard-probe' },
    spec: { controllerName: probeControllerName },
  };
}

/** The denial of an object that is the probe; `undefined` for every other. */
export function probeVerdict(raw: unknown): Verdict | undefined {
  if (text(raw, 'kind') !== 'GatewayClass') return undefined;
  if (text(field(raw, 'spec'), 'controllerName') !== probeControllerName) return undefined;
  const finding: Finding = {
    rule: 'probe',
    enforcement: 'deny',
    object: {
      apiVersion: text(raw, 'apiVersion') ?? '',
      kind: 'GatewayClass',
      namespace: '',
      name: text(field(raw, 'metadata'), 'name') ?? '',
    },
    path: 'spec.controllerName',
    message: 'This GatewayClass is a probe, which shows that the webhook is asked; it is always denied.',
    hint: undefined,
    related: [],
  };
  return { allowed: false, findings: [finding], failures: [], allowances: [] };
}
