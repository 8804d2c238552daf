import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { BoundedLog } from './bounded-log.ts';
import { addressOf, type Remote } from './connections.ts';

/** Why a client did not get through the handshake, or past it. */
export const tlsReasons = [
  'client certificate',
  'client name',
  'distrust',
  'version',
  'no TLS',
  'closed',
  'timeout',
  'other',
] as const;

export type TlsReason = (typeof tlsReasons)[number];

const sentences: Readonly<Record<TlsReason, string>> = {
  'client certificate': 'the client has no certificate that server.clientCaFile trusts',
  'client name': "the client's certificate has none of the names in server.clientNames",
  distrust: 'the client does not trust the serving certificate: look at the caBundle of the webhook configurations',
  version: 'the client speaks no version of TLS that server.minTlsVersion allows',
  'no TLS': 'the client does not speak TLS',
  closed: 'the client closed the connection during the handshake',
  timeout: 'the client did not finish the handshake in time',
  other: 'the handshake failed',
};

/** What became of TLS connections that did not succeed. */
export interface TlsFailures {
  /** A client whose certificate has none of the allowed names. */
  wrongName(remote: Remote): void;
  /** How many there were for each reason. */
  counts(): readonly (readonly [TlsReason, number])[];
}

/** Counts the failed handshakes of a server, and logs them within bounds, except connections that `isOurs` says the server made or closed itself. */
export function watchHandshakes(server: Server, log: BoundedLog, isOurs: (connection: Socket) => boolean): TlsFailures {
  const counts = new Map<TlsReason, number>(tlsReasons.map((reason) => [reason, 0]));
  const note = (remote: Remote, reason: TlsReason, problem?: string): void => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const fields = { event: 'tls.failed', reason, ...(problem !== undefined && { problem }) } as const;
    log.warn(addressOf(remote), fields, sentences[reason]);
  };
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const below = connectionBelow(socket);
    if (!isOurs(below)) note(below, reasonOf(error, socket), error.code);
  });
  return { wrongName: (remote) => note(remote, 'client name'), counts: () => [...counts] };
}

/**
 * The connection below a TLS socket, which knows where it came from when the TLS socket, closed, does not any more. Node.js has no documented way to it;
 * a test holds this one.
 */
function connectionBelow(socket: TLSSocket): Socket {
  const { _parent: below } = socket as { _parent?: Socket | null };
  return below ?? socket;
}

/** OpenSSL's own codes, as Node.js gives them. */
function reasonOf({ code = '' }: NodeJS.ErrnoException, socket: TLSSocket): TlsReason {
  // Node.js names the flaw of a client's certificate on the socket, and ends it as if it had been reset.
  const { authorizationError } = socket as { authorizationError?: Error | string | null };
  if (authorizationError !== undefined && authorizationError !== null && authorizationError !== '')
    return 'client certificate';
  if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') return 'client certificate';
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'timeout';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'closed';
  if (['UNSUPPORTED_PROTOCOL', 'PROTOCOL_VERSION', 'VERSION_TOO_LOW'].some((part) => code.includes(part)))
    return 'version';
  if (
    ['UNKNOWN_CA', 'BAD_CERTIFICATE', 'CERTIFICATE_UNKNOWN', 'CERTIFICATE_EXPIRED'].some((part) => code.includes(part))
  )
    return 'distrust';
  if (
    [
      'HTTP_REQUEST',
      'WRONG_VERSION_NUMBER',
      'UNEXPECTED_MESSAGE',
      'BAD_RECORD_TYPE',
      'PACKET_LENGTH_TOO_LONG',
      'RECORD_LAYER_FAILURE',
    ].some((part) => code.includes(part))
  )
    return 'no TLS';
  return 'other';
}
