/**
 * `npm run bench:memory`: the server in a cgroup with the memory that the Deployment gives it, before API servers that hold many or large
 * objects: does it start, does it stay, how much does it need. Without cgroups it gets V8's limit for that memory, and the most that was resident decides.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Kind } from '../../src/resources/kinds.ts';
import { freePorts } from '../e2e/control-plane.ts';
import { accountFolder, memoryOf } from './guard.ts';
import type { Heavy } from './heavy-api-server.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 10);
const limit = limitOfDeployment();
const content = (count: number, bytes: number): Heavy => ({ count, bytes, in: 'content' });
const [kB, MB] = [1000, 1_000_000];

const clusters: readonly (readonly [string, Partial<Record<Kind, Heavy>>])[] = [
  ['300 ConfigMaps of 1 MB', { ConfigMap: content(300, MB) }],
  ['5,000 ConfigMaps of 100 kB', { ConfigMap: content(5000, 100 * kB) }],
  ['300 of 1 MB that Kong names', { ConfigMap: content(300, MB), Deployment: content(300, 0) }],
  ['500 Deployments of 1.5 MB, variables', { Deployment: content(500, 1.5 * MB) }],
  ['500 Deployments of 1.5 MB, annotations', { Deployment: { count: 500, bytes: 750 * kB, in: 'annotations' } }],
  ['3,000 HTTPRoutes, annotations of 250 kB', { HTTPRoute: { count: 3000, bytes: 125 * kB, in: 'annotations' } }],
  ['500 each of Service, HTTPRoute of 1.5 MB', { Service: content(500, 1.5 * MB), HTTPRoute: content(500, 1.5 * MB) }],
  ['100,000 Secrets', { Secret: content(100_000, 0) }],
  ['100,000 Services', { Service: content(100_000, 0) }],
  ['100,000 Namespaces', { Namespace: content(100_000, 0) }],
  [
    '100,000 each of these, and ConfigMaps',
    {
      Secret: content(100_000, 0),
      Service: content(100_000, 0),
      Namespace: content(100_000, 0),
      ConfigMap: content(100_000, 0),
    },
  ],
];

const folder = await accountFolder();
const group = makeGroup();
const only = process.argv[2] ?? '';
console.log(`limit ${Math.round(limit / 2 ** 20)} MiB, ${group === undefined ? "V8's" : 'of a cgroup'}\n`);
console.log(
  `${'cluster'.padEnd(44)}${['ready, s', 'peak, MiB', 'then, MiB'].map((text) => text.padStart(11)).join('')}`,
);
for (const [title, heavy] of clusters.filter(([name]) => name.includes(only))) {
  console.log(`${title.padEnd(44)}${(await measure(heavy)).map((text) => text.padStart(11)).join('')}`);
}
if (group !== undefined) rmdirSync(group.folder);

/** Starts the server and leaves it alone for some seconds. */
async function measure(heavy: Partial<Record<Kind, Heavy>>): Promise<string[]> {
  const words = ['test/bench/heavy-api-server.ts', folder, JSON.stringify(heavy)];
  const api = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface({ input: api.stdout }), 'line')) as [string];
  const started = performance.now();
  const { child, healthPort } = await startServer(port);
  try {
    const isReady = async (): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined))?.ok === true;
    while (isAlive(child) && !(await isReady())) await delay(50);
    const ready = (performance.now() - started) / 1000;
    if (isAlive(child)) await delay(seconds * 1000);
    if (!isAlive(child)) return ['it ended', '', ''];
    return [ready.toFixed(1), memoryOf(child, 'VmHWM').toFixed(0), memoryOf(child, 'VmRSS').toFixed(0)];
  } finally {
    if (isAlive(child)) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    api.kill();
  }
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function startServer(apiPort: string): Promise<{ child: ChildProcess; healthPort: number }> {
  const [port = 0, healthPort = 0] = await freePorts(2);
  const settings = [
    `server.port=${port}`,
    `server.healthPort=${healthPort}`,
    'server.host=127.0.0.1',
    'audit.intervalSeconds=0',
    'watchSecrets=true',
  ];
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { serve: string } };
  // Of so much memory V8 takes 432 MiB for its heap by itself.
  const heap = group === undefined ? [`--max-old-space-size=${Math.round(limit / 2 ** 20) - 336}`] : [];
  const words = [
    ...heap,
    ...scripts.serve.split(' ').slice(1),
    ...['--service-account', folder],
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
  const surroundings = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: apiPort };
  const join = group === undefined ? '' : `echo $$ > ${group.tasks} && `;
  const child = spawn('sh', ['-c', `${join}exec "$0" "$@"`, process.execPath, ...words], {
    stdio: 'ignore',
    env: { ...process.env, ...surroundings },
  });
  return { child, healthPort };
}

/** The memory limit of the server's container, in bytes. */
function limitOfDeployment(): number {
  const manifest = parse(readFileSync('manifests/base/deployment.yaml', 'utf8')) as {
    spec: { template: { spec: { containers: { resources: { limits: { memory: string } } }[] } } };
  };
  const written = manifest.spec.template.spec.containers[0]?.resources.limits.memory ?? '';
  const found = /^(\d+)Mi$/.exec(written);
  if (found === null) throw new Error(`the memory limit of manifests/base/deployment.yaml is not in Mi: ${written}`);
  return Number(found[1]) * 2 ** 20;
}

/** A cgroup with that limit, of version 2 or 1; `undefined` where this process may not make one. */
function makeGroup(): { folder: string; tasks: string } | undefined {
  const isNew = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const path = `${isNew ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory'}/gateway-guard-bench-${process.pid}`;
  try {
    mkdirSync(path);
    writeFileSync(join(path, isNew ? 'memory.max' : 'memory.limit_in_bytes'), String(limit));
    return { folder: path, tasks: join(path, 'cgroup.procs') };
  } catch {
    return undefined;
  }
}
