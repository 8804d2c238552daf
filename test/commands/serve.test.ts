import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

function serveWith(healthPort: number) {
  const settings = ['--set', 'server.port=0', '--set', `server.healthPort=${healthPort}`];
  const words = ['src/main.ts', 'serve', '--standalone', 'manifests/examples', ...settings];
  return spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

const server = serveWith(0);
const said: string[] = [];
let curl = '';

beforeAll(async () => {
  for await (const line of createInterface({ input: server.stderr })) {
    said.push(line);
    if (line.includes('curl')) curl = line.trim();
    if (line.includes('Ctrl-C')) break;
  }
});
afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
});

async function send(file: string): Promise<{ allowed: boolean; status?: { message: string } }> {
  const url = /https:\S+/.exec(curl)?.[0] ?? '';
  const sent = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    rejectUnauthorized: false,
  });
  sent.end(readFileSync(`manifests/requests/${file}.json`));
  const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const answer = JSON.parse(Buffer.concat(chunks).toString()) as {
    response: { allowed: boolean; status?: { message: string } };
  };
  return answer.response;
}

describe('the server that npm start starts', () => {
  it('says what it serves and prints a line to paste', () => {
    expect(said[0]).toMatch(/^Gateway Guard serves https:\/\/127\.0\.0\.1:\d+\/validate\.$/);
    expect(curl).toMatch(
      /^curl -sk https:\/\/127\.0\.0\.1:\d+\/validate -H 'content-type: application\/json' -d @manifests\/requests\/gateway-on-8080\.json$/,
    );
  });

  it('denies what that line sends', async () => {
    const { allowed, status } = await send('gateway-on-8080');
    expect(allowed).toBe(false);
    expect(status?.message).toContain('HTTP on port 8080, which Kong does not serve');
  });

  it('lets a conflict be tried in steps: what it lets in joins its inventory', async () => {
    expect((await send('grpcroute-chat')).allowed).toBe(true);
    expect((await send('gateway-on-80')).allowed).toBe(true);
    expect((await send('httproute-chat')).status?.message).toContain(
      'This HTTPRoute and GRPCRoute shop/chat both answer "chat.example.com"',
    );
  });
});

it('ends where a port is taken, and leaves no server behind', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const second = serveWith(port);
  const said = text(second.stderr);
  const [code] = (await once(second, 'exit')) as [number];
  expect(code).not.toBe(0);
  expect(await said).toContain(`Port ${port} on 127.0.0.1 cannot be used`);
  taken.close();
});
