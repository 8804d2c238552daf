/** One connection's place in the pool. */
interface Place<T> {
  readonly connection: T;
  readonly group: Group<T>;
  /** When it was used last, as a number that grows with each use. */
  turn: number;
  isProven: boolean;
}

/** The places of one remote address; each set in the order of use, longest idle first. */
interface Group<T> {
  readonly address: string;
  readonly probation: Set<Place<T>>;
  readonly proven: Set<Place<T>>;
}

/**
 * Decides which connection leaves when another one finds no room. The newcomer always finds a place, because it may be the API server's.
 *
 * A connection is on probation until a review was answered on it; then it is proven. The longest idle leaves: one on probation, or a proven one when
 * these hold more than half of the places (a segmented LRU cache). So neither many silent connections nor many that were used once push out the others.
 * The address with most connections pays first, if it has more than a small share; below that, or behind one proxy, all addresses count as one.
 */
export class ConnectionPool<T> {
  readonly #most: number;
  readonly #smallShare: number;
  readonly #places = new Map<T, Place<T>>();
  readonly #groups = new Map<string, Group<T>>();
  #turn = 0;

  /** `most` connections at a time; an address with at most `smallShare` of them pays no more than others do. */
  constructor(most: number, smallShare = Math.ceil(most / 64)) {
    this.#most = most;
    this.#smallShare = smallShare;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Adds a connection from an address. Gives the connection that has to be closed for it, which is removed. */
  add(connection: T, address: string): T | undefined {
    const leaving = this.#places.size < this.#most ? undefined : this.#longestIdle();
    if (leaving !== undefined) this.remove(leaving.connection);
    const group = this.#groups.get(address) ?? { address, probation: new Set(), proven: new Set() };
    this.#groups.set(address, group);
    const place: Place<T> = { connection, group, turn: this.#next(), isProven: false };
    group.probation.add(place);
    this.#places.set(connection, place);
    return leaving?.connection;
  }

  /** A review was answered on this connection. Nothing happens for one that has left. */
  prove(connection: T): void {
    const place = this.#places.get(connection);
    if (place === undefined) return;
    const { probation, proven } = place.group;
    probation.delete(place);
    proven.delete(place);
    place.isProven = true;
    place.turn = this.#next();
    proven.add(place);
  }

  /** A request begins on this connection, which is not idle then if it is proven: only an answered review proves one. */
  begin(connection: T): void {
    if (this.#places.get(connection)?.isProven === true) this.prove(connection);
  }

  /** The connection is closed. */
  remove(connection: T): void {
    const place = this.#places.get(connection);
    if (place === undefined) return;
    this.#places.delete(connection);
    const { address, probation, proven } = place.group;
    (place.isProven ? proven : probation).delete(place);
    if (probation.size + proven.size === 0) this.#groups.delete(address);
  }

  #next(): number {
    this.#turn += 1;
    return this.#turn;
  }

  #longestIdle(): Place<T> | undefined {
    const groups = this.#paying();
    const proven = groups.reduce((sum, group) => sum + group.proven.size, 0);
    const probation = groups.reduce((sum, group) => sum + group.probation.size, 0);
    let longest: Place<T> | undefined;
    for (const group of groups) {
      const [first] = proven > probation ? group.proven : group.probation;
      if (first !== undefined && first.turn < (longest?.turn ?? Infinity)) longest = first;
    }
    return longest;
  }

  /** The group with most connections, if that is more than a small share; else all. */
  #paying(): Group<T>[] {
    const groups = [...this.#groups.values()];
    const sizeOf = ({ probation, proven }: Group<T>): number => probation.size + proven.size;
    const greediest = groups.reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
    return sizeOf(greediest) > this.#smallShare ? [greediest] : groups;
  }
}
