import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePorts, waitFor } from '../e2e/control-plane.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-start-'));
const kubeconfig = join(folder, 'kubeconfig');
/** An API server that forbids everything, so that there never is a certificate. */
const api: Server = createServer((_request, response) => {
  response.writeHead(403, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 403, message: 'forbidden' }),
  );
});
const started: ChildProcessByStdio<null, null, Readable>[] = [];

beforeAll(async () => {
  await once(api.listen(0, '127.0.0.1'), 'listening');
  const { port } = api.address() as AddressInfo;
  writeFileSync(
    kubeconfig,
    `apiVersion: v1
kind: Config
current-context: one
clusters: [{name: one, cluster: {server: 'http://127.0.0.1:${port}'}}]
users: [{name: one, user: {}}]
contexts: [{name: one, context: {cluster: one, user: one}}]
`,
  );
});
afterEach(() => {
  for (const server of started.splice(0)) server.kill('SIGKILL');
});
afterAll(() => {
  api.closeAllConnections();
  api.close();
  rmSync(folder, { recursive: true });
});

function serve(...words: readonly string[]) {
  const server = spawn(process.execPath, ['src/main.ts', 'serve', ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(server);
  const said = text(server.stderr);
  const ended = once(server, 'exit') as Promise<[number | null, string | null]>;
  return { server, said, ended };
}

/** The lines of standard error; throws for one that is not JSON. */
const lines = (said: string): Record<string, unknown>[] =>
  said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a server that waits for its certificate', { timeout: 60_000 }, () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'is alive and not ready, says so in JSON, and ends by %s without an error',
    async (signal) => {
      const [port = 0, healthPort = 0] = await freePorts(2);
      const settings = [
        `server.port=${port}`,
        `server.healthPort=${healthPort}`,
        'server.host=127.0.0.1',
        'certificates.secretName=nobody-may-read-it',
      ];
      const { server, said, ended } = serve(
        ...['--kubeconfig', kubeconfig, ...settings.flatMap((setting) => ['--set', setting])],
      );
      const got = (path: string): Promise<Response | undefined> =>
        fetch(`http://127.0.0.1:${healthPort}${path}`).catch(() => undefined);
      await waitFor('/livez', async () => (await got('/livez'))?.status === 200);
      const readiness = await got('/readyz');
      expect([readiness?.status, await readiness?.text()]).toEqual([503, 'the server is starting\n']);
      expect(await (await got('/metrics'))?.text()).toMatch(
        /^gateway_guard_build_info\{version="\d+\.\d+\.\d+",nodejs="\d+\.\d+\.\d+"\} 1$/m,
      );
      server.kill(signal);
      expect(await ended).toEqual([0, null]);
      const written = lines(await said);
      expect(written.map(({ level }) => level)).toContain('error');
      expect(written.filter(({ event }) => typeof event !== 'string')).toEqual([]);
    },
  );
});

describe('a start that fails in a cluster', { timeout: 60_000 }, () => {
  it.each<[string, string[], number, RegExp]>([
    ['an unknown option', ['--typo'], 2, /There is no option --typo/],
    ['a wrong value', ['--set', 'server.port=x'], 2, /server\.port/],
    [
      'no kubeconfig',
      ['--kubeconfig', 'none.yaml', '--set', 'server.healthPort=0'],
      2,
      /The kubeconfig cannot be read/,
    ],
    [
      'no CA of client certificates',
      ['--kubeconfig', kubeconfig, '--set', 'server.clientCaFile=none.crt', '--set', 'server.healthPort=0'],
      2,
      /The CA of client certificates cannot be read/,
    ],
  ])('says in JSON why: %s', async (_title, words, status, message) => {
    const { said, ended } = serve(...words);
    expect(await ended).toEqual([status, null]);
    const failures = lines(await said).filter(({ event }) => event === 'server.failed');
    expect(failures).toEqual([
      expect.objectContaining({
        level: 'error',
        event: 'server.failed',
        msg: expect.stringMatching(message) as string,
      }),
    ]);
  });

  it('says on a terminal, and with --standalone, a sentence', async () => {
    const { said, ended } = serve('--standalone', 'manifests/examples', '--typo');
    expect([await ended, await said]).toEqual([[2, null], expect.stringMatching(/^error: There is no option --typo/)]);
  });
});
