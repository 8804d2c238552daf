import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** A TCP proxy that hands each connection to the next of several ports, as a Service does with its endpoints; the ports may change. */
export class Balancer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(ports: readonly number[] | (() => readonly number[])) {
    const endpoints = typeof ports === 'function' ? ports : () => ports;
    let turn = 0;
    this.#server = createServer((client) => {
      const ready = endpoints();
      const port = ready[turn % ready.length] ?? 0;
      turn += 1;
      const replica = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [client, replica],
        [replica, client],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => this.#sockets.delete(one));
      }
    });
  }

  /** Gives the port that it listens on. */
  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
