/** A small seeded source of chance: the same seed gives the same walk on every machine. */
export interface Random {
  /** An integer from 0 below a bound. */
  below(bound: number): number;
  of<Item>(items: readonly Item[]): Item;
  weighted<Item>(items: readonly (readonly [weight: number, item: Item])[]): Item;
}

/** mulberry32: 32 bits of state, enough for a walk. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    below,
    of: (items) => items[below(items.length)]!,
    weighted(items) {
      let left = below(items.reduce((sum, [weight]) => sum + weight, 0));
      for (const [weight, item] of items) {
        if (left < weight) return item;
        left -= weight;
      }
      throw new RangeError('weighted: at least one item was expected');
    },
  };
}
