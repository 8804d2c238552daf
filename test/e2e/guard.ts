import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueCertificate } from '../../src/certificates/issue.ts';
import { freePorts, waitFor, type ControlPlane } from './control-plane.ts';

/** Gateway Guard as a process of its own, against a control plane, registered there as a validating webhook. */
export class Guard {
  readonly #plane: ControlPlane;
  readonly #log: string;
  #child: ChildProcess | undefined;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#log = join(plane.folder, 'gateway-guard.log');
  }

  /** Starts the server and waits until it is ready. Gives its port and the CA of its certificate. */
  async start(): Promise<{ port: number; ca: string }> {
    const [port, healthPort] = await freePorts(2);
    const { certificate, key, ca } = await issueCertificate(['localhost'], ['127.0.0.1'], Date.now());
    const certificateFile = join(this.#plane.folder, 'guard.crt');
    const keyFile = join(this.#plane.folder, 'guard.key');
    writeFileSync(certificateFile, certificate);
    writeFileSync(keyFile, key);
    const log = openSync(this.#log, 'a');
    const settings = {
      'server.host': '127.0.0.1',
      'server.port': port,
      'server.healthPort': healthPort,
      'server.certificateFile': certificateFile,
      'server.keyFile': keyFile,
    };
    const words = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]);
    this.#child = spawn(process.execPath, ['src/main.ts', 'serve', '--kubeconfig', this.#plane.kubeconfig, ...words], {
      stdio: ['ignore', log, log],
    });
    await waitFor('the webhook', () => this.#isReady(healthPort ?? 0));
    return { port: port ?? 0, ca };
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

/** The ValidatingWebhookConfiguration that sends Gateway API objects to a port of this machine. */
export function webhookConfiguration(port: number, ca: string): string {
  return JSON.stringify({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'gateway-guard' },
    webhooks: [
      {
        name: 'validate.gateway-guard.io',
        admissionReviewVersions: ['v1'],
        sideEffects: 'NoneOnDryRun',
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        timeoutSeconds: 5,
        clientConfig: {
          url: `https://127.0.0.1:${port}/validate`,
          caBundle: Buffer.from(ca).toString('base64'),
        },
        rules: [
          {
            apiGroups: ['gateway.networking.k8s.io'],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE', 'DELETE'],
            resources: ['*'],
          },
        ],
      },
    ],
  });
}
