/*
 * Intervals at 95 per cent, so that two agencies are told apart only where chance does not explain the difference.
 * Wilson (1927) for shares; Byar's approximation for counts per unit (Rothman, Boice 1979); order statistics for a median.
 */

/** An interval, both ends included; in the unit of what it is about. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const Z = 1.959963984540054;

/** Wilson's interval of a share `part / whole`. @throws {RangeError} unless 0 ≤ part ≤ whole and whole > 0. */
export function shareInterval(part: number, whole: number): Interval {
  if (!(whole > 0 && part >= 0 && part <= whole))
    throw new RangeError(`share: 0 ≤ part ≤ whole with a whole above 0 was expected, ${part} of ${whole} came`);
  const share = part / whole;
  const spread = Z * Math.sqrt((share * (1 - share)) / whole + (Z * Z) / (4 * whole * whole));
  const middle = share + (Z * Z) / (2 * whole);
  const scale = 1 + (Z * Z) / whole;
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/** Byar's interval of a count of rare events. @throws {RangeError} for what is no count. */
export function countInterval(count: number): Interval {
  if (!Number.isInteger(count) || count < 0) throw new RangeError(`count: 0, 1, 2 … was expected, ${count} came`);
  const upper = count + 1;
  const low = count === 0 ? 0 : count * (1 - 1 / (9 * count) - Z / (3 * Math.sqrt(count))) ** 3;
  return { low: Math.max(0, low), high: upper * (1 - 1 / (9 * upper) + Z / (3 * Math.sqrt(upper))) ** 3 };
}

/** The median of values, and the interval between the order statistics that hold it with at least 95 per cent; `null` below six values, where none does. */
export function medianInterval(
  values: readonly number[],
): { readonly median: number; readonly interval: Interval } | null {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  // P(the k lowest all lie below the median) = sum of the binomial tail; k grows while both tails stay within 5 per cent.
  let tail = 0;
  let term = 0.5 ** n;
  let k = 0;
  while (k < n / 2 && 2 * (tail + term) <= 0.05) {
    tail += term;
    term *= (n - k) / (k + 1);
    k += 1;
  }
  if (k === 0) return null;
  const median = n % 2 === 1 ? sorted[(n - 1) / 2]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2;
  return { median, interval: { low: sorted[k - 1]!, high: sorted[n - k]! } };
}
