import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Access } from './access.ts';
import { exchange, parsed } from './http.ts';

/** What is sent with a request. */
interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly accept?: string;
  readonly body?: { readonly type: string; readonly content: string };
}

const answerWithin = 60_000;
const json = 'application/json';

/** Requests to an API server. */
export class ApiClient {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /** The namespace of the kubeconfig's context; in a pod its own. */
  get namespace(): string {
    return this.#access.namespace;
  }

  /**
   * The JSON at a path. Throws ApiError for an answer that is no success, other errors for a connection that fails or is silent for
   * `within` milliseconds. `accept` is the media type that is asked for.
   */
  async get(path: string, signal: AbortSignal, within = answerWithin, accept = json): Promise<unknown> {
    return parsed(await this.#open(path, { method: 'GET', accept }, signal, within));
  }

  /** Creates (POST), replaces (PUT) or merges (PATCH) an object, and gives it as it was stored. Throws as `get` does. */
  async send(method: 'POST' | 'PUT' | 'PATCH', path: string, object: object, signal: AbortSignal): Promise<unknown> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : json;
    const body = { type, content: JSON.stringify(object) };
    return parsed(await this.#open(path, { method, body }, signal, answerWithin));
  }

  /** Patches an object with the operations of a JSON patch (RFC 6902), and gives it as it was stored. Throws as `get` does. */
  async patch(path: string, operations: readonly object[], signal: AbortSignal): Promise<unknown> {
    const body = { type: 'application/json-patch+json', content: JSON.stringify(operations) };
    return parsed(await this.#open(path, { method: 'PATCH', body }, signal, answerWithin));
  }

  /**
   * Opens a watch and gives its lines, in order, until the server ends it. They throw when the connection breaks, or when nothing has
   * come for `idle` milliseconds.
   */
  async watch(path: string, signal: AbortSignal, idle: number, accept = json): Promise<AsyncIterable<string>> {
    return linesOf(await this.#open(path, { method: 'GET', accept }, signal, idle));
  }

  async #open(
    path: string,
    { method, accept = json, body }: Sent,
    signal: AbortSignal,
    idle: number,
  ): Promise<IncomingMessage> {
    const headers = { accept, ...(body === undefined ? {} : { 'content-type': body.type }) };
    const options: RequestOptions & { headers: OutgoingHttpHeaders } = { method, headers, signal };
    await this.#access.authenticate(options);
    const url = new URL(this.#access.server + path);
    return exchange({ url, options, idle, ...(body === undefined ? {} : { body: body.content }) });
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const chunk of response as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((part) => part !== '');
  }
  if (rest !== '') throw new Error('the watch ended within a line');
}
