import { once } from 'node:events';
import { createServer } from 'node:net';

/** Whether this machine can listen on an address. */
async function canListen(host: string): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(0, host), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** The address to listen on: `::`, which serves IPv6 and IPv4, is `0.0.0.0` where the kernel has no IPv6. */
export async function listenAddress(host: string, isPossible = canListen): Promise<string> {
  return host === '::' && !(await isPossible(host)) ? '0.0.0.0' : host;
}
