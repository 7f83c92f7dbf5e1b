// The numbers of a seed for scripts: the same again for the same seed.
import { SeededRandom } from '../src/base/random.ts';

/** A function that gives a number in [0, below), an integer unless `below` is not given: then one in [0, 1). */
export function seededRandom(seed) {
  const random = new SeededRandom(seed);
  return (below) => (below === undefined ? random.unit() : random.integer(below));
}
