import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/cluster/api-client.ts';
import { Auditor } from '../../src/cluster/auditor.ts';
import { Events } from '../../src/cluster/events.ts';
import { Lease } from '../../src/cluster/lease.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { Reviewer } from '../../src/review/review.ts';
import { defaultReviewSettings } from '../../src/review/settings.ts';
import { rules } from '../../src/rules/index.ts';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { ObjectStore } from '../support/object-store.ts';
import { inventoryOf } from '../support/objects.ts';

const events = '/api/v1/namespaces/default/events/';
let store: ObjectStore;
let client: ApiClient;
let clock: number;
let lines: { msg: string; event?: string; object?: string }[];
let stops: AbortController[];

beforeEach(async () => {
  store = new ObjectStore();
  client = await store.start();
  [clock, lines, stops] = [0, [], []];
});
afterEach(async () => {
  for (const stop of stops) stop.abort();
  await store.stop();
});

const bad = (name: string): string => gatewayWith(name, ['protocol: HTTP, port: 8080']);

/** Stores the Gateways of a text, each a second younger than the one before. */
function storeGateways(yaml: string): void {
  for (const [index, { raw }] of readDocuments(yaml).objects.entries()) {
    const { metadata, ...rest } = raw as { metadata: { name: string } };
    const times = { uid: `uid-${metadata.name}`, creationTimestamp: `2026-01-01T00:00:0${index}Z` };
    const path = `/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways/${metadata.name}`;
    store.put(path, { ...rest, metadata: { ...metadata, ...times, namespace: 'default' } });
  }
}

function start(yaml: string, identity = 'one'): Auditor {
  const stop = new AbortController();
  stops.push(stop);
  const now = (): Date => new Date(clock);
  const lease = { client, namespace: 'guard', name: 'audit', identity, seconds: 30, clock: () => clock, now };
  const auditor = new Auditor({
    client,
    reviewer: new Reviewer(rules, inventoryOf(kongWith() + yaml), defaultReviewSettings),
    kinds: () => ['Gateway'],
    lease: new Lease(lease),
    events: new Events({ client, now }),
    log: pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line) as { msg: string }) }),
    interval: 600_000,
    renewal: 2,
    clock: () => clock,
    signal: stop.signal,
  });
  void auditor.run();
  return auditor;
}

const rounds = async (auditor: Auditor, count: number): Promise<void> =>
  expect.poll(() => auditor.counts.done, { interval: 2 }).toBe(count);
const recorded = (): unknown[] =>
  [...store.objects].filter(([path]) => path.startsWith(events)).map(([, item]) => item);
const audited = (): string[] => lines.filter(({ msg }) => msg.startsWith('audit:')).map(({ msg }) => msg);

describe('the audit of a cluster', () => {
  it('records what it finds as an Event on the object, with one line in the log', async () => {
    storeGateways(bad('edge') + gatewayWith('good', ['protocol: HTTP, port: 80']));
    const auditor = start(bad('edge'));
    await rounds(auditor, 1);
    await expect.poll(recorded).toHaveLength(1);
    expect(recorded()[0]).toMatchObject({
      involvedObject: { kind: 'Gateway', name: 'edge', namespace: 'default', uid: 'uid-edge' },
      reason: 'KongListenMissing',
      type: 'Warning',
      count: 1,
      message: expect.stringContaining('Listener "l0" asks for HTTP on port 8080') as string,
    });
    expect(audited()).toEqual([expect.stringContaining('Listener "l0" asks for HTTP on port 8080')]);
    expect(auditor.findings().map(({ rule }) => rule)).toEqual(['kong-listen-missing']);
  });

  it('lists what objects opt out of, with one line when it comes and one when it ends', async () => {
    const allowing = bad('edge').replace(
      'annotations: {}',
      'annotations: {gateway-guard.io/allow: "kong-listen-missing: soon"}',
    );
    storeGateways(allowing);
    const auditor = start(allowing);
    await rounds(auditor, 1);
    const allowance = {
      rule: 'kong-listen-missing',
      enforcement: 'deny',
      reason: 'soon',
      object: 'Gateway default/edge',
    };
    expect([auditor.allowances(), auditor.findings()]).toEqual([[allowance], []]);
    storeGateways(bad('edge'));
    clock += 600_000;
    await rounds(auditor, 2);
    expect(auditor.allowances()).toEqual([]);
    const events = lines.filter((line) => line.event?.startsWith('audit.allowance')).map(({ event }) => event);
    expect(events).toEqual(['audit.allowance', 'audit.allowance-ended']);
  });

  it('says nothing twice: neither the log nor the Events repeat what stands', async () => {
    storeGateways(bad('edge'));
    const auditor = start(bad('edge'));
    for (let round = 1; round <= 3; round += 1) {
      await rounds(auditor, round);
      clock += 600_000;
    }
    expect(audited()).toHaveLength(1);
    expect(store.writes.filter((line) => line.includes('/events'))).toHaveLength(1);
  });

  it('counts an Event up before it is forgotten, and says when a finding is gone', async () => {
    storeGateways(bad('edge'));
    const auditor = start(bad('edge'));
    await rounds(auditor, 1);
    clock += 40 * 60_000;
    await rounds(auditor, 2);
    await expect.poll(recorded).toMatchObject([{ count: 2 }]);
    store.objects.delete('/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways/edge');
    clock += 600_000;
    await rounds(auditor, 3);
    expect(audited().at(-1)).toBe('audit: no longer found');
    expect(auditor.findings()).toEqual([]);
  });

  it('reports of two that conflict the younger, once', async () => {
    const pair =
      gatewayWith('older', ['protocol: TCP, port: 9901']) + gatewayWith('a-younger', ['protocol: TCP, port: 9901']);
    storeGateways(pair);
    const dated = [...store.objects.values()].map((item) => JSON.stringify(item)).join('\n---\n');
    const auditor = start(dated);
    await rounds(auditor, 1);
    expect(auditor.findings().map(({ rule, object }) => `${rule} ${object.name}`)).toEqual([
      'kong-gateway-port-conflict a-younger',
      'kong-single-gateway a-younger',
    ]);
  });

  it('records each conflict of one listener as an Event of its own', async () => {
    const tcp = ['protocol: TCP, port: 9901'];
    storeGateways(gatewayWith('one', tcp) + gatewayWith('two', tcp) + gatewayWith('young', tcp));
    const dated = [...store.objects.values()].map((item) => JSON.stringify(item)).join('\n---\n');
    const auditor = start(dated);
    await rounds(auditor, 1);
    const ofYoung = (): unknown[] =>
      (recorded() as { reason: string; involvedObject: { name: string }; count: number }[])
        .filter(({ reason, involvedObject }) => reason === 'KongGatewayPortConflict' && involvedObject.name === 'young')
        .map(({ count }) => count);
    await expect.poll(ofYoung).toEqual([1, 1]);
  });

  it('writes the other Events where one is refused, as by a quota', async () => {
    store.refusals.set('POST /api/v1/namespaces/a-quota/events', 403);
    storeGateways(bad('edge'));
    const path = '/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways/edge';
    const stored = store.objects.get(path);
    if (stored === undefined) throw new Error('no Gateway');
    store.objects.delete(path);
    const elsewhere = { ...stored, metadata: { ...stored.metadata, namespace: 'a-quota', uid: 'uid-quota' } };
    store.put(path.replace('default', 'a-quota'), elsewhere);
    store.put(path, stored);
    const auditor = start(bad('edge'));
    await rounds(auditor, 1);
    await expect.poll(recorded).toHaveLength(1);
    expect(lines.map(({ msg }) => msg)).toContain('a finding could not be recorded as an Event');
    clock += 600_000;
    await rounds(auditor, 2);
    expect(store.writes.filter((line) => line.includes('a-quota/events'))).toHaveLength(1);
  });

  it('is done by one replica, and by another once that one is gone', async () => {
    storeGateways(bad('edge'));
    const one = start(bad('edge'), 'one');
    await rounds(one, 1);
    const other = start(bad('edge'), 'other');
    await expect.poll(() => store.writes.length).toBeGreaterThan(5);
    expect([one.isHolder, other.isHolder, other.counts.done]).toEqual([true, false, 0]);
    stops[0]?.abort();
    await rounds(other, 1);
    expect(other.isHolder).toBe(true);
  });

  it('logs a lease that is forbidden once, not at every try, and again when it is forbidden anew', async () => {
    const failures = (): number => lines.filter(({ msg }) => msg === 'the audit failed and is tried again').length;
    store.refusals.set('GET /apis/coordination', 403);
    const auditor = start('');
    await expect.poll(() => auditor.counts.failed).toBeGreaterThan(5);
    expect(failures()).toBe(1);
    store.refusals.clear();
    await rounds(auditor, 1);
    const before = auditor.counts.failed;
    store.refusals.set('GET /apis/coordination', 403);
    await expect.poll(() => auditor.counts.failed).toBeGreaterThan(before + 5);
    expect(failures()).toBe(2);
  });

  it('goes on after a failure, and audits nothing without the lease', async () => {
    storeGateways(bad('edge'));
    store.refusals.set('GET /apis/coordination', 503);
    const auditor = start(bad('edge'));
    await expect.poll(() => auditor.counts.failed).toBeGreaterThan(2);
    expect([auditor.isHolder, auditor.counts.done]).toEqual([false, 0]);
    store.refusals.clear();
    await rounds(auditor, 1);
  });
});
