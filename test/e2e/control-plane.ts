import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { issueCertificate, type Authority } from '../../src/certificates/issue.ts';

/** What a kubectl call printed, and its exit status. */
export interface KubectlResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Program = 'etcd' | 'kube-apiserver';

/** The token of a member of system:masters. */
const administrator = 'end-to-end';
const serviceAccountIssuer = 'https://kubernetes.default.svc';

/** Service accounts alone: what the tests' administrator does is not of interest. */
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
  - level: Metadata
    userGroups: ["system:serviceaccounts"]
  - level: None
`;

/** What the API server answered to an object: a status code, an object or a Status, and warnings. */
export interface Posted {
  readonly code: number;
  readonly answer: unknown;
  readonly warnings: readonly string[];
}

/** One request, as the API server's audit log has it. */
export interface AuditedRequest {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly requestURI: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

/** A folder, or a file, that an environment variable names; fails with a sentence that says what is missing. */
export function requiredPath(variable: string, what: string): string {
  const path = process.env[variable];
  if (path === undefined || path === '') throw new Error(`Set ${variable} to ${what}: the end-to-end tests need it.`);
  if (!existsSync(path)) throw new Error(`${variable} names ${path}, which does not exist; it should be ${what}.`);
  return path;
}

/** A real etcd and kube-apiserver on this machine, for one test file. */
export class ControlPlane {
  readonly folder = mkdtempSync(join(tmpdir(), 'gateway-guard-e2e-'));
  readonly kubeconfig = join(this.folder, 'kubeconfig');
  readonly #assets = requiredPath(
    'KUBEBUILDER_ASSETS',
    'a folder that holds etcd, kube-apiserver and kubectl, as setup-envtest makes one',
  );
  readonly #children = new Map<Program, ChildProcess>();
  readonly #words = new Map<Program, readonly string[]>();
  readonly #webhookClient: Authority | undefined;
  #etcd = '';
  #apiPort = 0;

  /** `webhookClient`: the certificate that the API server shows to webhooks. */
  constructor(webhookClient?: Authority) {
    this.#webhookClient = webhookClient;
  }

  /** Starts both and waits until the API server is ready. */
  async start(): Promise<void> {
    const [clientPort, peerPort, apiPort = 0] = await freePorts(3);
    this.#apiPort = apiPort;
    writeFileSync(this.#file('audit-policy.yaml'), auditPolicy);
    const etcd = `http://127.0.0.1:${clientPort ?? 0}`;
    this.#etcd = etcd;
    const peer = `http://127.0.0.1:${peerPort ?? 0}`;
    this.#spawn('etcd', [
      `--data-dir=${join(this.folder, 'etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      '--unsafe-no-fsync',
    ]);
    await this.#credentials(apiPort);
    this.#spawn('kube-apiserver', [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${apiPort}`,
      `--audit-policy-file=${this.#file('audit-policy.yaml')}`,
      `--audit-log-path=${this.#file('audit.log')}`,
      '--audit-log-mode=blocking',
      `--tls-cert-file=${this.#file('server.crt')}`,
      `--tls-private-key-file=${this.#file('server.key')}`,
      `--token-auth-file=${this.#file('tokens.csv')}`,
      `--cert-dir=${this.#file('certificates')}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.0.0.0/24',
      `--service-account-issuer=${serviceAccountIssuer}`,
      `--service-account-key-file=${this.#file('service-accounts.key')}`,
      `--service-account-signing-key-file=${this.#file('service-accounts.key')}`,
      '--disable-admission-plugins=ServiceAccount',
      ...this.#admissionWords(),
    ]);
    await this.#ready();
  }

  async #ready(): Promise<void> {
    let last = '';
    const ready = (): boolean => {
      const { status, stderr } = this.kubectl(['get', '--raw', '/readyz']);
      last = stderr;
      return status === 0;
    };
    await waitFor('the API server', ready).catch((error: unknown) => {
      throw new Error(`${last}\n${this.log('etcd')}\n${this.log('kube-apiserver')}`, { cause: error });
    });
  }

  /**
   * What a pod of a service account has: the folder with its token, the CA and its namespace, and the variables that say where the API server is.
   */
  pod(namespace: string, account: string): { folder: string; environment: Record<string, string> } {
    const folder = this.#file(`${namespace}-${account}`);
    mkdirSync(folder);
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const request = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: [serviceAccountIssuer] },
    };
    const answer = JSON.parse(this.mustKubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(request))) as {
      status: { token: string };
    };
    writeFileSync(join(folder, 'token'), answer.status.token);
    writeFileSync(join(folder, 'namespace'), namespace);
    writeFileSync(join(folder, 'ca.crt'), readFileSync(this.#file('ca.crt')));
    const environment = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(this.#apiPort) };
    return { folder, environment };
  }

  /** What service accounts asked of the API server. */
  audited(): AuditedRequest[] {
    const lines = readFileSync(this.#file('audit.log'), 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditedRequest);
  }

  /** Posts an object to the API server as a cluster administrator, with nothing between that looks at it. */
  async post(path: string, body: object): Promise<Posted> {
    const call = request({
      host: '127.0.0.1',
      port: this.#apiPort,
      path,
      method: 'POST',
      ca: readFileSync(this.#file('ca.crt')),
      headers: { authorization: `Bearer ${administrator}`, 'content-type': 'application/json' },
    });
    call.end(JSON.stringify(body));
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    const written = response.headers.warning;
    const warnings = Array.from(written?.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g) ?? [], ([, text = '']) =>
      text.replaceAll(/\\(.)/g, '$1'),
    );
    return { code: response.statusCode ?? 0, answer: await json(response), warnings };
  }

  /** Runs kubectl as a cluster administrator. */
  kubectl(words: readonly string[], input?: string): KubectlResult {
    const result = spawnSync(join(this.#assets, 'kubectl'), ['--kubeconfig', this.kubeconfig, ...words], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      ...(input === undefined ? {} : { input }),
    });
    return { status: result.status, stdout: result.stdout, stderr: result.stderr };
  }

  /** Runs kubectl and throws with what it printed where it fails. */
  mustKubectl(words: readonly string[], input?: string): string {
    const { status, stdout, stderr } = this.kubectl(words, input);
    if (status !== 0) throw new Error(`kubectl ${words.join(' ')} failed: ${stderr}`);
    return stdout;
  }

  /** Ends a program as a crash does. */
  async kill(program: Program): Promise<void> {
    const child = this.#children.get(program);
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Starts a program anew that was killed, and waits until the API server is ready. */
  async restart(program: Program): Promise<void> {
    this.#spawn(program, this.#words.get(program) ?? []);
    await this.#ready();
  }

  /** Makes etcd forget every revision but the newest, as the API server asks it to every five minutes. */
  async compact(): Promise<void> {
    const { header } = (await this.#ask('range', { key: 'AA==', count_only: true })) as {
      header: { revision: string };
    };
    await this.#ask('compaction', { revision: header.revision, physical: true });
  }

  async #ask(what: string, body: object): Promise<unknown> {
    const answer = await fetch(`${this.#etcd}/v3/kv/${what}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd ${what}: HTTP ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  /** Ends every process and removes what they wrote. */
  async stop(): Promise<void> {
    await this.kill('kube-apiserver');
    await this.kill('etcd');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The last lines of a program's log, for a failed test. */
  log(program: Program): string {
    return readFileSync(this.#file(`${program}.log`), 'utf8').slice(-2000);
  }

  async #credentials(port: number): Promise<void> {
    mkdirSync(this.#file('certificates'));
    const { certificate, key, ca } = await issueCertificate(['localhost'], ['127.0.0.1', '10.0.0.1'], Date.now());
    writeFileSync(this.#file('server.crt'), certificate);
    writeFileSync(this.#file('ca.crt'), ca);
    writeFileSync(this.#file('server.key'), key);
    // The API server reads no PKCS #8 key for service accounts.
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(this.#file('service-accounts.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
    writeFileSync(this.#file('tokens.csv'), `${administrator},admin,admin,system:masters\n`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'e2e',
      contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'admin' } }],
      clusters: [
        {
          name: 'e2e',
          cluster: {
            server: `https://127.0.0.1:${port}`,
            'certificate-authority-data': Buffer.from(ca).toString('base64'),
          },
        },
      ],
      users: [{ name: 'admin', user: { token: administrator } }],
    };
    writeFileSync(this.kubeconfig, JSON.stringify(config));
  }

  /** How the API server shows its certificate to every webhook. Source: Kubernetes, "Authenticate apiservers" of dynamic admission control. */
  #admissionWords(): string[] {
    if (this.#webhookClient === undefined) return [];
    const { certificate, key } = this.#webhookClient;
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
    const client = { apiVersion: 'v1', kind: 'Config', users: [{ name: '*', user }] };
    writeFileSync(this.#file('webhook-client.yaml'), JSON.stringify(client));
    const configuration = {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'WebhookAdmissionConfiguration',
      kubeConfigFile: this.#file('webhook-client.yaml'),
    };
    const plugins = ['ValidatingAdmissionWebhook', 'MutatingAdmissionWebhook'].map((name) => ({ name, configuration }));
    const config = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AdmissionConfiguration', plugins };
    writeFileSync(this.#file('admission.yaml'), JSON.stringify(config));
    return [`--admission-control-config-file=${this.#file('admission.yaml')}`];
  }

  #file(name: string): string {
    return join(this.folder, name);
  }

  #spawn(program: Program, words: readonly string[]): void {
    this.#words.set(program, words);
    const log = openSync(this.#file(`${program}.log`), 'a');
    this.#children.set(program, spawn(join(this.#assets, program), words, { stdio: ['ignore', log, log] }));
  }
}

/** Waits until a condition holds. The bound is for what never comes: a machine under load takes many times as long as an idle one. */
export async function waitFor(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 180_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what} did not come within three minutes`);
    await delay(100);
  }
}

/** Ports of the loopback that nobody uses now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) ports.push(address.port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}
