import { LeastRecentMap } from '../least-recent.ts';

/** Addresses that are remembered at once; who was away longest is forgotten, and begins with a full measure. */
const ADDRESSES = 10_000;

/** How often somebody may ask: `burst` times at once, and `perSecond` on the long run. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts what each address asks. */
export interface Rate {
  /** Whether this address may ask now; it has then asked. */
  admits(address: string): boolean;
}

/** A token bucket for each address. @param now milliseconds. */
export function createRate({ burst, perSecond }: RateLimit, now: () => number): Rate {
  const buckets = new LeastRecentMap<string, { readonly left: number; readonly at: number }>(ADDRESSES);
  return {
    admits(address) {
      const at = now();
      const bucket = buckets.get(address) ?? { left: burst, at };
      const left = Math.min(burst, bucket.left + (Math.max(0, at - bucket.at) / 1000) * perSecond);
      buckets.set(address, { left: left >= 1 ? left - 1 : left, at });
      return left >= 1;
    },
  };
}
