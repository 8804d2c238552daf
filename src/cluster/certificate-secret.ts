import { dataOf, readState, type CertificateState } from '../certificates/state.ts';
import { field, fields, text } from '../resources/fields.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';

/** What the Secret held when it was read. */
export interface StoredCertificates {
  /** `undefined` where it holds nothing, or nothing that can be used. */
  readonly state: CertificateState | undefined;
  /** Whether it holds something that cannot be used. */
  readonly isRubbish: boolean;
  /** `undefined` where there is no such Secret. */
  readonly resourceVersion: string | undefined;
}

/** The Secret in which the replicas share CA and serving certificate. One of several that write at once succeeds. */
export class CertificateSecret {
  readonly #client: ApiClient;
  readonly #namespace: string;
  readonly #name: string;

  constructor(client: ApiClient, namespace: string, name: string) {
    this.#client = client;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** Throws as ApiClient.get does, but for a Secret that is not there. */
  async read(signal: AbortSignal): Promise<StoredCertificates> {
    try {
      const secret = await this.#client.get(this.#path, signal);
      const data = fields(field(secret, 'data')) ?? {};
      const state = readState(data);
      const resourceVersion = text(field(secret, 'metadata'), 'resourceVersion');
      return { state, isRubbish: state === undefined && Object.keys(data).length > 0, resourceVersion };
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      return { state: undefined, isRubbish: false, resourceVersion: undefined };
    }
  }

  /** Writes in the place of what was read. Gives whether it was this replica that wrote. Throws as ApiClient.send does. */
  async write(state: CertificateState, resourceVersion: string | undefined, signal: AbortSignal): Promise<boolean> {
    const metadata = { namespace: this.#namespace, name: this.#name, labels, resourceVersion };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: dataOf(state) };
    try {
      if (resourceVersion === undefined) await this.#client.send('POST', this.#folder, secret, signal);
      else await this.#client.send('PUT', this.#path, secret, signal);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return false;
      throw error;
    }
  }

  get #folder(): string {
    return `/api/v1/namespaces/${this.#namespace}/secrets`;
  }

  get #path(): string {
    return `${this.#folder}/${this.#name}`;
  }
}

const labels = { 'app.kubernetes.io/name': 'gateway-guard', 'app.kubernetes.io/managed-by': 'gateway-guard' };
