import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, waitFor, type ControlPlane } from './control-plane.ts';

/** As a pod reaches the API server, with its configuration's file. */
export interface PodAccess {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly config?: string;
}

/** A registration whose calls may take as long as the API server allows, because these tests also run on machines under load. */
export const patient = (registration: string): string =>
  registration.replaceAll('timeoutSeconds: 5', 'timeoutSeconds: 30');

/** Gateway Guard as a process of its own, against a control plane. */
export class Guard {
  readonly #plane: Pick<ControlPlane, 'folder' | 'kubeconfig'>;
  readonly #name: string;
  readonly #settings: readonly string[];
  readonly #pod: PodAccess | undefined;
  #child: ChildProcess | undefined;
  #healthPort = 0;
  /** Of the webhook, once it has started. */
  port = 0;

  /** `settings` are assignments of the configuration: `audit.intervalSeconds=1`. With `pod` it asks the API server as a service account. */
  constructor(
    plane: Pick<ControlPlane, 'folder' | 'kubeconfig'>,
    settings: readonly string[] = [],
    name = 'gateway-guard',
    pod?: PodAccess,
  ) {
    this.#plane = plane;
    this.#settings = settings;
    this.#name = name;
    this.#pod = pod;
  }

  /** Starts the server and waits until it is ready. Gives the file of its registration, unless its certificate was given to it. */
  async start(): Promise<string> {
    const [port = 0, healthPort = 0] = await freePorts(2);
    [this.port, this.#healthPort] = [port, healthPort];
    const registration = join(this.#plane.folder, `${this.#name}.yaml`);
    const isSelfMade = !this.#settings.some((setting) =>
      ['server.certificateFile=', 'certificates.secretName='].some((start) => setting.startsWith(start)),
    );
    const pod = this.#pod;
    const access = pod === undefined ? ['--kubeconfig', this.#plane.kubeconfig] : ['--service-account', pod.folder];
    const words = ['serve', ...access, ...(pod?.config === undefined ? [] : ['--config', pod.config])];
    const settings = [
      'server.drainSeconds=0',
      'server.host=127.0.0.1',
      `server.port=${port}`,
      `server.healthPort=${healthPort}`,
    ];
    this.#child = spawn(
      process.execPath,
      [
        'src/main.ts',
        ...words,
        ...(isSelfMade ? ['--registration', registration] : []),
        ...[...settings, ...this.#settings].flatMap((item) => ['--set', item]),
      ],
      { stdio: ['ignore', ...this.#logs()], env: { ...process.env, ...pod?.environment } },
    );
    await waitFor('the webhook', () => this.#isReady());
    if (isSelfMade) writeFileSync(registration, patient(readFileSync(registration, 'utf8')));
    return registration;
  }

  /** Everything that the server wrote. */
  log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** All that it measures, as Prometheus reads it; waits a second, because the text is made once a second. */
  async metrics(): Promise<string> {
    await delay(1000);
    return (await this.#ask('metrics')).text();
  }

  /** The number of a measure, `name` or `name{label="value"}` as it is exported; `undefined` where it is not. */
  async metric(name: string): Promise<number | undefined> {
    const line = (await this.metrics()).split('\n').find((candidate) => candidate.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  }

  /** Lets the process stand still, as a machine that swaps or a debugger does. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  get #logFile(): string {
    return join(this.#plane.folder, `${this.#name}.log`);
  }

  #logs(): [number, number] {
    const log = openSync(this.#logFile, 'a');
    return [log, log];
  }

  /** Over a connection of its own: one that is kept may have been closed while a test stood still for kubectl. */
  #ask(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#healthPort}/${path}`, { headers: { connection: 'close' } });
  }

  async #isReady(): Promise<boolean> {
    if (this.#child?.exitCode !== null) throw new Error(`the webhook ended: ${this.log()}`);
    const answer = await this.#ask('readyz').catch(() => undefined);
    return answer?.ok === true;
  }
}
