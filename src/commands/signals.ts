import { constants } from 'node:os';

const names = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * The signals that end a server, from the moment that this is made: the first process of a container has no default for them, so that they would be lost.
 * They end the process until they are taken over.
 */
export class Signals {
  readonly #stop = new AbortController();
  #isTaken = false;

  constructor(source: NodeJS.Process) {
    for (const name of names) source.on(name, () => this.#receive(name, source));
  }

  /** From now on the first signal aborts what this gives, and only a second one ends the process. */
  take(): AbortSignal {
    this.#isTaken = true;
    return this.#stop.signal;
  }

  #receive(name: (typeof names)[number], source: NodeJS.Process): void {
    if (!this.#isTaken) source.exit(128 + constants.signals[name]);
    if (this.#stop.signal.aborted) source.exit(1);
    this.#stop.abort();
  }
}
