import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, waitFor, type ControlPlane } from './control-plane.ts';

/** Gateway Guard as a process of its own, against a control plane. */
export class Guard {
  readonly #plane: ControlPlane;
  readonly #log: string;
  #child: ChildProcess | undefined;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#log = join(plane.folder, 'gateway-guard.log');
  }

  /** Starts the server and waits until it is ready. Gives the file of its registration. */
  async start(): Promise<string> {
    const [port, healthPort] = await freePorts(2);
    const registration = join(this.#plane.folder, 'registration.yaml');
    const log = openSync(this.#log, 'a');
    const settings = [`server.host=127.0.0.1`, `server.port=${port ?? 0}`, `server.healthPort=${healthPort ?? 0}`];
    const words = ['serve', '--kubeconfig', this.#plane.kubeconfig, '--registration', registration];
    this.#child = spawn(process.execPath, ['src/main.ts', ...words, ...settings.flatMap((item) => ['--set', item])], {
      stdio: ['ignore', log, log],
    });
    await waitFor('the webhook', () => this.#isReady(healthPort ?? 0));
    return registration;
  }

  /** Everything that the server wrote. */
  log(): string {
    return readFileSync(this.#log, 'utf8');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async #isReady(port: number): Promise<boolean> {
    if (this.#child?.exitCode !== null) throw new Error(`the webhook ended: ${this.log()}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    return answer?.ok === true;
  }
}
