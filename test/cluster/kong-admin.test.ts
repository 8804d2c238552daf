import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueCertificate } from '../../src/certificates/issue.ts';
import { KongAdmin } from '../../src/cluster/kong-admin.ts';

const service = { namespace: 'kong', name: 'kong-proxy' };
const listens = { proxy_listeners: [{ ip: '0.0.0.0', port: 8000, ssl: false }], stream_listeners: {} };
let folder: string;
let server: Server;
let url: string;
let answer: RequestListener;
let clock: number;
let lines: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-guard-'));
  const serving = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());
  const client = await issueCertificate(['gateway-guard'], [], Date.now());
  for (const [name, content] of Object.entries({
    'ca.pem': serving.ca,
    'client.pem': client.certificate,
    'client-key.pem': client.key,
    token: 'secret\n',
  })) {
    writeFileSync(join(folder, name), content);
  }
  answer = (_request, response) => response.end(JSON.stringify({ configuration: listens }));
  server = createServer(
    { cert: serving.certificate, key: serving.key, ca: client.ca, requestCert: true, rejectUnauthorized: false },
    (request, response) => answer(request, response),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  [clock, lines] = [0, []];
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const adminOf = (written: { url: string; service: typeof service | undefined }[]): KongAdmin =>
  new KongAdmin({
    urls: written,
    files: {
      token: join(folder, 'token'),
      ca: join(folder, 'ca.pem'),
      certificate: join(folder, 'client.pem'),
      key: join(folder, 'client-key.pem'),
    },
    log: pino({ level: 'info' }, { write: (line) => lines.push(line) }),
    interval: 1000,
    staleAfter: 60_000,
    clock: () => clock,
    userAgent: 'gateway-guard/1.2.3',
  });

describe("Kong's Admin API", () => {
  it('is asked with token and client certificate, and its CA is checked', async () => {
    let asked: unknown;
    answer = (request, response) => {
      const { socket } = request;
      const { CN } = socket instanceof TLSSocket ? socket.getPeerCertificate().subject : {};
      asked = [request.method, request.url, request.headers['kong-admin-token'], CN, request.headers['user-agent']];
      response.end(JSON.stringify({ configuration: listens }));
    };
    const admin = adminOf([{ url, service: undefined }]);
    await admin.poll();
    expect(asked).toEqual(['GET', '/', 'secret', 'gateway-guard', 'gateway-guard/1.2.3']);
    expect(admin.listensOf(service)).toMatchObject([
      { proxy: [{ port: 8000 }], stream: [], from: `the Admin API ${url}` },
    ]);
    expect(admin.states()).toEqual([[url, true, undefined]]);
    writeFileSync(join(folder, 'ca.pem'), (await issueCertificate(['other'], [], Date.now())).ca);
    await admin.poll();
    expect(admin.states()).toEqual([[url, false, expect.stringMatching(/certificate|signature/)]]);
  });

  it('speaks for the Service that the configuration says, and for no other', async () => {
    const admin = adminOf([{ url, service }]);
    await admin.poll();
    expect(admin.listensOf(service)).toHaveLength(1);
    expect(admin.listensOf({ namespace: 'kong', name: 'other' })).toEqual([]);
  });

  it('is unknown until it has answered, and again once its answer is old; between, what it said last counts', async () => {
    const admin = adminOf([{ url, service: undefined }]);
    expect(admin.listensOf(service)).toEqual([
      { unknown: `Kong's Admin API ${url} does not answer (it has not been asked yet)` },
    ]);
    await admin.poll();
    answer = (_request, response) => response.writeHead(401).end('{"message":"Unauthorized"}');
    clock += 59_000;
    await admin.poll();
    await admin.poll();
    expect(admin.listensOf(service)).toMatchObject([{ proxy: [{ port: 8000 }] }]);
    clock += 2000;
    expect(admin.listensOf(service)).toEqual([{ unknown: expect.stringContaining('HTTP 401') as string }]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('secret');
  });

  it('is cut off where its answer does not end', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    let sent = 0;
    answer = (_request, response) => {
      const go = (): void => {
        do sent += piece.length;
        while (response.write(piece));
        response.once('drain', go);
      };
      response.write('{"configuration":{"x":"');
      go();
    };
    const admin = adminOf([{ url, service: undefined }]);
    await admin.poll();
    expect(admin.states()).toEqual([[url, false, 'the answer is longer than 4194304 bytes']]);
    expect(sent).toBeLessThan(32 * piece.length);
  });

  it.each<[string, RequestListener]>([
    ['no JSON', (_request, response) => response.end('<html>')],
    ['another JSON', (_request, response) => response.end('{"hello":"world"}')],
    ['a reset', (request) => request.socket.destroy()],
  ])('that answers with %s is no failure of the server', async (_title, fault) => {
    answer = fault;
    const admin = adminOf([{ url, service: undefined }]);
    await admin.poll();
    expect(admin.listensOf(service)).toEqual([{ unknown: expect.stringContaining('does not answer') as string }]);
  });
});
