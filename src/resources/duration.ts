const unit: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/**
 * The milliseconds of a Gateway API duration: one to four numbers of at most five digits, each with h, m, s or ms, such as `1h30m`; `undefined`
 * for anything else. Source: GEP-2257.
 */
export function durationOf(written: string): number | undefined {
  if (!/^(?:\d{1,5}(?:h|ms|m|s)){1,4}$/.test(written)) return undefined;
  let total = 0;
  for (const [, digits, name] of written.matchAll(/(\d{1,5})(h|ms|m|s)/g))
    total += Number(digits) * (unit[name ?? ''] ?? 0);
  return total;
}
