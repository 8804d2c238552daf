import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, fields, list, ordered, text } from '../../src/resources/fields.ts';
import { damagedMetadata } from '../support/metadata-corpus.ts';
import { commandLine } from '../support/terminal.ts';
import { ControlPlane, requiredPath, type Posted } from './control-plane.ts';
import { definitionsOf } from './fixtures.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const { yaml: definitions, version } = definitionsOf(crds);
const plane = new ControlPlane();

let isCurrent = false;

beforeAll(async () => {
  await plane.start();
  const { minor } = JSON.parse(plane.mustKubectl(['get', '--raw', '/version'])) as { minor: string };
  isCurrent = Number.parseInt(minor, 10) >= 36;
  plane.mustKubectl(['create', '--validate=false', '-f', '-'], definitions);
  plane.mustKubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
});
afterAll(() => plane.stop());

interface Kind {
  readonly kind: string;
  readonly apiVersion: () => string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  readonly rest: object;
}

const listeners = [{ name: 'a', port: 80, protocol: 'HTTP' }];
const kinds: readonly Kind[] = [
  {
    kind: 'Gateway',
    plural: 'gateways',
    isNamespaced: true,
    apiVersion: () => version('Gateway'),
    rest: { spec: { gatewayClassName: 'a', listeners } },
  },
  {
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    isNamespaced: false,
    apiVersion: () => version('GatewayClass'),
    rest: { spec: { controllerName: 'a.b/c' } },
  },
  { kind: 'ConfigMap', plural: 'configmaps', isNamespaced: true, apiVersion: () => 'v1', rest: {} },
  {
    kind: 'Service',
    plural: 'services',
    isNamespaced: true,
    apiVersion: () => 'v1',
    rest: { spec: { ports: [{ port: 80 }] } },
  },
  { kind: 'Namespace', plural: 'namespaces', isNamespaced: false, apiVersion: () => 'v1', rest: {} },
];

/** What somebody says of an object: whether it is refused, for what, and with which warnings. */
interface Said {
  readonly isDenied: boolean;
  readonly causes: readonly string[];
  readonly warnings: readonly string[];
}

interface Case {
  readonly kind: Kind;
  readonly metadata: unknown;
}

const cases: readonly Case[] = kinds.flatMap((kind) =>
  damagedMetadata('sample').map((metadata) => ({ kind, metadata })),
);

/** With its keys in order, as kubectl sends it. */
function objectOf({ kind: { kind, apiVersion, rest }, metadata }: Case): object {
  return fields(ordered({ apiVersion: apiVersion(), kind, metadata, ...rest })) ?? {};
}

/** What the API server answers to a creation in the namespace that kubectl would take. */
async function ask(one: Case): Promise<Said> {
  const { plural, isNamespaced, apiVersion } = one.kind;
  const namespace = text(one.metadata, 'namespace') ?? 'default';
  const scope = isNamespaced ? `namespaces/${encodeURIComponent(namespace)}/` : '';
  const root = apiVersion().includes('/') ? 'apis' : 'api';
  const posted = await plane.post(
    `/${root}/${apiVersion()}/${scope}${plural}?dryRun=All&fieldValidation=Warn`,
    objectOf(one),
  );
  return { isDenied: posted.code >= 400, causes: causesOf(posted, one.metadata), warnings: sorted(posted.warnings) };
}

/** What follows from no rule having been looked at is not of the metadata. */
function causesOf({ code, answer }: Posted, metadata: unknown): string[] {
  if (code < 400) return [];
  const causes = list(field(answer, 'details'), 'causes').filter((cause) => text(cause, 'field') !== '<nil>');
  if (causes.length === 0) return [text(answer, 'message') ?? ''];
  const isGenerated = text(metadata, 'name') === undefined && text(metadata, 'generateName') !== undefined;
  return sorted(
    causes.map((cause) => {
      const [path, message] = [text(cause, 'field') ?? '', text(cause, 'message') ?? ''];
      // The five letters behind a generateName are chance.
      const same = isGenerated && path === 'metadata.name' ? message.replace(/[a-z0-9]{5}": /, 'xxxxx": ') : message;
      return `${path}: ${same}`;
    }),
  );
}

function sorted(words: Iterable<string>): string[] {
  return [...new Set(words)].toSorted();
}

interface Finding {
  readonly rule: string;
  readonly enforcement: string;
  readonly path: string;
  readonly message: string;
  readonly source: { readonly line: number };
}

/** What `check` says of all of them, one a line. */
async function check(file: string): Promise<Said[]> {
  const documents = cases.map((one) => JSON.stringify(objectOf(one)));
  const { out } = await commandLine(['check', '-o', 'json', '--crds', file, '-'], `---\n${documents.join('\n---\n')}`);
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  const own = Map.groupBy(
    findings.filter(({ rule }) => rule === 'manifest'),
    ({ source }) => source.line,
  );
  return cases.map((_one, index) => {
    const its = own.get(2 + index * 2) ?? [];
    const denials = its.filter(({ enforcement }) => enforcement === 'deny');
    const isUnread = denials.some(({ message }) => message.includes(' cannot be handled as a '));
    const told = denials.map(({ path, message }) => (isUnread ? message : `${path}: ${message}`));
    return {
      isDenied: denials.length > 0,
      // The API server stops at the first value that it cannot decode.
      causes: isUnread ? told.slice(0, 1) : sorted(told),
      warnings: sorted(its.filter(({ enforcement }) => enforcement === 'warn').map(asWarning)),
    };
  });
}

/** The API server's own words within ours. */
function asWarning({ path, message }: Finding): string {
  if (message.startsWith('unknown field')) return message.split(':', 1)[0] ?? '';
  return path === 'metadata.ownerReferences' ? `.${path} ${message}` : `${path}: ${message}`;
}

describe('what check says of metadata', () => {
  it('is what the API server says: the same verdict, fields, words and warnings', async () => {
    const ours = await check(crds);
    const different: object[] = [];
    for (const [index, one] of cases.entries()) {
      const theirs = await ask(one);
      const said = ours[index];
      // Whether a Namespace exists is asked first, and nothing else is said then.
      const isElsewhere = theirs.causes.some((cause) => /^namespaces ".*" not found$/s.test(cause));
      if (!isCurrent && beginsWithDigit(one)) continue;
      if (isElsewhere ? !isKnownNamespace(one) === said?.isDenied : same(theirs, said)) continue;
      different.push({ kind: one.kind.kind, metadata: one.metadata, theirs, said });
    }
    expect(different).toEqual([]);
    expect(cases.length).toBeGreaterThan(3000);
  }, 300_000);
});

describe('what check says of kinds', () => {
  const group = 'gateway.networking.k8s.io';
  const named = (apiVersion: string, kind: string): string =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: sample}\nspec: {controllerName: a.b/c}\n`;

  it.each<[string, () => string]>([
    ['a plural', () => named(version('GatewayClass'), 'GatewayClasses')],
    ['a kind in lower case', () => named(version('GatewayClass'), 'gatewayclass')],
    ['a kind that is misspelt', () => named(version('GatewayClass'), 'GatewayClas')],
    ['a kind that the group does not have', () => named(version('GatewayClass'), 'Nothing')],
    ['a group without a version', () => named(group, 'GatewayClass')],
    ['a group that is misspelt', () => named('networking.gateway.k8s.io/v1', 'GatewayClass')],
    ['a version that is not served', () => named(`${group}/v9`, 'GatewayClass')],
    ['a version without its group', () => named('v1', 'GatewayClass')],
    ['a document without apiVersion', () => named('x', 'GatewayClass').replace('apiVersion: x\n', '')],
    ['a document with apiversion', () => named(version('GatewayClass'), 'GatewayClass').replace('apiV', 'apiv')],
    ['a document without kind', () => named(version('GatewayClass'), 'x').replace('kind: x\n', '')],
  ])('%s is what kubectl says', async (_title, yaml) => {
    const { status, stderr } = plane.kubectl(['apply', '--dry-run=server', '-f', '-'], yaml());
    expect(status).toBe(1);
    const { out } = await commandLine(['check', '-o', 'json', '--crds', crds, '-'], yaml());
    const { findings } = JSON.parse(out) as { findings: Finding[] };
    const denials = findings.filter(({ enforcement }) => enforcement === 'deny');
    expect(denials).toHaveLength(1);
    expect(stderr).toContain(denials[0]?.message);
  });

  it('is nothing of a GatewayClass, which kubectl applies', async () => {
    const yaml = named(version('GatewayClass'), 'GatewayClass').replace('sample', 'sample, namespace: any');
    expect(plane.kubectl(['apply', '--dry-run=server', '-f', '-'], yaml).status).toBe(0);
    const { out } = await commandLine(['check', '-o', 'json', '--crds', crds, '-'], yaml);
    expect(
      (JSON.parse(out) as { findings: Finding[] }).findings.filter(({ enforcement }) => enforcement === 'deny'),
    ).toEqual([]);
  });
});

/** Before 1.36 a Service could not be named so. */
function beginsWithDigit({ kind, metadata }: Case): boolean {
  return kind.kind === 'Service' && ['name', 'generateName'].some((name) => /^[0-9]/.test(text(metadata, name) ?? ''));
}

function isKnownNamespace({ metadata }: Case): boolean {
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text(metadata, 'namespace') ?? '');
}

/** The words are those of 1.36; of releases before, the fields are the same. */
function same(theirs: Said, ours: Said | undefined): boolean {
  if (theirs.isDenied !== ours?.isDenied) return false;
  if (isCurrent) return isDeepStrictEqual(theirs, ours);
  const fieldsOf = ({ causes }: Said): string[] => sorted(causes.map((cause) => cause.split(':', 1)[0] ?? ''));
  return isDeepStrictEqual(fieldsOf(theirs), fieldsOf(ours));
}
