import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, requiredPath, waitFor, type KubectlResult } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const guard = new Guard(plane);
let yaml: (text: string) => string;

const apply = (text: string, ...words: string[]): KubectlResult =>
  plane.kubectl(['apply', ...words, '-f', '-'], yaml(text));
const on = (port: number): string => gatewayText('edge', [`{name: web, protocol: HTTP, port: ${port}}`]);
const setPort = (port: number): string => {
  const patch = JSON.stringify([{ op: 'replace', path: '/spec/ports/0/port', value: port }]);
  return plane.mustKubectl(['-n', 'kong', 'patch', 'service', 'kong-proxy', '--type=json', '-p', patch]);
};
/** Waits until the webhook's verdict follows the port that the Service has now. */
const followed = (port: number): Promise<void> =>
  waitFor(`a verdict by port ${port}`, () => apply(on(port), '--dry-run=server').status === 0);
const known = (kind: string): Promise<number | undefined> =>
  guard.metric(`gateway_guard_inventory_objects{kind="${kind}"}`);
const lists = (kind: string): Promise<number | undefined> =>
  guard.metric(`gateway_guard_watch_lists_total{kind="${kind}"}`);

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  plane.mustKubectl(['apply', '-f', await guard.start()]);
  await waitFor('the registration', () => apply(on(8080), '--dry-run=server').status === 1);
});

afterAll(async () => {
  guard.resume();
  await guard.stop();
  await plane.stop();
});

describe('the inventory of a running server', () => {
  it('follows the cluster without a restart', async () => {
    setPort(8080);
    await followed(8080);
    expect(apply(on(80), '--dry-run=server').stderr).toContain('[kong-listen-missing]');
  });

  it('outlives an API server that is killed and comes back', async () => {
    for (const port of [8081, 8082]) {
      await plane.kill('kube-apiserver');
      await plane.restart('kube-apiserver');
      setPort(port);
      await followed(port);
    }
    expect(await guard.metric('gateway_guard_inventory_state{kind="Service",state="synced"}')).toBe(1);
  });

  it('is equal to the truth after it slept through changes whose log is gone', async () => {
    plane.mustKubectl(['create', 'service', 'clusterip', 'to-go', '--tcp=80']);
    const count = (): number =>
      plane.mustKubectl(['get', 'services', '--all-namespaces', '-o', 'name']).trim().split('\n').length;
    await waitFor('the Service', async () => (await known('Service')) === count());
    const before = (await lists('Service')) ?? 0;
    guard.pause();
    // Its watches end here; or else what it sleeps through would wait for it in its sockets.
    await plane.kill('kube-apiserver');
    await plane.restart('kube-apiserver');
    plane.mustKubectl(['delete', 'service', 'to-go']);
    plane.mustKubectl(['create', 'service', 'clusterip', 'new-a', '--tcp=80']);
    plane.mustKubectl(['create', 'service', 'clusterip', 'new-b', '--tcp=80']);
    setPort(8083);
    await plane.compact();
    await plane.kill('kube-apiserver');
    await plane.restart('kube-apiserver');
    guard.resume();
    await followed(8083);
    await waitFor('the truth', async () => (await known('Service')) === count());
    expect(await lists('Service')).toBeGreaterThan(before);
  });

  it('was never told of an error that nobody caught', () => {
    expect(guard.log()).not.toMatch(/unhandled|uncaught/i);
  });
});
