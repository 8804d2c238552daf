import { expect, it } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { parseEnvelope } from '../../src/admission/envelope.ts';
import { probeObject } from '../../src/admission/probe.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { mutatorOf } from '../support/mutator.ts';

const allowed = (object: object, enforcements: 'observe' | 'default' = 'observe'): boolean => {
  const { reviewer } = mutatorOf(new Inventory(), { profile: enforcements, exemptUsers: new Set(['']) });
  const request = { uid: 'u', operation: 'CREATE', dryRun: true, object };
  return admit(
    parseEnvelope(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request })),
    reviewer,
  ).verdict.allowed;
};
const probe = probeObject('gateway.networking.k8s.io/v1') as { spec: object };

it('is denied whatever the profile, and whoever asks', () => {
  expect([allowed(probe), allowed(probe, 'default')]).toEqual([false, false]);
});

it('is nothing that anybody else writes', () => {
  expect(allowed({ ...probe, spec: { controllerName: 'konghq.com/kic-gateway-controller' } })).toBe(true);
  expect(allowed({ ...probe, kind: 'Gateway' })).toBe(true);
});
