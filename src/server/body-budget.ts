/** One body that is being read. */
interface Holding {
  readonly address: string;
  /** When it began, in milliseconds. */
  readonly began: number;
  /** Called when it has to make room for another. */
  readonly onRefused: () => void;
  bytes: number;
}

/** What the budget is told of a body that is being read. */
export interface BodyShare {
  /** So many bytes are held, or announced, altogether. Gives whether there is room for them; if not, the share is released. */
  hold(bytes: number): boolean;
  /** The body has been read, or is not read any more. */
  release(): void;
}

export interface BodyBudgetOptions {
  /** Bytes of all bodies together. */
  readonly bytes: number;
  /** Bodies of at most so many bytes are not counted: the number of connections bounds them, and large bodies cannot keep them out. */
  readonly smallBytes: number;
  /** Milliseconds after which a body that is still being read may have to make room for another. */
  readonly patience: number;
  /** A clock in milliseconds that only goes forward. */
  readonly clock: () => number;
}

/**
 * Bounds the bytes of all bodies that are being read at a time. When another body does not fit, those make room that have cost most (their size times the time that they
 * have been read) and that have been read for longer than the patience, or whose address holds more than the newcomer's would. If these are not enough, the newcomer is refused.
 */
export class BodyBudget {
  readonly #options: BodyBudgetOptions;
  readonly #holdings = new Set<Holding>();
  readonly #byAddress = new Map<string, number>();
  #held = 0;

  constructor(options: BodyBudgetOptions) {
    this.#options = options;
  }

  /** Bytes that are counted now. */
  get held(): number {
    return this.#held;
  }

  /** Whether a body of so many bytes is not counted. */
  isSmall(bytes: number): boolean {
    return bytes <= this.#options.smallBytes;
  }

  /** Begins a body of an address, of which nothing is held yet. `onRefused` is called at most once, when the body has to make room. */
  begin(address: string, onRefused: () => void): BodyShare {
    const holding: Holding = { address, began: this.#options.clock(), onRefused, bytes: 0 };
    return {
      hold: (bytes) => this.#hold(holding, bytes),
      release: () => this.#set(holding, 0),
    };
  }

  #hold(holding: Holding, bytes: number): boolean {
    if (bytes <= Math.max(this.#options.smallBytes, holding.bytes)) return true;
    const missing = this.#held + bytes - holding.bytes - this.#options.bytes;
    const leaving = missing > 0 ? this.#leavingFor(holding, bytes, missing) : [];
    if (leaving === undefined) {
      this.#set(holding, 0);
      return false;
    }
    this.#set(holding, bytes);
    for (const one of leaving) {
      this.#set(one, 0);
      one.onRefused();
    }
    return true;
  }

  /** Which bodies make room for so many missing bytes; `undefined` if there are not enough. */
  #leavingFor(newcomer: Holding, bytes: number, missing: number): Holding[] | undefined {
    const now = this.#options.clock();
    const share = this.#of(newcomer.address) + bytes - newcomer.bytes;
    const costOf = (one: Holding): number => one.bytes * (now - one.began);
    const candidates = [...this.#holdings]
      .filter((one) => one !== newcomer)
      .filter((one) => now - one.began > this.#options.patience || this.#of(one.address) > share)
      .toSorted((one, other) => costOf(other) - costOf(one));
    const leaving: Holding[] = [];
    let freed = 0;
    for (const one of candidates) {
      if (freed >= missing) break;
      leaving.push(one);
      freed += one.bytes;
    }
    return freed >= missing ? leaving : undefined;
  }

  #of(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  #set(holding: Holding, bytes: number): void {
    const more = bytes - holding.bytes;
    holding.bytes = bytes;
    this.#held += more;
    const share = this.#of(holding.address) + more;
    if (share === 0) this.#byAddress.delete(holding.address);
    else this.#byAddress.set(holding.address, share);
    if (bytes === 0) this.#holdings.delete(holding);
    else this.#holdings.add(holding);
  }
}
