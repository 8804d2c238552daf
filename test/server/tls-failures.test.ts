import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { issueAuthority, type Authority } from '../../src/certificates/issue.ts';
import { runWebhook, type RunningWebhook } from '../support/webhook.ts';

const validity = { from: Date.now(), until: Date.now() + 3_600_000 };
const authority = await issueAuthority(validity);
/** Of another name: clients' certificates say by it which CA has signed them. */
const other = await otherAuthority();

async function otherAuthority(): Promise<Authority> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'another CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true }],
  });
  return { certificate: cert, key };
}

async function clientOf(name: string, { certificate, key }: Authority): Promise<ConnectionOptions> {
  const { cert, private: own } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key, cert: certificate },
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  return { cert, key: own };
}

let webhook: RunningWebhook | undefined;
let lines: Record<string, unknown>[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await webhook?.close();
});

async function started(options: Parameters<typeof runWebhook>[0] = {}): Promise<RunningWebhook> {
  lines = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  webhook = await runWebhook({ ...options, log: pino({ base: null, timestamp: false }, { write }) });
  return webhook;
}

function kept<T extends Socket>(socket: T): T {
  sockets.push(socket);
  return socket.on('error', () => undefined);
}

const plain = (port: number, bytes: string): Socket => {
  const socket = kept(connectPlain(port, '127.0.0.1'));
  socket.once('connect', () => (bytes === '' ? socket.end() : socket.write(bytes)));
  return socket;
};
const tls = (port: number, options: ConnectionOptions): Socket =>
  kept(connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }));

const counted = async ({ metrics }: RunningWebhook): Promise<string[]> =>
  (await metrics.registry.getSingleMetricAsString('gateway_guard_tls_failures_total'))
    .split('\n')
    .filter((line) => line.startsWith('gateway') && !line.endsWith(' 0'));

describe('a failed handshake is counted, and logged with its address', () => {
  it.each<[string, (port: number) => Socket]>([
    ['version', (port) => tls(port, { maxVersion: 'TLSv1.2' })],
    ['no TLS', (port) => plain(port, 'GET / HTTP/1.1\r\n\r\n')],
    ['no TLS', (port) => plain(port, '\u0007'.repeat(100))],
    ['closed', (port) => plain(port, '')],
  ])('%s', async (reason, connecting) => {
    const running = await started();
    connecting(running.port);
    await expect.poll(() => lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 40, event: 'tls.failed', reason, address: '127.0.0.1' });
    expect(await counted(running)).toEqual([`gateway_guard_tls_failures_total{reason="${reason}"} 1`]);
  });

  it('timeout', async () => {
    const running = await started({ limits: { requestMilliseconds: 200 } });
    kept(connectPlain(running.port, '127.0.0.1'));
    await expect.poll(() => lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ reason: 'timeout', address: '127.0.0.1' });
  });

  it('client certificate: none, and one of another CA', async () => {
    const running = await started({ clients: { ca: authority.certificate, names: ['kube-apiserver'] } });
    tls(running.port, {});
    await expect.poll(() => lines).toHaveLength(1);
    tls(running.port, await clientOf('kube-apiserver', other));
    await expect
      .poll(() => counted(running))
      .toEqual(['gateway_guard_tls_failures_total{reason="client certificate"} 2']);
    // One a minute for each address and reason.
    expect(lines).toMatchObject([{ event: 'tls.failed', reason: 'client certificate', address: '127.0.0.1' }]);
  });

  it('client name', async () => {
    const running = await started({ clients: { ca: authority.certificate, names: ['kube-apiserver'] } });
    const socket = tls(running.port, await clientOf('somebody', authority));
    socket.write('POST /validate HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 403 /);
    expect(lines).toMatchObject([{ event: 'tls.failed', reason: 'client name', address: '127.0.0.1' }]);
  });
});

it('counts neither the handshakes that it makes with itself nor the connections that it closes to make room', async () => {
  const running = await started({
    clients: { ca: authority.certificate, names: [] },
    limits: { connections: 16 },
  });
  for (let count = 0; count < 3; count += 1) expect(await running.server.answers()).toBe(true);
  const first = kept(connectPlain(running.port, '127.0.0.1'));
  const closed = once(first, 'close');
  for (let count = 0; count < 16; count += 1) await once(kept(connectPlain(running.port, '127.0.0.1')), 'connect');
  await closed;
  // What is logged in the order of events is there before what comes after it.
  plain(running.port, 'GET / HTTP/1.1\r\n\r\n');
  await expect.poll(() => lines.map(({ reason }) => reason)).toEqual(['no TLS']);
  expect(await counted(running)).toEqual(['gateway_guard_tls_failures_total{reason="no TLS"} 1']);
});

it('trusts another CA of client certificates from the next connection on', async () => {
  const running = await started({ clients: { ca: authority.certificate, names: [] } });
  const [old, next] = [await clientOf('api', authority), await clientOf('api', other)];
  const status = async (client: ConnectionOptions): Promise<string> => {
    const socket = tls(running.port, client);
    socket.write('POST /validate HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n');
    const end = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    return Buffer.isBuffer(end[0]) ? end[0].toString('latin1').slice(9, 12) : 'refused';
  };
  expect([await status(old), await status(next)]).toEqual(['400', 'refused']);
  running.server.trust(`${authority.certificate}\n${other.certificate}`);
  expect([await status(old), await status(next)]).toEqual(['400', '400']);
  running.server.trust(other.certificate);
  expect([await status(old), await status(next)]).toEqual(['refused', '400']);
});
