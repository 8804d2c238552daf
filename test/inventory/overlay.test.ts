import { beforeEach, describe, expect, it } from 'vitest';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Overlay } from '../../src/inventory/overlay.ts';
import type { KnownObject, KubernetesObject } from '../../src/resources/read.ts';
import { gatewayWith } from '../support/kong.ts';
import { objects } from '../support/objects.ts';

const tcp = (port: number): KubernetesObject => {
  const [object] = objects(gatewayWith('edge', [`protocol: TCP, port: ${port}`]));
  if (object === undefined) throw new Error('no object');
  return object;
};

let inventory: Inventory;
let overlay: Overlay;
beforeEach(() => {
  inventory = new Inventory();
  overlay = new Overlay(inventory);
});
/** The ports on which the inventory knows a TCP listener. */
const ports = (): number[] => [1, 2, 3].filter((port) => [...inventory.listenersOn(port, 'TCP', undefined)].length > 0);

describe('a change that was let in', () => {
  it('counts at once, and goes where the watch never delivers it', () => {
    overlay.admit(tcp(1), 100);
    expect(ports()).toEqual([1]);
    overlay.expire(99);
    expect(ports()).toEqual([1]);
    overlay.expire(100);
    expect([ports(), overlay.size]).toEqual([[], 0]);
  });

  it('stays where the watch delivers it', () => {
    overlay.admit(tcp(1), 100);
    overlay.deliver(tcp(1));
    overlay.expire(1000);
    expect(ports()).toEqual([1]);
  });

  it('is not ended by an event that is older than it', () => {
    const at = (port: number, resourceVersion: string): KubernetesObject => ({ ...tcp(port), resourceVersion });
    overlay.deliver(at(1, '7'));
    overlay.admit(at(2, '7'), 100);
    overlay.deliver(at(1, '7'));
    expect(ports()).toEqual([2]);
    overlay.deliver(at(3, '8'));
    expect([ports(), overlay.size]).toEqual([[3], 0]);
  });

  it('gives way to what was there before, when it was not stored', () => {
    overlay.deliver(tcp(1));
    overlay.admit(tcp(2), 100);
    overlay.admit(tcp(3), 200);
    expect(ports()).toEqual([3]);
    overlay.expire(150);
    expect(ports()).toEqual([3]);
    overlay.expire(200);
    expect(ports()).toEqual([1]);
  });

  it('may be a deletion', () => {
    overlay.deliver(tcp(1));
    overlay.admitDeletion(tcp(1), 100);
    expect(ports()).toEqual([]);
    overlay.expire(100);
    expect(ports()).toEqual([1]);
    overlay.admitDeletion(tcp(1), 200);
    overlay.deliverDeletion(tcp(1));
    overlay.expire(200);
    expect(ports()).toEqual([]);
  });
});

describe('an event', () => {
  const at = (port: number, uid: string, resourceVersion?: string): KnownObject => ({
    ...tcp(port),
    uid,
    resourceVersion,
  });

  it('of an older version than the change started from does not end it, however far behind the watch is', () => {
    overlay.deliver(at(1, 'u', '98'));
    overlay.admit(at(2, 'u', '101'), 100);
    overlay.deliver(at(1, 'u', '99'));
    overlay.deliver(at(1, 'u', '101'));
    expect(ports()).toEqual([2]);
    overlay.deliver(at(3, 'u', '102'));
    expect([ports(), overlay.size]).toEqual([[3], 0]);
  });

  it('about an object that the new one has replaced does not end it', () => {
    overlay.deliver(at(1, 'old', '5'));
    overlay.admit(at(2, 'new'), 100);
    overlay.deliver(at(1, 'old', '6'));
    overlay.deliverDeletion(at(1, 'old', '7'));
    expect(ports()).toEqual([2]);
    overlay.expire(100);
    expect(ports()).toEqual([]);
  });

  it('of the new object ends it', () => {
    overlay.admit(at(2, 'new'), 100);
    overlay.deliver(at(2, 'new', '8'));
    expect([ports(), overlay.size]).toEqual([[2], 0]);
  });

  it('before a deletion was let in does not bring the object back', () => {
    overlay.deliver(at(1, 'u', '7'));
    overlay.admitDeletion(at(1, 'u', '8'), 100);
    overlay.deliver(at(1, 'u', '8'));
    expect(ports()).toEqual([]);
    overlay.deliver(at(1, 'u', '9'));
    expect(ports()).toEqual([1]);
  });
});

describe('what waits for the watch', () => {
  it('is known as such', () => {
    overlay.deliver(tcp(1));
    expect(overlay.isPending(tcp(1))).toBe(false);
    overlay.admit(tcp(2), 100);
    expect([overlay.isPending(tcp(1)), overlay.stored(tcp(2))]).toEqual([true, tcp(1)]);
  });
});

describe('the end of a list', () => {
  const key = 'default/edge';

  it('takes out what it does not name, and leaves what it does', () => {
    overlay.deliver(tcp(1));
    overlay.forgetUnlisted('Gateway', new Set([key]));
    expect(ports()).toEqual([1]);
    overlay.forgetUnlisted('HTTPRoute', new Set());
    expect(ports()).toEqual([1]);
    overlay.forgetUnlisted('Gateway', new Set());
    expect([ports(), inventory.count('Gateway')]).toEqual([[], 0]);
  });

  it('leaves what was just let in on top, until its bound', () => {
    overlay.deliver(tcp(1));
    overlay.admit(tcp(2), 100);
    overlay.forgetUnlisted('Gateway', new Set());
    expect(ports()).toEqual([2]);
    overlay.expire(100);
    expect(ports()).toEqual([]);
  });

  it('forgets what a deletion would have brought back', () => {
    overlay.deliver(tcp(1));
    overlay.admitDeletion(tcp(1), 100);
    overlay.forgetUnlisted('Gateway', new Set());
    overlay.expire(100);
    expect(ports()).toEqual([]);
  });
});
