import { OutOfSteps } from './failure.ts';

/**
 * How much work the rules of one object may take. The API server refuses an object for less: every step costs several of the ten million that it counts.
 */
const mostSteps = 1_000_000;

export class Budget {
  readonly #most: number;
  #left: number;

  constructor(most = mostSteps) {
    this.#most = most;
    this.#left = most;
  }

  /** Counts one item that is gone through, or one call. */
  spend(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new OutOfSteps(`it takes more than ${this.#most} steps`);
  }
}
