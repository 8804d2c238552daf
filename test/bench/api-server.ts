/**
 * An API server of a large cluster for the benchmark, in a process of its own: lists in pages, watches that stay open, and `POST /burst/N`, which
 * sends N changes of HTTPRoutes at once. `api-server.ts SCALE FOLDER`: 1 is the cluster of the figures, FOLDER
 * holds its certificate. Prints its port.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { kinds, type Kind } from '../../src/resources/kinds.ts';
import { itemAt, sizesOf } from './large-cluster.ts';

const [scale, folder = '.'] = process.argv.slice(2);
const sizes = sizesOf(Number(scale));
const watchers = new Set<ServerResponse>();
let version = 1_000_000;

const pem = (name: string): Buffer => readFileSync(join(folder, name));
const server = createServer({ cert: pem('tls.crt'), key: pem('tls.key') }, (request, response) => {
  const url = new URL(request.url ?? '', 'http://localhost');
  const [, , ...parts] = url.pathname.split('/');
  response.setHeader('content-type', 'application/json');
  if (url.pathname.startsWith('/burst/')) burst(Number(parts[0]), response);
  else if (url.pathname.startsWith('/apis/') && parts.length === 2) {
    response.end(JSON.stringify({ resources: Object.values(kinds).map(({ plural }) => ({ name: plural })) }));
  } else answer(url, request, response);
});

function answer(url: URL, request: IncomingMessage, response: ServerResponse): void {
  const plural = url.pathname.split('/').at(-1);
  const kind = (Object.keys(kinds) as Kind[]).find((name) => kinds[name].plural === plural);
  if (kind === undefined) response.writeHead(404).end('{}');
  else if (url.searchParams.has('watch')) watch(kind, request, response);
  else list(kind, url, response);
}

function list(kind: Kind, url: URL, response: ServerResponse): void {
  const size = sizes[kind] ?? 0;
  const start = Number(url.searchParams.get('continue') ?? 0);
  const end = Math.min(size, start + Number(url.searchParams.get('limit') ?? size));
  const items = [];
  for (let index = start; index < end; index += 1) items.push(itemAt(kind, index, index));
  const next = end < size ? `,"continue":"${end}"` : '';
  const { group, versions } = kinds[kind];
  const apiVersion = `${group === '' ? '' : `${group}/`}${versions[0]}`;
  response.end(
    `{"kind":"${kind}List","apiVersion":"${apiVersion}","metadata":{"resourceVersion":"${version}"${next}},"items":[${items.join(',')}]}`,
  );
}

function watch(kind: Kind, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200).flushHeaders();
  if (kind !== 'HTTPRoute') return;
  watchers.add(response);
  request.on('close', () => watchers.delete(response));
}

/** Changes spread over all routes, sent as fast as the connection takes them. */
function burst(count: number, response: ServerResponse): void {
  const size = sizes.HTTPRoute ?? 1;
  const lines = [];
  for (let turn = 0; turn < count; turn += 1) {
    version += 1;
    const item = itemAt('HTTPRoute', (turn * 7919) % size, version);
    lines.push(
      `{"type":"MODIFIED","object":{"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",${item.slice(1)}}\n`,
    );
  }
  for (const watcher of watchers) watcher.write(lines.join(''));
  response.end('{}');
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(address.port);
});
