import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** The bounded connections of a server. */
export interface Connections {
  /** How many were closed to make room. */
  closed(): number;
}

/**
 * Bounds the connections of a server. Where there is no room for another, the one that has been open longest without having sent a request is closed for
 * it; those of the API server, which have sent some, stay.
 */
export function boundConnections(server: Server, most: number): Connections {
  /** Those that have sent nothing yet that is a request, oldest first. By address: a request knows the TLS connection, not the socket below it. */
  const silent = new Map<string, Socket>();
  let open = 0;
  let closed = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    const address = addressOf(socket);
    silent.set(address, socket);
    socket.once('close', () => {
      open -= 1;
      if (silent.get(address) === socket) silent.delete(address);
    });
    if (open <= most) return;
    const [oldest] = silent;
    const [key, leaving] = oldest ?? [address, socket];
    // At once, for it is told of its end only later, and the next may come before.
    silent.delete(key);
    closed += 1;
    leaving.destroy();
  });
  server.on('request', ({ socket }) => silent.delete(addressOf(socket)));
  return { closed: () => closed };
}

function addressOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}
