import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { ConnectionPool } from './connection-pool.ts';

/** What a request knows of its connection: the TLS socket, not the one below it, which have the same addresses. */
export type Remote = Pick<Socket, 'remoteAddress' | 'remotePort'>;

/** The bounded connections of a server. */
export interface Connections {
  /** How many were closed to make room. */
  closed(): number;
  /** Whether a connection was closed to make room. */
  hasMadeRoom(connection: Socket): boolean;
  /** A request begins on a connection. */
  begin(remote: Remote): void;
  /** A review was answered on a connection, which stays in preference to connections without one. */
  prove(remote: Remote): void;
}

/** Bounds the connections of a server: for one too many another one is closed, as ConnectionPool decides. */
export function boundConnections(server: Server | TlsServer, most: number): Connections {
  const sockets = new Map<string, Socket>();
  const pool = new ConnectionPool<string>(most);
  const gone = new WeakSet<Socket>();
  let closed = 0;
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    sockets.set(key, socket);
    socket.once('close', () => {
      // The same client may have opened another connection from the same port meanwhile.
      if (sockets.get(key) !== socket) return;
      sockets.delete(key);
      pool.remove(key);
    });
    pool.remove(key);
    const leaving = pool.add(key, addressOf(socket));
    if (leaving === undefined) return;
    closed += 1;
    const last = sockets.get(leaving);
    if (last === undefined) return;
    gone.add(last);
    last.destroy();
  });
  return {
    closed: () => closed,
    hasMadeRoom: (connection) => gone.has(connection),
    begin: (remote) => pool.begin(keyOf(remote)),
    prove: (remote) => pool.prove(keyOf(remote)),
  };
}

/** The address of a client; an IPv4 address as such, also on a socket of both families. */
export function addressOf({ remoteAddress = '' }: Remote): string {
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress;
}

function keyOf(remote: Remote): string {
  return `${addressOf(remote)} ${remote.remotePort ?? ''}`;
}
