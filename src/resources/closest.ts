/** The name that somebody meant who wrote another, by letters put in, left out or changed; `undefined` where none is near. */
export function closest(written: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, distance: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance: far }) => far <= Math.min(2, Math.floor((name.length + 1) / 3)))
    .toSorted((one, other) => one.distance - other.distance);
  return near[0]?.name;
}

/** How many letters are to be put in, left out or changed (Levenshtein); texts over 64 letters are far from everything. */
function distance(one: string, other: string): number {
  if (one.length > 64 || other.length > 64) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [place, its] of Array.from(other).entries()) {
      const change = (row[place] ?? 0) + (letter === its ? 0 : 1);
      next.push(Math.min((next[place] ?? 0) + 1, (row[place + 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row.at(-1) ?? Infinity;
}
