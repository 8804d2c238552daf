import { beforeEach, describe, expect, it } from 'vitest';
import { Inventory, type Lookups } from '../../src/inventory/inventory.ts';
import { Layered } from '../../src/inventory/layered.ts';
import { Overlay } from '../../src/inventory/overlay.ts';
import type { KnownObject, KubernetesObject } from '../../src/resources/read.ts';
import { gatewayWith } from '../support/kong.ts';
import { objects } from '../support/objects.ts';

const tcp = (port: number, name = 'edge'): KubernetesObject => {
  const [object] = objects(gatewayWith(name, [`protocol: TCP, port: ${port}`]));
  if (object === undefined) throw new Error('no object');
  return object;
};
const at = (port: number, resourceVersion?: string, uid?: string): KnownObject => ({
  ...tcp(port),
  uid,
  resourceVersion,
});

let inventory: Inventory;
let overlay: Overlay;
beforeEach(() => {
  inventory = new Inventory();
  overlay = new Overlay(inventory);
});
/** The ports on which there is a TCP listener. */
const portsOf = (lookups: Lookups): number[] =>
  [1, 2, 3].filter((port) => [...lookups.listenersOn(port, 'TCP', undefined)].length > 0);
/** What the watch knows, and what there will be with the pending changes. */
const ports = (): [stored: number[], ahead: number[]] => [portsOf(inventory), portsOf(new Layered(inventory, overlay))];

describe('a change that was allowed', () => {
  it('is kept beside what the watch knows, and is forgotten where the watch never delivers it', () => {
    overlay.admit(tcp(1), 100);
    expect(ports()).toEqual([[], [1]]);
    expect(overlay.expire(99)).toEqual([]);
    expect(ports()).toEqual([[], [1]]);
    expect(overlay.expire(100).map(({ operation, name }) => [operation, name])).toEqual([['CREATE', 'edge']]);
    expect([ports(), overlay.size]).toEqual([[[], []], 0]);
  });

  it('becomes what the watch knows where the watch delivers it', () => {
    overlay.admit(tcp(1), 100);
    overlay.deliver(tcp(1));
    overlay.expire(1000);
    expect(ports()).toEqual([[1], [1]]);
  });

  it('never hides or replaces what the watch knows, whatever its operation', () => {
    overlay.deliver(tcp(1));
    overlay.admit(tcp(2), 100, 'UPDATE');
    expect(ports()).toEqual([[1], [2]]);
    overlay.admitDeletion(tcp(1), 200);
    expect(ports()).toEqual([[1], []]);
    overlay.expire(200);
    expect(ports()).toEqual([[1], [1]]);
  });

  it('gives way to a younger one of the same object', () => {
    overlay.admit(tcp(2), 100);
    overlay.admit(tcp(3), 200);
    expect(ports()).toEqual([[], [3]]);
    overlay.expire(150);
    expect(ports()).toEqual([[], [3]]);
  });

  it('may be a deletion, which ends with the watch', () => {
    overlay.deliver(tcp(1));
    overlay.admitDeletion(tcp(1), 100);
    overlay.deliverDeletion(tcp(1));
    expect([ports(), overlay.size]).toEqual([[[], []], 0]);
  });

  it('makes room for others once there are too many, or they are too large', () => {
    overlay = new Overlay(inventory, { changes: 2, bytes: 100 });
    for (const [port, bytes] of [
      [1, 10],
      [2, 10],
      [3, 10],
    ] as const) {
      overlay.admit(tcp(port, `edge-${port}`), 100, 'CREATE', bytes);
    }
    expect(ports()).toEqual([[], [2, 3]]);
    overlay.admit(tcp(1, 'edge-1'), 100, 'CREATE', 95);
    expect(ports()).toEqual([[], [1]]);
  });
});

describe('news of an object', () => {
  it('that is older than the change is known, and does not end it, however far behind the watch is', () => {
    overlay.deliver(at(1, '98', 'u'));
    overlay.admit(at(2, '101', 'u'), 100, 'UPDATE');
    overlay.deliver(at(3, '99', 'u'));
    overlay.deliver(at(1, '101', 'u'));
    expect(ports()).toEqual([[1], [2]]);
    overlay.deliver(at(3, '102', 'u'));
    expect([ports(), overlay.size]).toEqual([[[3], [3]], 0]);
  });

  it('of an object that the new one has replaced does not end it', () => {
    overlay.deliver(at(1, '5', 'old'));
    overlay.admit(at(2, undefined, 'new'), 100);
    overlay.deliver(at(1, '6', 'old'));
    expect(ports()).toEqual([[1], [2]]);
    overlay.deliverDeletion(at(1, '7', 'old'));
    expect(ports()).toEqual([[], [2]]);
    overlay.deliver(at(2, '8', 'new'));
    expect([ports(), overlay.size]).toEqual([[[2], [2]], 0]);
  });

  it('before a deletion was allowed does not end the deletion', () => {
    overlay.deliver(at(1, '7', 'u'));
    overlay.admitDeletion(at(1, '8', 'u'), 100);
    overlay.deliver(at(1, '8', 'u'));
    expect(ports()).toEqual([[1], []]);
    overlay.deliver(at(1, '9', 'u'));
    expect(ports()).toEqual([[1], [1]]);
  });
});

describe('whoever waits for a pending change', () => {
  it('is called once when it ends, and not before', () => {
    const calls: string[] = [];
    overlay.admit(tcp(1), 100);
    const pending = overlay.pending('Gateway', 'default', 'edge');
    if (pending === undefined) throw new Error('nothing is pending');
    overlay.onEnd(pending, () => calls.push('ended'));
    overlay.onEnd(pending, () => calls.push('called off'))();
    expect(calls).toEqual([]);
    overlay.deliver(tcp(1));
    overlay.deliver(tcp(2));
    expect(calls).toEqual(['ended']);
    overlay.onEnd(pending, () => calls.push('at once'));
    expect(calls).toEqual(['ended', 'at once']);
  });
});

describe('the end of a list', () => {
  const key = 'default/edge';

  it('takes out what it does not name, and leaves what it does', () => {
    overlay.deliver(tcp(1));
    overlay.forgetUnlisted('Gateway', new Set([key]));
    expect(ports()).toEqual([[1], [1]]);
    overlay.forgetUnlisted('HTTPRoute', new Set());
    expect(ports()).toEqual([[1], [1]]);
    overlay.forgetUnlisted('Gateway', new Set());
    expect([ports(), inventory.count('Gateway')]).toEqual([[[], []], 0]);
  });

  it('leaves a pending object until its bound, for it may be younger', () => {
    overlay.deliver(tcp(1));
    overlay.admit(tcp(2), 100);
    overlay.forgetUnlisted('Gateway', new Set());
    expect(ports()).toEqual([[], [2]]);
    overlay.expire(100);
    expect(ports()).toEqual([[], []]);
  });

  it('ends a pending deletion of what it does not name', () => {
    overlay.deliver(tcp(1));
    overlay.admitDeletion(tcp(1), 100);
    overlay.forgetUnlisted('Gateway', new Set());
    expect([ports(), overlay.size]).toEqual([[[], []], 0]);
  });
});
