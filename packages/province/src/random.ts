import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of choices: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Integer in [from, to]. */
  int(from: number, to: number): number;
  /** True with the probability. */
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
  /** One of the values, by weight. */
  weighted<T>(values: readonly (readonly [T, number])[]): T;
  /** Another source that does not disturb this one's sequence. */
  fork(label: string): Random;
}

/** A source of choices from a seed. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const int = (from: number, to: number): number => uniformInt(generator, from, to);
  return {
    int,
    chance: (probability) => int(0, 999_999) < probability * 1_000_000,
    pick: (values) => {
      const value = values[int(0, values.length - 1)];
      if (value === undefined) throw new RangeError('nothing to pick from: the list is empty');
      return value;
    },
    weighted: (values) => {
      let left = int(0, 999_999) * (values.reduce((sum, [, weight]) => sum + weight, 0) / 1_000_000);
      for (const [value, weight] of values) {
        if (left < weight) return value;
        left -= weight;
      }
      const last = values.at(-1);
      if (last === undefined) throw new RangeError('nothing to choose from: the list is empty');
      return last[0];
    },
    fork: (label) => createRandom(hash(`${seed}:${label}`)),
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value;
}
