import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text as textOf } from 'node:stream/consumers';
import { field, list, text } from '../../src/resources/fields.ts';

/** What the API server answered, with the warnings in its headers. */
export interface Answer {
  readonly code: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** An API server, over a few connections that stay open; by the kubeconfig that a ControlPlane wrote. */
export class Api {
  readonly #server: URL;
  readonly #authority: Buffer;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(kubeconfig: string) {
    const config: unknown = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    const cluster = field(list(config, 'clusters')[0], 'cluster');
    this.#server = new URL(text(cluster, 'server') ?? '');
    this.#authority = Buffer.from(text(cluster, 'certificate-authority-data') ?? '', 'base64');
    this.#token = text(field(list(config, 'users')[0], 'user'), 'token') ?? '';
  }

  async call(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<Answer> {
    const call = request({
      host: this.#server.hostname,
      port: this.#server.port,
      path,
      method,
      ca: this.#authority,
      agent: this.#agent,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const warnings = response.rawHeaders.flatMap((value, index) =>
      response.rawHeaders[index - 1]?.toLowerCase() === 'warning' && index % 2 === 1 ? [warningIn(value)] : [],
    );
    const written = await textOf(response);
    const isJson = response.headers['content-type']?.startsWith('application/json') === true;
    return { code: response.statusCode ?? 0, body: isJson ? JSON.parse(written) : written, warnings };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** `299 - "unknown field \"a\""` → `unknown field "a"`. */
function warningIn(header: string): string {
  const written = /^\d+ \S+ "(.*)"$/s.exec(Buffer.from(header, 'latin1').toString())?.[1] ?? header;
  return written.replaceAll(/\\(.)/gs, '$1');
}

/** Does some work for each item, eight at a time. */
export async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const workers = Array.from({ length: 8 }, async () => {
    for (const item of queue) await work(item);
  });
  await Promise.all(workers);
}
