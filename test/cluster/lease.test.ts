import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../src/cluster/api-client.ts';
import { Lease } from '../../src/cluster/lease.ts';
import { field } from '../../src/resources/fields.ts';
import { ObjectStore } from '../support/object-store.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/guard/leases/audit';
const { signal } = new AbortController();
let store: ObjectStore;
let client: ApiClient;
let clock: number;

beforeEach(async () => {
  store = new ObjectStore();
  client = await store.start();
  clock = 1_000_000;
});
afterEach(() => store.stop());

const leaseOf = (identity: string): Lease =>
  new Lease({
    client,
    namespace: 'guard',
    name: 'audit',
    identity,
    seconds: 30,
    clock: () => clock,
    now: () => new Date(0),
  });
const spec = (): unknown => field(store.objects.get(path), 'spec');

describe('a lease', () => {
  it('belongs to who comes first, and stays with who renews it', async () => {
    const [one, other] = [leaseOf('one'), leaseOf('other')];
    expect(await one.hold(signal)).toBe(true);
    expect(spec()).toEqual({
      holderIdentity: 'one',
      leaseDurationSeconds: 30,
      acquireTime: '1970-01-01T00:00:00.000000Z',
      renewTime: '1970-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    for (let turn = 0; turn < 5; turn += 1) {
      clock += 29_000;
      expect([await one.hold(signal), await other.hold(signal)]).toEqual([true, false]);
    }
  });

  it('goes to another once its holder has said nothing for its duration, and not before', async () => {
    const [one, other] = [leaseOf('one'), leaseOf('other')];
    await one.hold(signal);
    expect(await other.hold(signal)).toBe(false);
    clock += 29_999;
    expect(await other.hold(signal)).toBe(false);
    clock += 1;
    expect(await other.hold(signal)).toBe(true);
    expect(spec()).toMatchObject({ holderIdentity: 'other', leaseTransitions: 1 });
    expect(await one.hold(signal)).toBe(false);
  });

  it('is measured by what a replica has seen itself, whatever the record says of the time', async () => {
    await leaseOf('one').hold(signal);
    clock += 1_000_000;
    expect(await leaseOf('newcomer').hold(signal)).toBe(false);
  });

  it('goes to one of many that want it at once', async () => {
    const held = await Promise.all(Array.from({ length: 20 }, (_, index) => leaseOf(`replica-${index}`).hold(signal)));
    expect(held.filter(Boolean)).toHaveLength(1);
  });

  it('that is given back is free at once', async () => {
    const [one, other] = [leaseOf('one'), leaseOf('other')];
    await one.hold(signal);
    await other.release(signal);
    expect(await other.hold(signal)).toBe(false);
    await one.release(signal);
    expect(await other.hold(signal)).toBe(true);
  });

  it('that may not be read is an error that says so', async () => {
    store.refusals.set('GET', 403);
    await expect(leaseOf('one').hold(signal)).rejects.toThrow(/GET .*leases\/audit: HTTP 403/);
  });
});
