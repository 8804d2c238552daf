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

/** GET requests to the API server that a kubeconfig names, with its credentials. */
export class ApiClient {
  readonly #config: KubeConfig;
  readonly #server: string;

  constructor(config: KubeConfig) {
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig names no current cluster');
    this.#config = config;
    this.#server = cluster.server.replace(/\/$/, '');
  }

  /** The JSON at a path. Throws ApiError for an answer that is no success, other errors for a connection that fails. */
  async get(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await this.#open(path, signal, 60_000);
    return JSON.parse(await readAll(response)) as unknown;
  }

  /**
   * The lines of a watch, in order, until the server ends it. Throws when the connection breaks, or when nothing has come for `idle`
   * milliseconds.
   */
  async *lines(path: string, signal: AbortSignal, idle: number): AsyncGenerator<string> {
    const response = await this.#open(path, signal, idle);
    response.setEncoding('utf8');
    let rest = '';
    for await (const chunk of response as AsyncIterable<string>) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      yield* parts.filter((part) => part !== '');
    }
    if (rest !== '') throw new Error('the watch ended within a line');
  }

  async #open(path: string, signal: AbortSignal, idle: number): Promise<IncomingMessage> {
    const options: RequestOptions = { method: 'GET', headers: { accept: 'application/json' }, signal };
    await this.#config.applyToHTTPSOptions(options);
    const url = new URL(this.#server + path);
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = send(url, options, resolve);
      request.on('error', reject);
      request.setTimeout(idle, () => request.destroy(new Error(`nothing came for ${idle} ms`)));
      request.end();
    });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const message = await Promise.race([readAll(response), delay(5000, '')]).catch(() => '');
    const seconds = Number(response.headers['retry-after']);
    throw new ApiError(
      status,
      `${path}: HTTP ${status}: ${message.slice(0, 300)}`,
      seconds > 0 ? seconds * 1000 : undefined,
    );
  }
}
