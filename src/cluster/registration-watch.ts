import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { field, fields, text } from '../resources/fields.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './http.ts';
import { registrationProblems, type Expectation, type RegistrationProblem } from './registration-problems.ts';

/** Times in milliseconds. */
export interface RegistrationWatchOptions {
  readonly client: ApiClient;
  /** The name of both configurations. */
  readonly name: string;
  readonly expectation: () => Expectation;
  /** For how long something must be wrong before it is put right; `undefined`: it is only reported. */
  readonly restoreAfter: number | undefined;
  readonly interval: number;
  readonly log: Log;
  /** A clock that only goes forward. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

const folder = '/apis/admissionregistration.k8s.io/v1';
const plurals = { validating: 'validatingwebhookconfigurations', mutating: 'mutatingwebhookconfigurations' } as const;
type Which = keyof typeof plurals;

/**
 * Looks now and then whether the API server asks this server: whether both webhook configurations are there and lead here for what rules judge. What is
 * wrong is logged once when it comes and once when it ends. Where it may, it puts back the configurations that it has seen whole. Never fails.
 */
export class RegistrationWatch {
  readonly #options: RegistrationWatchOptions;
  #problems: readonly RegistrationProblem[] = [];
  #since: number | undefined;
  #unreadable = '';
  /** Both configurations as they were when nothing was wrong with them. */
  #whole: Readonly<Record<Which, unknown>> | undefined;

  constructor(options: RegistrationWatchOptions) {
    this.#options = options;
  }

  /** What was wrong when it was looked last. */
  get problems(): readonly RegistrationProblem[] {
    return this.#problems;
  }

  /** Whether the configurations could be read when it was looked last. */
  get isReadable(): boolean {
    return this.#unreadable === '';
  }

  /** Looks until its signal ends it. */
  async run(): Promise<void> {
    const { signal, interval } = this.#options;
    while (!signal.aborted) {
      await this.check();
      await delay(interval, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Looks once, reports what has changed, and puts back what it may. */
  async check(): Promise<void> {
    const { signal, log, clock, restoreAfter, expectation } = this.#options;
    try {
      const found = { validating: await this.#read('validating'), mutating: await this.#read('mutating') };
      this.#unreadable = '';
      const expected = expectation();
      const problems = registrationProblems(found, expected);
      this.#report(problems);
      if (problems.length === 0) {
        // Before any kind is known nothing is expected, and nothing is known to be whole.
        if (expected.judged.length > 0) this.#whole = found;
        this.#since = undefined;
        return;
      }
      this.#since ??= clock();
      if (restoreAfter !== undefined && clock() - this.#since >= restoreAfter) await this.#restore(found);
    } catch (error) {
      const problem = reasonOf(error);
      // Once for each problem, because it is tried again every few seconds.
      if (!signal.aborted && problem !== this.#unreadable) {
        log.warn({ event: 'registration.unreadable', problem }, 'the webhook configurations cannot be read or written');
      }
      this.#unreadable = problem;
    }
  }

  #report(problems: readonly RegistrationProblem[]): void {
    const { log, name } = this.#options;
    const keyOf = ({ webhook, problem }: RegistrationProblem): string => `${webhook} ${problem}`;
    const before = new Set(this.#problems.map(keyOf));
    for (const { webhook, problem, message } of problems.filter((one) => !before.has(keyOf(one)))) {
      log.error({ event: 'registration.problem', configuration: name, webhook, problem }, message);
    }
    if (problems.length === 0 && before.size > 0) {
      log.info({ event: 'registration.whole', configuration: name }, 'the webhook configurations are whole again');
    }
    this.#problems = problems;
  }

  /** Puts back what was seen whole: a configuration that is gone, and the webhooks of one that was changed. */
  async #restore(found: Readonly<Record<Which, unknown>>): Promise<void> {
    const { client, name, signal, log } = this.#options;
    const whole = this.#whole;
    if (whole === undefined) return;
    for (const which of ['validating', 'mutating'] as const) {
      const [now, before] = [found[which], whole[which]];
      if (
        before === undefined ||
        JSON.stringify(field(now, 'webhooks')) === JSON.stringify(field(before, 'webhooks'))
      ) {
        continue;
      }
      if (now === undefined) await client.send('POST', `${folder}/${plurals[which]}`, asNew(before), signal);
      else {
        const version = text(field(now, 'metadata'), 'resourceVersion');
        const operations = [
          { op: 'test', path: '/metadata/resourceVersion', value: version },
          { op: 'replace', path: '/webhooks', value: field(before, 'webhooks') },
        ];
        await client.patch(`${folder}/${plurals[which]}/${name}`, operations, signal);
      }
      log.warn({ event: 'registration.restored', configuration: name, which }, 'a webhook configuration was put back');
    }
  }

  async #read(which: Which): Promise<unknown> {
    const { client, name, signal } = this.#options;
    try {
      return await client.get(`${folder}/${plurals[which]}/${name}`, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }
}

/** An object as it can be created again: without what the API server sets. */
function asNew(object: unknown): object {
  const { name, labels, annotations } = fields(field(object, 'metadata')) ?? {};
  return { ...fields(object), metadata: { name, labels, annotations } };
}
