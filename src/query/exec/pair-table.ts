/**
 * Hash index from a pair of 32-bit integers (an int64 as halves, or two codes) to dense numbers 0, 1, 2, … in order of arrival.
 *
 *   slots:  [ -  3  -  0  - … ]   open addressing, linear probing, at most half full; a slot holds number + 1
 *   pairs:  [ low high low high … ] by number
 */
const SLOTS_MIN = 16;

function mix(low: number, high: number): number {
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

export class PairTable {
  #slots = new Int32Array(SLOTS_MIN);
  #pairs = new Int32Array(SLOTS_MIN);
  #size = 0;

  get size(): number { return this.#size; }

  /** The pair's number, or -1. */
  find(low: number, high: number): number {
    const slots = this.#slots;
    const pairs = this.#pairs;
    const mask = slots.length - 1;
    for (let at = mix(low, high) & mask; ; at = (at + 1) & mask) {
      const number = (slots[at] as number) - 1;
      if (number < 0 || (pairs[number * 2] === low && pairs[number * 2 + 1] === high)) return number;
    }
  }

  /** The pair's number, a new one if it is new. Both halves as signed 32-bit integers. */
  insert(low: number, high: number): number {
    const slots = this.#slots;
    const pairs = this.#pairs;
    const mask = slots.length - 1;
    let at = mix(low, high) & mask;
    for (;;) {
      const number = (slots[at] as number) - 1;
      if (number < 0) break;
      if (pairs[number * 2] === low && pairs[number * 2 + 1] === high) return number;
      at = (at + 1) & mask;
    }
    const number = this.#size++;
    pairs[number * 2] = low;
    pairs[number * 2 + 1] = high;
    slots[at] = number + 1;
    if (this.#size * 2 >= slots.length) this.#grow();
    return number;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let at = mix(this.#pairs[number * 2] as number, this.#pairs[number * 2 + 1] as number) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = number + 1;
    }
    const pairs = new Int32Array(slots.length);
    pairs.set(this.#pairs.subarray(0, this.#size * 2));
    this.#slots = slots;
    this.#pairs = pairs;
  }
}
