/**
 * Makes a value at most once in so many milliseconds, and never twice at a time: callers in between get the last one, or wait for the one that is being made.
 * A failure counts as a value: it is thrown until the time is over. `clock` is in milliseconds and only goes forward.
 */
export function atMostEvery<T>(milliseconds: number, make: () => Promise<T>, clock: () => number): () => Promise<T> {
  let last: { readonly value: Promise<T>; readonly began: number } | undefined;
  let isMaking = false;
  return () => {
    if (last !== undefined && (isMaking || clock() - last.began < milliseconds)) return last.value;
    isMaking = true;
    const value = make().finally(() => {
      isMaking = false;
    });
    last = { value, began: clock() };
    return value;
  };
}
