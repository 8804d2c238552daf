/** The server in a process of its own before the benchmark's API server, as a pod runs it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { request, type Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { issueCertificate } from '../../src/certificates/issue.ts';
import { freePorts } from '../e2e/control-plane.ts';
import { reviewOf, routeManifest } from './cluster.ts';

const body = reviewOf(routeManifest('HTTPRoute', 'under-review', 12));

/** A folder with a service account's token and CA, and the API server's certificate. */
export async function accountFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-bench-'));
  const { certificate, key, ca } = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());
  const files = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': ca, token: 'bench', namespace: 'gateway-guard' };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** An API server of a cluster of a scale; 1 is the cluster of the figures. */
export async function startApiServer(scale: number, folder: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ['test/bench/api-server.ts', String(scale), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, port: Number(line) };
}

/** Starts the server and waits until it is ready. */
export async function startGuard(apiPort: number, folder: string): Promise<{ child: ChildProcess; port: number }> {
  const [port = 0, healthPort = 0] = await freePorts(2);
  const settings = [
    `server.port=${port}`,
    `server.healthPort=${healthPort}`,
    'server.host=127.0.0.1',
    'audit.intervalSeconds=0',
  ];
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { serve: string } };
  const words = [
    // As `npm run serve` starts it, V8's options included.
    ...scripts.serve.split(' ').slice(1),
    '--service-account',
    folder,
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
  const surroundings = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(apiPort) };
  const env = { ...process.env, ...surroundings };
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'ignore'], env });
  const isReady = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined))?.ok === true;
  while (!(await isReady())) await delay(50);
  return { child, port };
}

/** Lets the API server send so many changes at once, and waits until it has. */
export async function burstOnce(apiPort: number, burstSize: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const url = `https://127.0.0.1:${apiPort}/burst/${burstSize}`;
    request(
      url,
      { method: 'POST', rejectUnauthorized: false },
      (response) => void text(response).then(() => resolve(), reject),
    )
      .on('error', reject)
      .end();
  });
}

/** Asks for one review, which must be let in. */
export async function review(port: number, agent: Agent): Promise<void> {
  const options = { agent, method: 'POST', headers: { 'content-type': 'application/json' } };
  const answer = await new Promise<string>((resolve, reject) => {
    request(`https://127.0.0.1:${port}/validate`, options, (response) => void text(response).then(resolve, reject))
      .on('error', reject)
      .end(body);
  });
  if (!answer.includes('"allowed":true')) throw new Error(`an unexpected answer: ${answer.slice(0, 300)}`);
}

/** A figure of a process: `VmRSS`, what is resident now, or `VmHWM`, the most that ever was; in MiB. */
export function memoryOf({ pid }: ChildProcess, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
  return Number(/(\d+) kB/.exec(status.slice(status.indexOf(`${name}:`)))?.[1]) / 1024;
}
