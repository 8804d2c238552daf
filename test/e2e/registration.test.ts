import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, requiredPath, waitFor } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const often = ['registration.checkSeconds=0.3'];
const guard = new Guard(plane, [...often, 'registration.restoreAfterSeconds=1', 'registration.restore=true']);
const kinds = 'validatingwebhookconfiguration,mutatingwebhookconfiguration';
let yaml: (text: string) => string;
let registration = '';

const problem = (name: string, of = guard): Promise<number | undefined> =>
  of.metric(`gateway_guard_registration_problems{webhook="validate.gateway-guard.io",problem="${name}"}`);
const isDenied = (): boolean =>
  plane
    .kubectl(
      ['apply', '--dry-run=server', '-f', '-'],
      yaml(gatewayText('bad', ['{name: web, protocol: HTTP, port: 8081}'])),
    )
    .stderr.includes('kong-listen-missing');
const patch = (operations: object[]): string =>
  plane.mustKubectl([
    'patch',
    'validatingwebhookconfiguration',
    'gateway-guard',
    '--type=json',
    '-p',
    JSON.stringify(operations),
  ]);

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  registration = await guard.start();
  plane.mustKubectl(['apply', '-f', registration]);
  await waitFor('a whole registration', async () => isDenied() && (await problem('missing')) === 0);
  // Seen whole, once at least.
  await waitFor('another look', () => guard.log().includes('registration.whole'));
});

afterAll(async () => {
  await guard.stop();
  await plane.stop();
});

describe('a registration', () => {
  it.each<[string, string, object[]]>([
    ['kinds', 'without rules', [{ op: 'replace', path: '/webhooks/0/rules', value: [] }]],
    ['open', 'that fails open', [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }]],
    [
      'namespaces',
      'that selects no namespace',
      [{ op: 'add', path: '/webhooks/0/namespaceSelector', value: { matchLabels: { no: 'where' } } }],
    ],
  ])('is reported and put back: %s, %s', async (name, _title, operations) => {
    patch(operations);
    await waitFor('the report', async () => (await problem(name)) === 1);
    expect(guard.log()).toContain(`"problem":"${name}"`);
    await waitFor('the end of it', async () => (await problem(name)) === 0);
    await waitFor('a denial', isDenied);
  });

  it('that is deleted is reported and created again', async () => {
    plane.mustKubectl(['delete', kinds, 'gateway-guard']);
    await waitFor('the report', async () => (await problem('missing')) === 1);
    await waitFor('both configurations', () => plane.kubectl(['get', kinds, 'gateway-guard']).status === 0);
    await waitFor('a denial', isDenied);
    expect(guard.log()).toContain('"event":"registration.restored"');
  });

  it('is left as it is where nobody has asked to put it back', async () => {
    await guard.stop();
    const other = new Guard(plane, often, 'other');
    try {
      plane.mustKubectl(['apply', '-f', await other.start()]);
      await waitFor('a denial', isDenied);
      patch([{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }]);
      await waitFor('the report', async () => (await problem('open', other)) === 1);
      const looked = (await other.metric('gateway_guard_registration_readable')) === 1;
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect([looked, await problem('open', other)]).toEqual([true, 1]);
      expect(other.log()).not.toContain('registration.restored');
    } finally {
      await other.stop();
    }
  });
});
