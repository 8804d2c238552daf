import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kubeconfigAccess } from '../../src/cluster/access.ts';
import { ApiClient } from '../../src/cluster/api-client.ts';
import { registrationOf } from '../../src/cluster/registration.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { Balancer } from '../support/balancer.ts';
import { ControlPlane, requiredPath, waitFor } from './control-plane.ts';
import { gatewayText, installKong } from './fixtures.ts';
import { Guard, patient } from './guard.ts';

const crds = requiredPath('GATEWAY_API_CRDS', "a file of the Gateway API's CustomResourceDefinitions");
const kong = requiredPath('KONG_INSTALL', "a file of Kong's single-file install");
const plane = new ControlPlane();
const { signal } = new AbortController();
// Lifetimes of seconds: a CA is renewed every 32 seconds, a serving certificate every 12, six before it ends: a machine under load takes so long.
const settings = [
  'certificates.secretName=gateway-guard-certificates',
  'certificates.names=127.0.0.1',
  'certificates.authoritySeconds=48',
  'certificates.servingSeconds=18',
  'certificates.settleSeconds=4',
  'certificates.intervalSeconds=0.5',
  'audit.intervalSeconds=0',
];
const guards = ['first', 'second'].map((name) => new Guard(plane, settings, name));
let balancer: Balancer;
let yaml: (text: string) => string;
let client: ApiClient;

beforeAll(async () => {
  await plane.start();
  yaml = await installKong(plane, crds, kong);
  client = new ApiClient(await kubeconfigAccess(plane.kubeconfig));
  // Both at once: one of them makes the first certificates, the other takes them.
  await Promise.all(guards.map((guard) => guard.start()));
  balancer = new Balancer(guards.map(({ port }) => port));
  const url = `https://127.0.0.1:${await balancer.start()}`;
  for (const one of registrationOf({ url, ca: '' })) plane.mustKubectl(['apply', '-f', '-'], patient(stringify(one)));
  await waitFor('the registration', async () => (await create('probe', 8081)) === 'denied');
});

afterAll(async () => {
  for (const guard of guards) await guard.stop();
  await balancer.stop();
  await plane.stop();
});

/** Asks the API server for a Gateway in a dry run: what the webhook says of it, or what went wrong with the call. */
async function create(name: string, port: number): Promise<string> {
  const [document] = readDocuments(yaml(gatewayText(name, [`{name: web, protocol: HTTP, port: ${port}}`]))).objects;
  const object = document?.raw as { apiVersion: string };
  const path = `/apis/${object.apiVersion}/namespaces/default/gateways?dryRun=All`;
  try {
    await client.send('POST', path, object, signal);
    return 'let in';
  } catch (error) {
    const message = String(error);
    return message.includes('denied the request') ? 'denied' : message;
  }
}

/** The CAs that the API server trusts by a configuration. */
async function bundle(plural: string): Promise<string> {
  const path = `/apis/admissionregistration.k8s.io/v1/${plural}/gateway-guard`;
  const { webhooks } = (await client.get(path, signal)) as { webhooks: { clientConfig: { caBundle?: string } }[] };
  const all = new Set(webhooks.map(({ clientConfig }) => clientConfig.caBundle ?? ''));
  return [...all].map((one) => Buffer.from(one, 'base64').toString()).join('');
}

/** A new connection to a replica by somebody who trusts these CAs: the served certificate's serial number, or what went wrong. */
function handshake(port: number, ca: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca });
    socket.once('error', (error: Error) => resolve(error.message));
    socket.once('secureConnect', () => {
      resolve(`serial ${socket.getPeerX509Certificate()?.serialNumber ?? ''}`);
      socket.destroy();
    });
  });
}

it('no call and no connection fails while CA and serving certificate are renewed again and again', async () => {
  const answers = new Map<string, number>();
  const count = (answer: string): void => void answers.set(answer, (answers.get(answer) ?? 0) + 1);
  const authorities = new Set<string>();
  const serials = new Set<string>();
  let calls = 0;
  let connections = 0;
  // Until enough was renewed under enough of both, however long that takes here; the bound is for renewals that never come.
  const end = Date.now() + 480_000;
  const seen = (): number[] => [calls, connections, authorities.size, serials.size];
  const enough = [1000, 500, 4, 6];
  const goesOn = (): boolean => seen().some((count, index) => count < (enough[index] ?? 0)) && Date.now() < end;
  const calling = async (): Promise<void> => {
    while (goesOn()) {
      count(await create('edge', calls % 2 === 0 ? 80 : 8081));
      calls += 1;
      await delay(40);
    }
  };
  const connecting = async (): Promise<void> => {
    while (goesOn()) {
      // What is read is used for a second, as by an API server whose watch lags.
      const ca = await bundle('validatingwebhookconfigurations');
      const old = Date.now() + 1000;
      for (const pem of ca.split('-----END CERTIFICATE-----')) if (pem.trim() !== '') authorities.add(pem.trim());
      while (Date.now() < old) {
        for (const { port } of guards) {
          const answer = await handshake(port, ca);
          connections += 1;
          if (answer.startsWith('serial ')) serials.add(answer);
          else count(answer);
        }
        await delay(100);
      }
    }
  };
  await Promise.all([calling(), calling(), connecting()]);
  process.stdout.write(
    `${calls} calls and ${connections} new connections over ${authorities.size} CAs and ${serials.size} serving certificates\n`,
  );
  expect([...answers.keys()].toSorted()).toEqual(['denied', 'let in']);
  expect(seen().filter((count, index) => count < (enough[index] ?? 0))).toEqual([]);
});

it('both configurations trust the same', async () => {
  await waitFor('the same caBundle', async () => {
    const [one, other] = await Promise.all(
      ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'].map((plural) => bundle(plural)),
    );
    return one === other && one !== '';
  });
});

it.each([
  ['deleted', ['delete', 'secret', 'gateway-guard-certificates']],
  [
    'replaced by rubbish',
    ['patch', 'secret', 'gateway-guard-certificates', '-p', '{"data":{"tls.key":"cnViYmlzaA=="}}'],
  ],
])('a Secret that is %s comes back, and no call fails', async (_title, words) => {
  plane.mustKubectl(words);
  const seen = new Set<string>();
  await waitFor('the Secret', async () => {
    seen.add(await create('edge', 8081));
    const { stdout } = plane.kubectl([
      'get',
      'secret',
      'gateway-guard-certificates',
      '-o',
      'jsonpath={.data.tls\\.key}',
    ]);
    return stdout !== '' && Buffer.from(stdout, 'base64').toString().includes('PRIVATE KEY');
  });
  for (let call = 0; call < 20; call += 1) seen.add(await create('edge', 8081));
  expect([...seen]).toEqual(['denied']);
});

it('a measure tells when the certificates end', async () => {
  for (const what of ['serving', 'ca']) {
    const end = await guards[0]?.metric(`gateway_guard_certificate_expiry_seconds{certificate="${what}"}`);
    expect((end ?? 0) * 1000).toBeGreaterThan(Date.now());
  }
});
