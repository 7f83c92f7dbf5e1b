// Numbers of a seed, the same as SeededRandom of src/base/random.ts gives: the same again for the same seed, and no short circle of them.

/** A function that gives a number in [0, below), an integer unless `below` is not given: then one in [0, 1). */
export function seededRandom(seed) {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    const fraction = ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    return below === undefined ? fraction : Math.floor(fraction * below);
  };
}
