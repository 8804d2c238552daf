import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer, type Server } from 'node:https';
import type { Authority } from '../../src/certificates/issue.ts';

/** A proxy before an API server that can keep back what its watches send, as a watch that is far behind does. */
export class HeldWatches {
  readonly #server: Server;
  readonly #held: { readonly response: ServerResponse; readonly chunk: Buffer }[] = [];
  /** The requests that came, but for watches: `GET /api/v1/…`. */
  readonly requests: string[] = [];
  #isHolding = false;

  /** `apiServer` is its URL, `serving` the proxy's certificate. */
  constructor(apiServer: string, serving: Authority) {
    this.#server = createServer({ cert: serving.certificate, key: serving.key }, (incoming, response) => {
      const { method = 'GET', url = '', headers } = incoming;
      const isWatch = url.includes('watch=true');
      if (!isWatch) this.requests.push(`${method} ${url}`);
      const options = { method, headers, rejectUnauthorized: false };
      const call = httpsRequest(new URL(url, apiServer), options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.on('data', (chunk: Buffer) => {
          if (isWatch && this.#isHolding) this.#held.push({ response, chunk });
          else response.write(chunk);
        });
        answer.on('end', () => response.end());
        answer.on('error', () => response.destroy());
      });
      call.on('error', () => response.destroy());
      response.on('close', () => call.destroy());
      incoming.pipe(call);
    });
  }

  /** Gives the URL of the proxy. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  hold(): void {
    this.#isHolding = true;
  }

  /** Sends what was kept back, and keeps back no more. */
  release(): void {
    this.#isHolding = false;
    for (const { response, chunk } of this.#held.splice(0)) response.write(chunk);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
