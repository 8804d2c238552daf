import { setTimeout as delay } from 'node:timers/promises';
import type { Authority } from '../certificates/issue.ts';
import { hasChanged, renewed, type RenewalSettings } from '../certificates/renew.ts';
import { bundleOf, endOf, sameCertificate, type CertificateState } from '../certificates/state.ts';
import { reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CertificateSecret } from './certificate-secret.ts';
import type { WebhookConfigurations } from './webhook-configurations.ts';

/** Times in milliseconds. */
export interface CertificateKeeperOptions {
  readonly secret: CertificateSecret;
  /** The configurations whose caBundle is kept right; `undefined` where others do that. */
  readonly configurations: WebhookConfigurations | undefined;
  readonly renewal: RenewalSettings;
  /** How often the Secret is looked at. */
  readonly interval: number;
  /** The time of day. */
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of each serving certificate that is to be served from now on. */
  readonly onServing: (serving: Authority, state: CertificateState) => void;
}

/** How often it looks again at once. */
const mostAtOnce = 10;

/**
 * Keeps CA and serving certificate in a Secret that all replicas share, renews them, and keeps the API server's trust in step: any replica may do
 * what is due, and of several that try at once one succeeds. Never fails: what goes wrong is logged and tried again, and what is served
 * goes on being served.
 */
export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions;
  #state: CertificateState | undefined;
  #problem = '';

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
  }

  /** What is served and trusted now; `undefined` before the Secret has been read or written for the first time. */
  get state(): CertificateState | undefined {
    return this.#state;
  }

  /** Runs until its signal ends it. */
  async run(): Promise<void> {
    const { signal, interval } = this.#options;
    let atOnce = 0;
    while (!signal.aborted) {
      try {
        // A state that another replica has written first is read at once, not an interval later; but not for ever, should somebody write it again and again.
        if ((await this.step()) && (atOnce += 1) <= mostAtOnce) continue;
        atOnce = 0;
        this.#problem = '';
      } catch (error) {
        this.#fail(error);
      }
      await delay(this.#state === undefined ? Math.min(interval, 1000) : interval, undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /** Looks once, and does what is due. Gives whether there is more to do at once. Throws as ApiClient does. */
  async step(): Promise<boolean> {
    const { secret, renewal, now, signal, log } = this.#options;
    const stored = await secret.read(signal);
    if (stored.isRubbish)
      log.error(
        { event: 'certificate.secret-invalid' },
        'the Secret of the certificates holds something else; it is written again',
      );
    const known = stored.state ?? this.#state;
    const next = await renewed(known, now(), renewal);
    const mustWrite = stored.state === undefined || hasChanged(stored.state, next);
    if (mustWrite) {
      if (!(await secret.write(next, stored.resourceVersion, signal))) return true;
      this.#tell(known, next);
    }
    this.#adopt(next);
    return (await this.#publish(next, mustWrite ? undefined : stored.resourceVersion)) || mustWrite;
  }

  #fail(error: unknown): void {
    const { signal, log } = this.#options;
    const problem = reasonOf(error);
    // Once for each kind of trouble, for it is tried again every few seconds.
    if (!signal.aborted && problem !== this.#problem) {
      log.error({ event: 'certificate.failed', problem }, 'certificate renewal failed; it is tried again');
    }
    this.#problem = problem;
  }

  /** Keeps the API server's trust right, and notes since when it trusts the signing CA. Gives whether something was noted. */
  async #publish(state: CertificateState, version: string | undefined): Promise<boolean> {
    const { configurations, secret, now, signal } = this.#options;
    // What was just written is read again first: its resourceVersion is not known.
    if (version === undefined) return false;
    const isLatest = async (): Promise<boolean> => (await secret.read(signal)).resourceVersion === version;
    if (configurations !== undefined && !(await configurations.trust(bundleOf(state.trusted), isLatest, signal)))
      return false;
    if (state.publishedAt !== undefined) return false;
    return secret.write({ ...state, publishedAt: now() }, version, signal);
  }

  #adopt(next: CertificateState): void {
    const isNew =
      this.#state === undefined || !sameCertificate(this.#state.serving.certificate, next.serving.certificate);
    this.#state = next;
    if (isNew) this.#options.onServing(next.serving, next);
  }

  #tell(known: CertificateState | undefined, next: CertificateState): void {
    const until = (certificate: string): string => new Date(endOf(certificate)).toISOString();
    const isNew = (one: string | undefined, other: string): boolean =>
      one === undefined || !sameCertificate(one, other);
    const { log } = this.#options;
    if (isNew(known?.authority.certificate, next.authority.certificate)) {
      log.info(
        {
          event: 'certificate.ca-made',
          until: until(next.authority.certificate),
          trusted: next.trusted.length,
        },
        'a new CA has been made',
      );
    }
    if (isNew(known?.serving.certificate, next.serving.certificate)) {
      log.info(
        { event: 'certificate.made', until: until(next.serving.certificate) },
        'a new serving certificate has been made',
      );
    }
  }
}
