import { beforeEach, describe, expect, it } from 'vitest';
import { Inventory } from '../../src/inventory/inventory.ts';
import { Overlay } from '../../src/inventory/overlay.ts';
import type { KubernetesObject } from '../../src/resources/read.ts';
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

describe('a new list', () => {
  it('takes the place of all that was known', () => {
    overlay.deliver(tcp(1));
    overlay.replace('Gateway', [tcp(2)]);
    expect(ports()).toEqual([2]);
    overlay.replace('Gateway', []);
    expect([ports(), inventory.count('Gateway')]).toEqual([[], 0]);
  });

  it('leaves what was just let in on top, until its bound', () => {
    overlay.deliver(tcp(1));
    overlay.admit(tcp(2), 100);
    overlay.replace('Gateway', [tcp(3)]);
    expect(ports()).toEqual([2]);
    overlay.expire(100);
    expect(ports()).toEqual([3]);
  });

  it('in which an object is missing ends it when the bound is over', () => {
    overlay.deliver(tcp(1));
    overlay.admit(tcp(2), 100);
    overlay.replace('Gateway', []);
    expect(ports()).toEqual([2]);
    overlay.expire(100);
    expect(ports()).toEqual([]);
  });
});
