import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shelfCrd } from '../support/shelf.ts';
import { commandLine } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-crds-'));
const crds = join(folder, 'crds.yaml');
beforeAll(() => writeFileSync(crds, shelfCrd));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shelf = (spec: string): string =>
  `apiVersion: example.com/v1\nkind: Shelf\nmetadata:\n  name: tall\nspec:\n  ${spec.split('\n').join('\n  ')}\n`;
const check = (yaml: string, ...words: string[]) => commandLine(['check', '-o', 'json', ...words, '-'], yaml);
const told = (out: string): string[] =>
  (
    JSON.parse(out) as {
      findings: {
        rule: string;
        enforcement: string;
        path: string;
        object: { namespace: string };
        source: { line: number; column: number };
      }[];
    }
  ).findings.map(
    ({ rule, enforcement, path, source, object }) =>
      `${enforcement} ${rule} ${object.namespace} ${path} ${source.line}:${source.column}`,
  );

describe('--crds', () => {
  it('checks objects of kinds that no rule knows, with the place of each field', async () => {
    const { status, out } = await check(
      shelf('owner: abcdef\nsize: 11\nbooks: [{title: a}, {title: b}]\ncolr: Red'),
      '--crds',
      crds,
    );
    expect([status, told(out)]).toEqual([
      1,
      [
        'deny crd-schema default spec.owner 6:3',
        'deny crd-schema default spec.size 7:3',
        'deny crd-schema default  1:1',
        'warn crd-schema default spec.colr 9:3',
      ],
    ]);
  });

  it("checks the CRDs' own rules", async () => {
    const { status, out } = await check(shelf('owner: me\nnote: forbidden'), '--crds', crds, '-n', 'shop');
    expect([status, told(out)]).toEqual([1, ['deny crd-rule shop spec.note 7:3']]);
  });

  it.each([
    ['off', 0, []],
    ['warn', 0, ['warn crd-schema default spec.owner 6:3', 'warn crd-schema default  1:1']],
  ])('obeys the setting crd-schema=%s', async (level, status, expected) => {
    const result = await check(shelf('owner: abcdef'), '--crds', crds, '--set', `rules=crd-schema=${level}`);
    expect([result.status, told(result.out)]).toEqual([status, expected]);
  });

  it('decide how long a list may be, which every known release decides without them', async () => {
    const routes = (most: number): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
spec:
  group: gateway.networking.k8s.io
  scope: Namespaced
  names: {kind: HTTPRoute, plural: httproutes}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                hostnames: {type: array, maxItems: ${most}, items: {type: string}}
`;
    const hostnames = Array.from({ length: 17 }, (_, index) => `h${index}.com`).join(', ');
    const route = `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: shop\nspec:\n  hostnames: [${hostnames}]\n`;
    expect(told((await check(route)).out)).toEqual(['deny list-too-long default spec.hostnames 6:3']);
    const more = join(folder, 'more.yaml');
    writeFileSync(more, routes(32));
    expect(told((await check(route, '--crds', more)).out)).toEqual([]);
    writeFileSync(more, routes(16));
    expect(told((await check(route, '--crds', more)).out)).toEqual(['deny crd-schema default spec.hostnames 6:3']);
  });

  it('are found among the objects too', async () => {
    const { status, out } = await check(`${shelfCrd}---\n${shelf('owner: abcdef')}`);
    expect([status, told(out).length]).toEqual([1, 2]);
  });

  it('without them nothing is said of such objects', async () => {
    expect((await check(shelf('owner: abcdef'))).status).toBe(0);
  });

  it('name a path that holds none', async () => {
    writeFileSync(join(folder, 'none.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
    const { status, err } = await check(shelf('owner: me'), '--crds', join(folder, 'none.yaml'));
    expect([status, err]).toEqual([
      3,
      expect.stringContaining('there is no CustomResourceDefinition of apiextensions.k8s.io/v1'),
    ]);
  });

  describe('an object that was there before is checked as an update', () => {
    const there = (spec: string): string => {
      const file = join(folder, 'there.yaml');
      writeFileSync(file, shelf(spec));
      return file;
    };
    const immutable = 'deny crd-rule default spec 5:1';

    it.each([
      ['a rule about the old value', 'owner: me', 'owner: you', 1, [immutable]],
      ['a field that was wrong before and stays', 'owner: me\nsize: 11', 'owner: me\nsize: 11\nnote: new', 0, []],
      [
        'a field that was wrong before and changes',
        'owner: me\nsize: 11',
        'owner: me\nsize: 12',
        1,
        ['deny crd-schema default spec.size 7:3'],
      ],
    ])('beside --context: %s', async (_title, before, after, status, expected) => {
      const result = await check(shelf(after), '--crds', crds, '--context', there(before));
      expect([result.status, told(result.out)]).toEqual([status, expected]);
    });

    it.each([
      [
        'a rule about the old value is introduced',
        'owner: me',
        'owner: you',
        [immutable],
        '1 introduced, 0 fixed, 0 unchanged.\n',
      ],
      [
        'a field that stays wrong is unchanged',
        'owner: me\nsize: 11',
        'owner: me\nsize: 11',
        [],
        '0 introduced, 0 fixed, 1 unchanged.\n',
      ],
    ])('beside --against: %s', async (_title, before, after, expected, counts) => {
      const { out, err } = await check(shelf(after), '--crds', crds, '--against', there(before));
      expect([told(out), err]).toEqual([expected, counts]);
    });

    it('not for an object of another name', async () => {
      const other = shelf('owner: you').replace('tall', 'low');
      expect((await check(other, '--crds', crds, '--context', there('owner: me'))).status).toBe(0);
    });
  });

  it('tell on standard error which rules they cannot evaluate', async () => {
    writeFileSync(
      join(folder, 'strange.yaml'),
      shelfCrd.replace('self.owner == oldSelf.owner', 'quantity(self.owner).isGreaterThan(1)'),
    );
    const { status, err } = await check(shelf('owner: me'), '--crds', join(folder, 'strange.yaml'));
    expect([status, err]).toEqual([
      0,
      expect.stringContaining(
        'A rule of the CRD of Shelf cannot be evaluated here, and is left to the API server: quantity(',
      ),
    ]);
  });
});
