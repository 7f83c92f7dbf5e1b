/**
 * Key filters: a Bloom filter of 10 bits a key, with 7 probes, over the keys of a file. It may say "perhaps" for a key that is
 * not there (about 1 in 120) and never "no" for one that is.
 */
import { assert } from '../../base/assert.ts';

const BITS_PER_KEY = 10;
const PROBES = 7;

/** An empty filter for this many distinct keys. */
export const emptyKeyFilter = (keyCount: number): Uint8Array => new Uint8Array(Math.max(8, Math.ceil((keyCount * BITS_PER_KEY) / 8)));

export function addToKeyFilter(filter: Uint8Array, key: Uint8Array): void {
  const bitCount = filter.length * 8;
  const step = hashKey(key, 0x85ebca6b) | 1;
  for (let probe = 0, hash = hashKey(key, 0x9747b28c); probe < PROBES; probe++, hash = (hash + step) >>> 0) {
    const bit = hash % bitCount;
    filter[bit >> 3] = (filter[bit >> 3] as number) | (1 << (bit & 7));
  }
}

export function mayHoldKey(filter: Uint8Array, key: Uint8Array): boolean {
  assert(filter.length > 0, 'a filter has bits');
  const bitCount = filter.length * 8;
  const step = hashKey(key, 0x85ebca6b) | 1;
  for (let probe = 0, hash = hashKey(key, 0x9747b28c); probe < PROBES; probe++, hash = (hash + step) >>> 0) {
    const bit = hash % bitCount;
    if (((filter[bit >> 3] as number) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

/** Murmur3's mixing over the bytes, four at a time. Part of the file format. */
function hashKey(key: Uint8Array, seed: number): number {
  let hash = seed;
  let at = 0;
  for (; at + 4 <= key.length; at += 4) {
    const word = (key[at] as number) | ((key[at + 1] as number) << 8) | ((key[at + 2] as number) << 16) | ((key[at + 3] as number) << 24);
    hash = mixWord(hash, word);
  }
  let rest = 0;
  for (let shift = 0; at < key.length; at++, shift += 8) rest |= (key[at] as number) << shift;
  hash = mixWord(hash, rest) ^ key.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixWord(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  const next = hash ^ mixed;
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}
