import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../errors.ts';
import { readAdminListens, type AdminListens, type AdminUrl } from '../kong/admin.ts';
import type { ServiceRef } from '../kong/controllers.ts';
import type { Log } from '../log.ts';
import { keyOf } from '../resources/object.ts';
import { exchange, parsed } from './http.ts';

/** Files that are read anew with each poll, so that what is renewed there needs no restart. */
export interface AdminFiles {
  /** Holds the value of the header Kong-Admin-Token. */
  readonly token: string | undefined;
  /** PEM files: the CA of the Admin API, a client certificate and its key. */
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** Times in milliseconds. */
export interface KongAdminOptions {
  readonly urls: readonly AdminUrl[];
  readonly files: AdminFiles;
  readonly log: Log;
  readonly interval: number;
  /** Beyond this age an answer counts no longer. */
  readonly staleAfter: number;
  /** A clock that only goes forward. */
  readonly clock: () => number;
  /** What Kong's access log calls this program: its name and version. */
  readonly userAgent?: string;
}

interface Heard {
  readonly listens: AdminListens | undefined;
  readonly at: number;
  readonly problem: string | undefined;
}

/** How long Kong may take to answer. */
const answerWithin = 5000;
/** Kong's own answer, its configuration with its plugins, has some tens of kilobytes. */
const mostBytes = 4 * 1024 * 1024;

/** Asks Kong's Admin APIs again and again what they listen on; a review reads what they said last. */
export class KongAdmin {
  readonly #options: KongAdminOptions;
  readonly #heard = new Map<AdminUrl, Heard>();
  readonly #stop = new AbortController();

  constructor(options: KongAdminOptions) {
    this.#options = options;
  }

  /** Asks every Admin API once. Never throws: one that does not answer is logged, and its listens are unknown. */
  async poll(): Promise<void> {
    await Promise.all(this.#options.urls.map((url) => this.#pollOne(url)));
  }

  /** Polls until `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.poll();
      await delay(this.#options.interval, undefined, { signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** What the Admin APIs that speak for a Service said last; why it is not known, for one that has not answered of late. */
  listensOf(service: ServiceRef): AdminListens[] {
    const { urls, clock, staleAfter } = this.#options;
    return urls
      .filter(({ service: only }) => only === undefined || keyOf(only) === keyOf(service))
      .map((url) => {
        const heard = this.#heard.get(url);
        const why = heard?.problem ?? 'it has not been asked yet';
        if (heard?.listens !== undefined && clock() - heard.at <= staleAfter) return heard.listens;
        return { unknown: `Kong's Admin API ${url.url} does not answer (${why})` };
      });
  }

  /** Each Admin API's URL, whether its last poll succeeded, and what went wrong where it did not. */
  states(): (readonly [url: string, isUp: boolean, problem: string | undefined])[] {
    return this.#options.urls.map((url) => {
      const heard = this.#heard.get(url);
      return [url.url, heard !== undefined && heard.problem === undefined, heard?.problem];
    });
  }

  async #pollOne(url: AdminUrl): Promise<void> {
    const { clock, log } = this.#options;
    const before = this.#heard.get(url);
    try {
      const listens = await this.#ask(url);
      this.#heard.set(url, { listens, at: clock(), problem: undefined });
      if (before?.problem !== undefined)
        log.info({ event: 'kong-admin.up', url: url.url }, "Kong's Admin API answers again");
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const problem = reasonOf(error);
      this.#heard.set(url, { listens: before?.listens, at: before?.at ?? -Infinity, problem });
      if (before?.problem === undefined)
        log.warn({ event: 'kong-admin.down', url: url.url, problem }, "Kong's Admin API does not answer");
    }
  }

  async #ask({ url }: AdminUrl): Promise<AdminListens> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(2 * answerWithin)]);
    const { files, userAgent = 'gateway-guard' } = this.#options;
    const options = { ...(await optionsOf(files, userAgent)), signal };
    const answer = await parsed(await exchange({ url: new URL(`${url}/`), options, idle: answerWithin }), mostBytes);
    const listens = readAdminListens(answer);
    if (listens === undefined) throw new Error(`${url}/ answers, but not as Kong's Admin API does`);
    return { ...listens, from: `the Admin API ${url}` };
  }
}

async function optionsOf({ token, ca, certificate, key }: AdminFiles, userAgent: string): Promise<RequestOptions> {
  const read = (file: string | undefined): Promise<string | undefined> =>
    file === undefined ? Promise.resolve(undefined) : readFile(file, 'utf8');
  const [secret, authority, chain, privateKey] = await Promise.all([token, ca, certificate, key].map(read));
  return {
    headers: {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(secret === undefined ? {} : { 'kong-admin-token': secret.trim() }),
    },
    ...(authority === undefined ? {} : { ca: authority }),
    ...(chain === undefined ? {} : { cert: chain }),
    ...(privateKey === undefined ? {} : { key: privateKey }),
  };
}
