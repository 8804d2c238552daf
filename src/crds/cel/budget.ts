import { Unsupported } from './failure.ts';

/** How much work the rules of one object may take: the API server has a limit of its own, and CRDs are written by anyone. */
const mostSteps = 4_000_000;

export class Budget {
  #left = mostSteps;

  /** Counts one item that is gone through, or one call. */
  spend(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new Unsupported(`it takes more than ${mostSteps} steps`);
  }
}
