import { request } from 'node:https';
import { connect, type ConnectionOptions } from 'node:tls';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, issueCertificate, type Authority } from '../../src/certificates/issue.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { answersOf } from '../../src/server/answers.ts';
import { Metrics } from '../../src/server/metrics.ts';
import { SelfCheck, type TlsSettings } from '../../src/server/tls.ts';
import { standardLimits, webhookServer, type WebhookServer } from '../../src/server/webhook.ts';
import { clientCertificate } from '../support/client-certificate.ts';
import { mutatorOf } from '../support/mutator.ts';

const self = new SelfCheck();
const now = Date.now();
const validity = { from: now, until: now + 3_600_000 };
const { ca, ...serving } = await issueCertificate(['localhost'], ['127.0.0.1'], now);
const clientAuthority = await issueAuthority(validity);
const clientOf = (name: string, authority = clientAuthority): Promise<Authority> => clientCertificate(name, authority);

function serverWith(tls: Partial<TlsSettings>): WebhookServer {
  const mutator = mutatorOf(new Inventory());
  return webhookServer({
    serving,
    tls: { minVersion: 'TLSv1.3', clients: undefined, ...tls },
    bodyLimitBytes: 100_000,
    limits: standardLimits,
    answers: answersOf(mutator.reviewer, mutator),
    isReady: () => true,
    metrics: new Metrics(),
    log: pino({ level: 'silent' }),
  });
}

const portOf = async (server: WebhookServer): Promise<number> =>
  Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port);

/** The version that a client gets, or the word of its failure. */
function version(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca, ...options });
    socket.once('error', () => resolve('refused'));
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol() ?? 'none');
      socket.destroy();
    });
  });
}

/** The status of a review that a client with this certificate sends, or `refused`. */
function status(port: number, client: Authority | undefined): Promise<number | string> {
  return new Promise((resolve) => {
    const certificate = client === undefined ? {} : { cert: client.certificate, key: client.key };
    const headers = { 'content-type': 'application/json' };
    const sent = request({
      host: '127.0.0.1',
      port,
      path: '/validate',
      method: 'POST',
      ca,
      headers,
      agent: false,
      ...certificate,
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', () => resolve('refused'));
    sent.end(
      JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: { uid: 'u', operation: 'CREATE', object: {} },
      }),
    );
  });
}

describe('the oldest TLS', () => {
  it.each([
    ['TLSv1.3' as const, ['refused', 'TLSv1.3']],
    ['TLSv1.2' as const, ['TLSv1.2', 'TLSv1.3']],
  ])('is %s', async (minVersion, expected) => {
    const server = serverWith({ minVersion });
    const port = await portOf(server);
    expect(await Promise.all([version(port, { maxVersion: 'TLSv1.2' }), version(port, {})])).toEqual(expected);
    await server.close();
  });
});

describe('where client certificates are asked for', () => {
  const server = serverWith({ clients: { ca: clientAuthority.certificate, names: ['kube-apiserver'] } });
  let port = 0;
  beforeAll(async () => {
    port = await portOf(server);
  });
  afterAll(() => server.close());

  it('a client with one of the names is answered', async () => {
    expect(await status(port, await clientOf('kube-apiserver'))).toBe(200);
  });

  it('a client with another name is refused in words, one of another CA, or without a certificate, in TLS', async () => {
    expect(await status(port, await clientOf('somebody'))).toBe(403);
    expect(await status(port, await clientOf('kube-apiserver', await issueAuthority(validity)))).toBe('refused');
    expect(await status(port, undefined)).toBe('refused');
  });

  it('another serving certificate does not open it to others', async () => {
    server.serve({ certificate: serving.certificate, key: serving.key });
    expect(await status(port, undefined)).toBe('refused');
    expect(await status(port, await clientOf('kube-apiserver'))).toBe(200);
  });

  it('the server can still tell that its port answers', async () => {
    expect(await self.answersWith(serving.certificate, '0.0.0.0', port)).toBe(true);
  });
});

describe('another serving certificate', () => {
  it('is served from the next connection on, and is what readiness looks for', async () => {
    const server = serverWith({});
    const port = await portOf(server);
    const next = await issueCertificate(['localhost'], ['127.0.0.1'], now);
    expect([
      await self.answersWith(serving.certificate, '127.0.0.1', port),
      await self.answersWith(next.certificate, '127.0.0.1', port),
    ]).toEqual([true, false]);
    server.serve(next);
    expect([
      await self.answersWith(serving.certificate, '127.0.0.1', port),
      await self.answersWith(next.certificate, '127.0.0.1', port),
    ]).toEqual([false, true]);
    await server.close();
    expect(await self.answersWith(next.certificate, '127.0.0.1', port)).toBe(false);
  });
});
