import { field, integer, text } from '../resources/fields.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';

export interface LeaseOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
  /** What this replica is called: unique among those that want the lease. */
  readonly identity: string;
  /** For how long a holder that says nothing keeps it. */
  readonly seconds: number;
  /** A clock that only goes forward, in milliseconds. */
  readonly clock: () => number;
  /** The time of day, for the record that people read. */
  readonly now: () => Date;
}

/**
 * A Lease (coordination.k8s.io) that one replica holds at a time. As client-go's leader election, a replica measures by its own clock
 * how long it has seen the same record, so that clocks which differ do no harm, and writes with the resourceVersion that it has read.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #seen = '';
  #seenAt = 0;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /**
   * Takes the lease if nobody holds it, or renews it; to be called several times in its duration. Gives whether this replica holds it.
   * Throws as ApiClient.get does, but for a replica that was quicker.
   */
  async hold(signal: AbortSignal): Promise<boolean> {
    const { identity, seconds, clock } = this.#options;
    const current = await this.#read(signal);
    if (current === undefined) return this.#write('POST', undefined, signal);
    const version = text(field(current, 'metadata'), 'resourceVersion') ?? '';
    if (version !== this.#seen) [this.#seen, this.#seenAt] = [version, clock()];
    const spec = field(current, 'spec');
    const holder = text(spec, 'holderIdentity');
    const kept = (integer(spec, 'leaseDurationSeconds') ?? seconds) * 1000;
    if (holder !== undefined && holder !== identity && clock() - this.#seenAt < kept) return false;
    return this.#write('PUT', current, signal);
  }

  /** Gives the lease back, so that another replica need not wait for its end. Nothing happens where this one does not hold it. */
  async release(signal: AbortSignal): Promise<void> {
    const { client, identity } = this.#options;
    const current = await this.#read(signal);
    if (text(field(current, 'spec'), 'holderIdentity') !== identity) return;
    const metadata = { resourceVersion: text(field(current, 'metadata'), 'resourceVersion') };
    await client.send('PATCH', this.#path, { metadata, spec: { holderIdentity: '' } }, signal);
  }

  get #folder(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#options.namespace}/leases`;
  }

  get #path(): string {
    return `${this.#folder}/${this.#options.name}`;
  }

  async #read(signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#options.client.get(this.#path, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #write(method: 'POST' | 'PUT', current: unknown, signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, identity, seconds, now } = this.#options;
    const old = field(current, 'spec');
    const isRenewal = text(old, 'holderIdentity') === identity;
    const time = now().toISOString().replace('Z', '000Z');
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace, name, resourceVersion: text(field(current, 'metadata'), 'resourceVersion') },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: seconds,
        acquireTime: isRenewal ? text(old, 'acquireTime') : time,
        renewTime: time,
        leaseTransitions: (integer(old, 'leaseTransitions') ?? 0) + (isRenewal || current === undefined ? 0 : 1),
      },
    };
    try {
      await client.send(method, method === 'POST' ? this.#folder : this.#path, lease, signal);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return false;
      throw error;
    }
  }
}
