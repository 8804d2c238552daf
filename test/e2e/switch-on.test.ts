import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { registrationOf } from '../../src/cluster/registration.ts';
import { ControlPlane, requiredPath, waitFor } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const guard = new Guard(plane, [
  'certificates.secretName=gateway-guard-certificates',
  'certificates.names=127.0.0.1',
  'certificates.intervalSeconds=0.5',
  'registration.failurePolicy=auto',
]);
let yaml: (text: string) => string;

const policies = (): string =>
  plane.mustKubectl([
    'get',
    'validatingwebhookconfiguration',
    'gateway-guard',
    '-o',
    'jsonpath={.webhooks[*].failurePolicy}',
  ]);
/** Both registrations as they are installed, failing open. */
const open = (port: number): string =>
  registrationOf({ url: `https://127.0.0.1:${port}`, ca: '' })
    .map((one) => stringify(one).replace('failurePolicy: Fail', 'failurePolicy: Ignore'))
    .join('---\n');
const bad = (): number | null =>
  plane.kubectl(['apply', '-f', '-'], yaml(gatewayText('bad', ['{name: web, protocol: HTTP, port: 8081}']))).status;

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  await guard.start();
});

afterAll(async () => {
  await guard.stop();
  await plane.stop();
});

it('fails open as long as the API server does not reach it', async () => {
  // Nobody listens on port 9: the calls fail, and are let in.
  plane.mustKubectl(['apply', '-f', '-'], open(9));
  await waitFor('the word of it', () => guard.log().includes('does not ask this webhook'));
  expect(policies()).toBe('Ignore Ignore');
  expect(bad()).toBe(0);
  plane.mustKubectl(['delete', 'gateway', 'bad']);
});

it('fails closed once a known-bad object was denied through the API server, and only where it judges the Gateway API', async () => {
  plane.mustKubectl(['apply', '-f', '-'], open(guard.port));
  await waitFor('the switch', () => policies() === 'Fail Ignore');
  expect(bad()).toBe(1);
  expect(guard.log()).toContain('"event":"registration.closed"');
});

it('leaves nothing of the probe behind', () => {
  expect(plane.mustKubectl(['get', 'gatewayclasses', '-o', 'jsonpath={.items[*].metadata.name}'])).toBe('kong');
});

it('closes again what an upgrade has opened', async () => {
  plane.mustKubectl(['apply', '-f', '-'], open(guard.port));
  await waitFor('the switch', () => policies() === 'Fail Ignore');
});
