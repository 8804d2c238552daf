import { AuthorityFile } from '../certificates/files.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';

/** The CA of client certificates, from a file that others keep. */
export interface ClientAuthority {
  /** PEM of what counted at the start. */
  readonly ca: string;
  /** Tells the listener of each other CA from now on. */
  follow(listener: (ca: string) => void): void;
  stop(): void;
}

/** The CA that `server.clientCaFile` names; `undefined` if it names none. Throws GatewayGuardError if it cannot be read. */
export async function clientAuthorityOf(
  { server, certificates }: Config,
  log: Log,
): Promise<ClientAuthority | undefined> {
  const { clientCaFile } = server;
  if (clientCaFile === undefined) return undefined;
  let listener: (ca: string) => void = () => undefined;
  let reported = '';
  const file = new AuthorityFile(clientCaFile, {
    interval: certificates.intervalSeconds * 1000,
    onChange: (ca) => {
      listener(ca);
      reported = '';
      log.info({ event: 'client-ca.read', file: clientCaFile }, 'another CA of client certificates counts from now on');
    },
    onProblem: (problem) => {
      if (problem !== reported) {
        log.warn(
          { event: 'client-ca.unreadable', problem },
          'the CA of client certificates cannot be read again; the old one counts',
        );
      }
      reported = problem;
    },
  });
  try {
    const ca = await file.read();
    return {
      ca,
      follow: (follower) => {
        listener = follower;
        file.start();
      },
      stop: () => file.stop(),
    };
  } catch (error) {
    const message = `The CA of client certificates cannot be read: ${reasonOf(error)}`;
    throw new GatewayGuardError('CONFIGURATION', message, { cause: error });
  }
}
