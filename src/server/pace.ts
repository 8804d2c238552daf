/** A request that waits for its turn. */
interface Waiting {
  readonly isGone: () => boolean;
  readonly go: () => void;
}

export interface PaceOptions {
  /** How many may begin in each interval. */
  readonly most: number;
  /** Calls back after one interval. */
  readonly afterInterval: (next: () => void) => void;
}

/**
 * Lets so many requests begin in each interval, and the others wait. Addresses take turns, so that one that sends many requests does not make another one wait.
 * How many wait is bounded by the number of connections.
 */
export class Pace {
  readonly #options: PaceOptions;
  readonly #waiting = new Map<string, Waiting[]>();
  #left: number;
  #isTicking = false;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#left = options.most;
  }

  /** Waits until a request of an address may begin. One whose client `isGone` by then takes no turn, and its promise stays open. */
  async turn(address: string, isGone: () => boolean): Promise<void> {
    this.#tick();
    if (this.#left > 0) {
      this.#left -= 1;
      return;
    }
    await new Promise<void>((go) => {
      const queue = this.#waiting.get(address) ?? [];
      queue.push({ isGone, go });
      this.#waiting.set(address, queue);
    });
  }

  #tick(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#options.afterInterval(() => {
      this.#isTicking = false;
      this.#left = this.#options.most;
      while (this.#left > 0 && this.#waiting.size > 0) this.#round();
      if (this.#left < this.#options.most) this.#tick();
    });
  }

  /** One request of each address that waits, as far as there are turns left. */
  #round(): void {
    for (const [address, queue] of this.#waiting) {
      if (this.#left === 0) return;
      // An address that had its turn is the last of the next round.
      this.#waiting.delete(address);
      const next = queue.findIndex(({ isGone }) => !isGone());
      if (next === -1) continue;
      this.#left -= 1;
      queue[next]?.go();
      const rest = queue.slice(next + 1);
      if (rest.length > 0) this.#waiting.set(address, rest);
    }
  }
}
