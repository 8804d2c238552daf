import { createHash } from 'node:crypto';
import { integer } from '../resources/fields.ts';
import { displayName, type ObjectBase, type ObjectRef } from '../resources/object.ts';
import type { Finding } from '../review/verdict.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';

/** What an Event says of the object that it is about. */
export type EventSubject = ObjectRef & Pick<ObjectBase, 'uid' | 'resourceVersion'>;

export interface EventsOptions {
  readonly client: ApiClient;
  /** The time of day. */
  readonly now: () => Date;
}

/** Kubernetes' own bound for an Event's message. */
const longestMessage = 1024;

/** Writes findings as Events, where `kubectl describe` shows them: one Event a finding, which counts how often it was seen. */
export class Events {
  readonly #options: EventsOptions;

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  /** Creates the Event of a finding, or counts it up where it is there. Throws as ApiClient.get does. */
  async record(finding: Finding, object: EventSubject, signal: AbortSignal): Promise<void> {
    const { client, now } = this.#options;
    const event = eventOf(finding, object, now().toISOString());
    const folder = `/api/v1/namespaces/${event.metadata.namespace}/events`;
    try {
      await client.send('POST', folder, event, signal);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      const path = `${folder}/${event.metadata.name}`;
      const { lastTimestamp, message } = event;
      const count = (integer(await client.get(path, signal), 'count') ?? 1) + 1;
      await client.send('PATCH', path, { count, lastTimestamp, message }, signal);
    }
  }
}

function eventOf({ rule, path, message, hint, related }: Finding, object: EventSubject, time: string) {
  const { apiVersion, kind, name, uid, resourceVersion } = object;
  const namespace = object.namespace === '' ? 'default' : object.namespace;
  const whole = `${path === '' ? '' : `${path}: `}${message}${hint === undefined ? '' : ` Hint: ${hint}`}`;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    // One name a finding, so that neither a restart nor another replica makes a second Event of it.
    metadata: {
      namespace,
      name: `${name.slice(0, 200)}.${digest([uid ?? '', rule, path, ...related.map(displayName)])}`,
    },
    involvedObject: { apiVersion, kind, name, uid, resourceVersion, ...(object.namespace === '' ? {} : { namespace }) },
    reason: rule.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
    message: whole.length <= longestMessage ? whole : `${whole.slice(0, longestMessage - 1)}…`,
    type: 'Warning',
    source: { component: 'gateway-guard' },
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
  };
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
