/**
 * A number of 53 bits for a text, the same each time: short enough to keep one for each match of a hundred thousand routes, long enough
 * that two texts of one cluster do not share one by accident. It protects from nobody who looks for a collision, and who would gain a
 * wrong warning. FNV-1a (draft-eastlake-fnv), once forwards and once backwards.
 */
export function digest(text: string): number {
  let forwards = 0x811c9dc5;
  let backwards = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    forwards = Math.imul(forwards ^ text.charCodeAt(index), 0x01000193);
    backwards = Math.imul(backwards ^ text.charCodeAt(text.length - 1 - index), 0x01000193);
  }
  return (forwards >>> 0) * 0x200000 + ((backwards >>> 0) & 0x1fffff);
}
