import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { text as readAll } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';

/** An answer of the API server that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** From Retry-After, in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** What is sent with a request. */
interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly body?: { readonly type: string; readonly content: string };
}

const answerWithin = 60_000;

/** Requests to the API server that a kubeconfig names, with its credentials. */
export class ApiClient {
  readonly #config: KubeConfig;
  readonly #server: string;
  /** The namespace of the kubeconfig's context; in a pod its own. */
  readonly namespace: string;

  constructor(config: KubeConfig) {
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig names no current cluster');
    this.#config = config;
    this.#server = cluster.server.replace(/\/$/, '');
    this.namespace = config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
  }

  /**
   * The JSON at a path. Throws ApiError for an answer that is no success, other errors for a connection that fails or is silent for
   * `within` milliseconds.
   */
  async get(path: string, signal: AbortSignal, within = answerWithin): Promise<unknown> {
    return parsed(await this.#open(path, { method: 'GET' }, signal, within));
  }

  /** Creates (POST), replaces (PUT) or merges (PATCH) an object, and gives it as it was stored. Throws as `get` does. */
  async send(method: 'POST' | 'PUT' | 'PATCH', path: string, object: object, signal: AbortSignal): Promise<unknown> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const body = { type, content: JSON.stringify(object) };
    return parsed(await this.#open(path, { method, body }, signal, answerWithin));
  }

  /**
   * Opens a watch and gives its lines, in order, until the server ends it. They throw when the connection breaks, or when nothing has
   * come for `idle` milliseconds.
   */
  async watch(path: string, signal: AbortSignal, idle: number): Promise<AsyncIterable<string>> {
    return linesOf(await this.#open(path, { method: 'GET' }, signal, idle));
  }

  async #open(path: string, { method, body }: Sent, signal: AbortSignal, idle: number): Promise<IncomingMessage> {
    const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': body.type }) };
    const options: RequestOptions = { method, headers, signal };
    await this.#config.applyToHTTPSOptions(options);
    const url = new URL(this.#server + path);
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      let reading: IncomingMessage | undefined;
      const request = send(url, options, (answer) => {
        reading = answer;
        resolve(answer);
      });
      request.on('error', reject);
      request.setSocketKeepAlive(true, 30_000);
      request.setTimeout(idle, () => {
        const silence = new Error(`nothing came for ${Math.round(idle)} ms`);
        // Whoever waits is told why: for the answer to begin, or for it to go on.
        (reading ?? request).destroy(silence);
      });
      request.end(body?.content);
    });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const message = await Promise.race([readAll(response), delay(5000, '', { ref: false })]).catch(() => '');
    const seconds = Number(response.headers['retry-after']);
    const asked = seconds > 0 ? seconds * 1000 : undefined;
    throw new ApiError(status, `${method} ${path}: HTTP ${status}: ${message.slice(0, 300)}`, asked);
  }
}

async function parsed(response: IncomingMessage): Promise<unknown> {
  return JSON.parse(await readAll(response)) as unknown;
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
