import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import { connect, TLSSocket } from 'node:tls';
import type { Authority } from '../certificates/issue.ts';
import { sameCertificate } from '../certificates/state.ts';

/** Whose calls are answered, where not everybody's are. */
export interface ClientRule {
  /** PEM of the CA that has signed the client's certificate. */
  readonly ca: string;
  /** The common or DNS names of which the client must have one; any, where there is none. */
  readonly names: readonly string[];
}

export interface TlsSettings {
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly clients: ClientRule | undefined;
}

/** Node's options for a server with a serving certificate; those of the context can be set anew while it runs. */
export function serverOptions({ certificate, key }: Authority, { minVersion, clients }: TlsSettings): ServerOptions {
  return {
    cert: certificate,
    key,
    minVersion,
    // TLS 1.3 has no renegotiation; in 1.2 it would let a client ask for handshake after handshake.
    // Without resumption a client's certificate is looked at for every connection.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (clients === undefined ? 0 : constants.SSL_OP_NO_TICKET),
    ...(clients === undefined
      ? {}
      : {
          ca: clients.ca,
          requestCert: true,
          rejectUnauthorized: true,
        }),
  };
}

/** Whether the client of a connection has one of the names; its certificate has been verified before. */
export function isKnownClient(socket: unknown, { names }: ClientRule): boolean {
  if (names.length === 0) return true;
  if (!(socket instanceof TLSSocket)) return false;
  const { subject, subjectaltname } = socket.getPeerCertificate() as {
    subject?: { CN?: string | string[] };
    subjectaltname?: string;
  };
  const alternatives = (subjectaltname ?? '')
    .split(', ')
    .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []));
  return [subject?.CN ?? [], alternatives].flat().some((name) => names.includes(name));
}

/** A server's handshakes with itself, which tell whether its TLS port answers. */
export class SelfCheck {
  readonly #ports = new Set<number>();

  /** Whether a connection is one of these handshakes, or was a moment ago. */
  isOwn({ remotePort }: Pick<TLSSocket, 'remotePort'>): boolean {
    return remotePort !== undefined && this.#ports.has(remotePort);
  }

  /** Whether a port of this machine answers TLS with a certificate, within a second. */
  async answersWith(certificate: string, host: string, port: number): Promise<boolean> {
    const own: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
    return new Promise((resolve) => {
      const socket = connect({ host: own[host] ?? host, port, rejectUnauthorized: false });
      let localPort = 0;
      socket.once('connect', () => {
        localPort = socket.localPort ?? 0;
        this.#ports.add(localPort);
      });
      const end = (answer: boolean): void => {
        socket.destroy();
        // The server hears of the end a little later.
        setTimeout(() => this.#ports.delete(localPort), 1000).unref();
        resolve(answer);
      };
      socket.setTimeout(1000, () => end(false));
      socket.once('error', () => end(false));
      socket.once('secureConnect', () => {
        const served = socket.getPeerX509Certificate();
        end(served !== undefined && sameCertificate(served.toString(), certificate));
      });
    });
  }
}
