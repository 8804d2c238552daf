import type { Log, LogFields } from '../log.ts';

const minute = 60_000;

/**
 * Logs what strangers cause, so that they cannot fill the log: at most so many lines a minute, and one a minute for each address and kind of line. What was left out is
 * counted, and the number is on the next line.
 */
export class BoundedLog {
  readonly #log: Log;
  readonly #clock: () => number;
  readonly #perMinute: number;
  readonly #written = new Set<string>();
  #since = -Infinity;
  #leftOut = 0;

  /** `clock` is in milliseconds and only goes forward. */
  constructor(log: Log, clock: () => number, perMinute = 10) {
    this.#log = log;
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Writes a warning about an address, or counts it. */
  warn(address: string, fields: LogFields & { readonly reason: string }, message: string): void {
    const now = this.#clock();
    if (now - this.#since >= minute) {
      this.#since = now;
      this.#written.clear();
    }
    const key = `${address} ${fields.event} ${fields.reason}`;
    if (this.#written.has(key) || this.#written.size >= this.#perMinute) {
      this.#leftOut += 1;
      return;
    }
    this.#written.add(key);
    this.#log.warn({ ...fields, address, ...(this.#leftOut > 0 && { leftOut: this.#leftOut }) }, message);
    this.#leftOut = 0;
  }
}
