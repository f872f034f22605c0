/** Numbers that look random and are the same in every run: "mulberry32", 32 bits of state. */

/** @returns numbers in [0, 1) */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer in [least, most]. */
export function integerIn(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}
