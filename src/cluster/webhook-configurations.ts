import { field, list, text } from '../resources/fields.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';

const folder = '/apis/admissionregistration.k8s.io/v1';
const plurals = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'] as const;

/** One operation of a JSON patch on a webhook configuration. */
interface Operation {
  readonly op: 'test' | 'add';
  readonly path: string;
  readonly value: unknown;
}

/**
 * The webhook configurations through which the API server reaches this server, both of one name. Every write changes one field of each webhook
 * and is refused where somebody else has changed it since it was read.
 */
export class WebhookConfigurations {
  readonly #client: ApiClient;
  readonly #name: string;

  constructor(client: ApiClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /**
   * Makes the API server trust these CAs (PEM). `isLatest` is asked right before a write, so that what another replica has decided since is not
   * undone. Gives whether every configuration that there is has them; false as well where there is none. Throws as ApiClient.get does.
   */
  async trust(bundle: string, isLatest: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
    const value = Buffer.from(bundle).toString('base64');
    let found = 0;
    for (const plural of plurals) {
      const current = await this.#read(plural, signal);
      if (current === undefined) continue;
      found += 1;
      const operations = bundleChanges(current, value);
      if (operations.length === 0) continue;
      if (!(await isLatest()) || !(await this.#patch(plural, operations, signal))) return false;
    }
    return found > 0;
  }

  /** The failure policy of a webhook of the validating configuration; `undefined` where there is none. Throws as ApiClient.get does. */
  async failurePolicy(webhook: string, signal: AbortSignal): Promise<string | undefined> {
    const current = await this.#read('validatingwebhookconfigurations', signal);
    const found = list(current, 'webhooks').find((one) => text(one, 'name') === webhook);
    return found === undefined ? undefined : (text(found, 'failurePolicy') ?? 'Fail');
  }

  /** Lets one webhook of the validating configuration fail closed. Gives whether it does now. Throws as ApiClient.get does. */
  async failClosed(webhook: string, signal: AbortSignal): Promise<boolean> {
    const current = await this.#read('validatingwebhookconfigurations', signal);
    const index = list(current, 'webhooks').findIndex((one) => text(one, 'name') === webhook);
    if (index === -1) return false;
    if (text(list(current, 'webhooks')[index], 'failurePolicy') === 'Fail') return true;
    const operations: Operation[] = [
      { op: 'test', path: `/webhooks/${index}/name`, value: webhook },
      { op: 'add', path: `/webhooks/${index}/failurePolicy`, value: 'Fail' },
    ];
    return this.#patch('validatingwebhookconfigurations', operations, signal);
  }

  async #read(plural: (typeof plurals)[number], signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#client.get(`${folder}/${plural}/${this.#name}`, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #patch(
    plural: (typeof plurals)[number],
    operations: readonly Operation[],
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      await this.#client.patch(`${folder}/${plural}/${this.#name}`, operations, signal);
      return true;
    } catch (error) {
      // 409: written by another since; 422: a test of the patch does not hold any more.
      if (error instanceof ApiError && (error.status === 409 || error.status === 422)) return false;
      throw error;
    }
  }
}

/** What to write where a webhook's caBundle is not as it should be; written only over what was read. */
function bundleChanges(configuration: unknown, value: string): Operation[] {
  return list(configuration, 'webhooks').flatMap((webhook, index) => {
    const path = `/webhooks/${index}/clientConfig/caBundle`;
    const current = text(field(webhook, 'clientConfig'), 'caBundle');
    if (current === value) return [];
    const tests: Operation[] = [{ op: 'test', path: `/webhooks/${index}/name`, value: text(webhook, 'name') }];
    if (current !== undefined) tests.push({ op: 'test', path, value: current });
    return [...tests, { op: 'add', path, value }];
  });
}
