/** How many steps one run of the rules over one object may take: 10 milliseconds of work at most. */
export const stepsOfReview = 100_000;

/**
 * The work that a review may still do. A step is one pair of things that a rule holds against each other, or as much work as that: 30 to 100
 * nanoseconds. Counted, never timed: the same object beside the same cluster always ends at the same step.
 */
export class Budget {
  readonly #whole: number;
  #left: number;

  constructor(steps = stepsOfReview) {
    this.#whole = steps;
    this.#left = steps;
  }

  /** How many steps have been taken. */
  get spent(): number {
    return this.#whole - this.#left;
  }

  /** Whether more steps were asked for than were left. From then on no step is granted, so that nothing small is looked at behind what was left out. */
  isExhausted = false;

  /** Takes steps. `false` if there are not as many left: what they were for must not be looked at. */
  spend(steps: number): boolean {
    if (this.isExhausted || steps > this.#left) {
      this.isExhausted = true;
      return false;
    }
    this.#left -= steps;
    return true;
  }
}
