import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig, type ConfigSources } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function load(yaml: string | undefined, sources: Partial<ConfigSources> = {}): Config {
  const file = yaml === undefined ? undefined : join(folder, 'gateway-guard.yaml');
  if (file !== undefined && yaml !== undefined) writeFileSync(file, yaml);
  return loadConfig({ file, environment: {}, assignments: [], ...sources });
}

describe('the configuration', () => {
  it('has a default for every key', () => {
    expect(load(undefined)).toMatchObject({
      profile: 'default',
      rules: {},
      kong: { controllerNames: ['konghq.com/kic-gateway-controller'] },
      server: { port: 8443, healthPort: 8080, bodyLimitBytes: 7 * 1024 * 1024 },
    });
    expect(load('')).toEqual(load(undefined));
  });

  it('comes from a file', () => {
    const config = load(
      'profile: strict\nrules:\n  kong-listen-missing: warn\nkong:\n  publishServices: [kong/proxy]\n',
    );
    expect(config).toMatchObject({
      profile: 'strict',
      rules: { 'kong-listen-missing': 'warn' },
      kong: { publishServices: ['kong/proxy'] },
    });
  });

  it('single values come from variables, and from --set before them', () => {
    const environment = {
      GATEWAY_GUARD_SERVER_HEALTH_PORT: '1',
      GATEWAY_GUARD_PROFILE: 'observe',
      GATEWAY_GUARD_KONG_PUBLISH_SERVICES: 'a/b, c/d',
      GATEWAY_GUARD_WATCH_SECRETS: 'true',
      GATEWAY_GUARD_MESH_ENABLED: 'false',
      GATEWAY_GUARD_MESH_VERSION: '3.x',
    };
    const config = load('server: {healthPort: 2, port: 3}', { environment, assignments: ['profile=strict'] });
    expect(config).toMatchObject({
      profile: 'strict',
      server: { healthPort: 1, port: 3 },
      kong: { publishServices: ['a/b', 'c/d'] },
      watchSecrets: true,
      mesh: { enabled: false, version: '3.x', zone: 'auto' },
    });
    expect(load(undefined, { environment: { GATEWAY_GUARD_MESH_ENABLED: 'auto' } }).mesh.enabled).toBe('auto');
  });
});

describe('a wrong configuration is refused with a sentence', () => {
  it.each([
    ['an unknown key', 'sever: {}', 'unknown key sever; allowed here: profile, rules, scope'],
    [
      'an unknown key below another',
      'kong: {service: a/b}',
      'unknown key kong.service; allowed here: controllerNames, ingressController, publishServices',
    ],
    [
      'an unknown rule',
      'rules: {kong-listens: deny}',
      'there is no rule "kong-listens"; the rules are kong-listen-missing',
    ],
    ['an unknown enforcement', 'rules: {listener-conflict: block}', 'rules.listener-conflict: Invalid option'],
    ['a port out of range', 'server: {port: 99999}', 'server.port: '],
    [
      'a Service without a namespace',
      'kong: {publishServices: [proxy]}',
      'kong.publishServices.0: must be namespace/name',
    ],
    ['a mesh version that is none', 'mesh: {version: newest}', 'mesh.version: must be a version such as "2.x"'],
    ['a mesh that is half on', 'mesh: {enabled: maybe}', 'mesh.enabled: must be auto, true or false'],
    ['a list', '[]', 'must be a map of keys'],
    ['broken YAML', 'a: [', 'cannot be read'],
    ['half a certificate', 'server: {keyFile: a}', 'go together'],
    [
      'names of clients that need no certificate',
      'server: {clientNames: [a]}',
      'server.clientNames needs server.clientCaFile',
    ],
    ['a name that no certificate can have', 'certificates: {names: [münchen.de]}', 'must be a DNS name in ASCII'],
    ['an empty name', 'certificates: {names: [""]}', 'must be a DNS name in ASCII'],
    [
      'an interval that a timer cannot wait',
      'certificates: {intervalSeconds: 2592000}',
      'certificates.intervalSeconds: ',
    ],
    [
      'a password in a URL, which logs would show',
      'kong: {adminUrls: ["https://admin:secret@kong:8444"]}',
      'kong.adminUrls.0: ',
    ],
  ])('%s', (_title, yaml, message) => {
    expect(() => load(yaml)).toThrow(message);
  });

  it('a file that is not there', () => {
    expect(() => loadConfig({ file: join(folder, 'missing.yaml'), environment: {}, assignments: [] })).toThrow(
      'missing.yaml cannot be read',
    );
  });

  it('an assignment to a key that does not exist', () => {
    expect(() => load(undefined, { assignments: ['server.prot=1'] })).toThrow(
      'There is no setting "server.prot". The settings are profile, rules',
    );
    expect(() => load(undefined, { assignments: ['nonsense'] })).toThrow('There is no setting "nonsense"');
  });
});

it.each(['guard.kong.svc', '*.example.com', 'localhost', '10.0.0.1', '::1', 'xn--mnchen-3ya.de'])(
  'takes %s as a name of a certificate',
  (name) => {
    expect(load(`certificates: {names: ["${name}"]}`).certificates.names).toEqual([name]);
  },
);
