/**
 * Whether the server has more to do than it can answer in time. Requests that wait in the sockets are not seen until their turn comes; what is seen is how long
 * one turn of the event loop has gone on answering. Once that is longer than the limit, the rest of the turn is refused, so that those who were accepted are
 * answered in time and the queue is gone after one turn.
 */
export class Pressure {
  readonly #limit: number;
  readonly #clock: () => number;
  readonly #afterTurn: (end: () => void) => void;
  #began: number | undefined;

  /** `limit` and `clock` are in milliseconds; `afterTurn` calls back when the present turn of the event loop is over. */
  constructor(limit: number, clock: () => number, afterTurn: (end: () => void) => void = setImmediate) {
    this.#limit = limit;
    this.#clock = clock;
    this.#afterTurn = afterTurn;
  }

  /** Whether another request may begin in this turn. */
  accepts(): boolean {
    const now = this.#clock();
    if (this.#began === undefined) {
      this.#began = now;
      this.#afterTurn(() => {
        this.#began = undefined;
      });
      return true;
    }
    return now - this.#began <= this.#limit;
  }
}
