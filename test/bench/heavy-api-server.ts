/**
 * An API server that holds many or large objects for the benchmark of memory, in a process of its own: `heavy-api-server.ts FOLDER JSON`. JSON
 * gives for each kind how many objects there are, how many bytes each has, and which of them Kong names. Lists in pages, of the metadata
 * where that is asked for, with watches that stay open and quiet. FOLDER holds its certificate. Prints its port.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { kinds, type Kind } from '../../src/resources/kinds.ts';

/** The objects of a kind. */
export interface Heavy {
  readonly count: number;
  /** Of each object, in what the metadata does not have, or in annotations. */
  readonly bytes: number;
  readonly in: 'content' | 'annotations';
}

const [folder = '.', json = '{}'] = process.argv.slice(2);
const heavy = JSON.parse(json) as Partial<Record<Kind, Heavy>>;
const pem = (name: string): Buffer => readFileSync(join(folder, name));

const server = createServer({ cert: pem('tls.crt'), key: pem('tls.key') }, (request, response) => {
  const url = new URL(request.url ?? '', 'http://localhost');
  const parts = url.pathname.split('/');
  response.setHeader('content-type', 'application/json');
  if (url.pathname.startsWith('/apis/') && parts.length === 4) {
    response.end(JSON.stringify({ resources: Object.values(kinds).map(({ plural }) => ({ name: plural })) }));
    return;
  }
  const isOne = parts.includes('namespaces') && parts.length > 5;
  const plural = parts.at(isOne ? -2 : -1);
  const kind = (Object.keys(kinds) as Kind[]).find((name) => kinds[name].plural === plural);
  if (kind === undefined) response.writeHead(404).end('{}');
  else if (url.searchParams.has('watch')) response.writeHead(200).flushHeaders();
  else if (isOne) response.end(itemAt(kind, Number(parts.at(-1)?.split('-')[1] ?? 0), false));
  else
    void list(
      kind,
      url,
      request.headers.accept?.endsWith(';as=PartialObjectMetadataList;g=meta.k8s.io;v=v1') === true,
      response,
    );
});

async function list(kind: Kind, url: URL, isMetadata: boolean, response: ServerResponse): Promise<void> {
  const count = heavy[kind]?.count ?? 0;
  const start = Number(url.searchParams.get('continue') ?? 0);
  const end = Math.min(count, start + Number(url.searchParams.get('limit') ?? count));
  const next = end < count ? `,"continue":"${end}"` : '';
  response.write(`{"metadata":{"resourceVersion":"1000"${next}},"items":[`);
  for (let index = start; index < end && !response.destroyed; index += 1) {
    if (!response.write(`${index > start ? ',' : ''}${itemAt(kind, index, isMetadata)}`)) await once(response, 'drain');
  }
  response.end(']}');
}

const managed = '"managedFields":[{"manager":"kubectl","operation":"Update","fieldsV1":{"f:metadata":{},"f:spec":{}}}]';
const fillings = new Map<number, string>();

function filling(bytes: number): string {
  let text = fillings.get(bytes);
  if (text === undefined) fillings.set(bytes, (text = 'x'.repeat(bytes)));
  return text;
}

function itemAt(kind: Kind, index: number, isMetadata: boolean): string {
  const { bytes = 0, in: where = 'content' } = heavy[kind] ?? {};
  const large = filling(bytes);
  const annotations =
    where === 'annotations' ? `"annotations":{"konghq.com/plugins":"${large}","team":"${large}"},` : '';
  const namespace = kinds[kind].namespaced ? `"namespace":"shop-${index % 500}",` : '';
  const metadata = `"metadata":{${namespace}${annotations}"name":"object-${index}","uid":"${kind}-${index}","labels":{"kubernetes.io/metadata.name":"object-${index}"},"creationTimestamp":"2026-01-01T00:00:00Z","resourceVersion":"${index + 1}",${managed}}`;
  if (isMetadata) return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",${metadata}}`;
  return `{${metadata},${contentOf(kind, index, where === 'content' ? large : '')}}`;
}

/** What the kind has beside its metadata: a large text where rules read one. */
function contentOf(kind: Kind, index: number, large: string): string {
  switch (kind) {
    case 'ConfigMap':
      return `"data":{"listens":"0.0.0.0:8000","x":"${large}"}`;
    case 'Deployment': {
      const key = { name: `object-${index}`, key: 'listens' };
      const env = [
        { name: 'KONG_PROXY_LISTEN', valueFrom: { configMapKeyRef: key } },
        { name: 'KONG_NOTE', value: large },
      ];
      const containers = [{ name: 'proxy', image: 'kong:3.9', env, args: [large.slice(0, 1000)] }];
      const template = { metadata: { labels: { app: `object-${index}` } }, spec: { containers } };
      return `"spec":${JSON.stringify({ template })}`;
    }
    case 'HTTPRoute':
      return `"spec":{"parentRefs":[{"name":"edge"}],"rules":[{"backendRefs":[{"name":"${large}","port":80}]}]}`;
    case 'Service':
      return `"spec":{"selector":{"app":"object-${index}"},"ports":[{"name":"http","port":80,"targetPort":8000}],"externalName":"${large}"}`;
    default:
      return `"data":{"x":"${large}"}`;
  }
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(address.port);
});
