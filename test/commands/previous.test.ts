import { once } from 'node:events';
import { createServer } from 'node:http';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { previousIn, previousInCluster } from '../../src/commands/previous.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { field } from '../../src/resources/fields.ts';
import { definitionsOf, shelf, shelfCrd } from '../support/shelf.ts';

const files = (yaml: string) => ({
  sources: readDocuments(yaml).objects.map((source) => ({ source, file: 'shelves.yaml' })),
});
const written = (name: string, spec: string): string =>
  `apiVersion: example.com/v1\nkind: Shelf\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

describe('among files', () => {
  it('an object is known by group, kind, namespace and name, whatever its version', () => {
    const previous = previousIn([files(written('tall', '{owner: me}'))], 'default');
    expect(field(previous(shelf('{owner: you}')), 'spec')).toEqual({ owner: 'me' });
    const others = [
      '{apiVersion: example.com/v1, kind: Shelf, metadata: {name: low}}',
      '{apiVersion: example.com/v1, kind: Shelf, metadata: {name: tall, namespace: other}}',
      '{apiVersion: example.com/v1, kind: Board, metadata: {name: tall}}',
    ];
    expect(others.map((one) => previous(parse(one)))).toEqual([undefined, undefined, undefined]);
    const elsewhere: unknown = parse('{apiVersion: example.com/v2, kind: Shelf, metadata: {name: tall}}');
    expect(previous(elsewhere)).toBeDefined();
  });
});

describe('in a cluster', () => {
  let status = 200;
  const server = createServer((request, response) => {
    const items = [parse(written('tall', '{owner: me}')), parse(written('low', '{owner: me}'))].map((one) => ({
      ...(one as object),
      metadata: { ...(field(one, 'metadata') as object), namespace: 'default' },
    }));
    const isList = request.url?.startsWith('/apis/example.com/v1/shelves?') === true;
    response.writeHead(isList ? status : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ apiVersion: 'example.com/v1', metadata: { resourceVersion: '1' }, items }));
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const lookUp = async (): Promise<unknown[]> => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const client = new ApiClient(openAccess(`http://127.0.0.1:${port}`));
    const previous = await previousInCluster(
      client,
      files(written('tall', '{owner: you}')),
      definitionsOf(shelfCrd),
      'default',
    );
    const low: unknown = parse(written('low', '{}'));
    return [field(previous(shelf('{owner: you}')), 'spec'), previous(low)];
  };

  it('only the objects of the files are kept', async () => {
    expect(await lookUp()).toEqual([{ owner: 'me' }, undefined]);
  });

  it('a kind that may not be listed is unknown', async () => {
    status = 403;
    expect(await lookUp()).toEqual([undefined, undefined]);
    status = 200;
  });
});
