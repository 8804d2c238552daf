/**
 * A number of 53 bits for a list of texts, the same each time: short enough to keep one for each match of a hundred thousand routes, long enough
 * that two lists of one cluster do not share one by accident. It protects from nobody who looks for a collision, and who would gain a
 * wrong warning. FNV-1a (draft-eastlake-fnv), and beside it the same with another prime.
 */
export function digest(texts: readonly string[]): number {
  let first = 0x811c9dc5;
  let second = 0x811c9dc5;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      first = Math.imul(first ^ code, 0x01000193);
      second = Math.imul(second ^ code, 0x85ebca6b);
    }
    // No text holds this one, so that what ends one text does not begin the next.
    first = Math.imul(first ^ 0x10000, 0x01000193);
    second = Math.imul(second ^ 0x10000, 0x85ebca6b);
  }
  return (first >>> 0) * 0x200000 + ((second >>> 0) >>> 11);
}
