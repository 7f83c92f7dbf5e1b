/**
 * Hash table from UTF-8 texts to dense codes 0, 1, 2, … in order of arrival. Texts are hashed and compared as bytes: no string is made.
 *
 *   slots:    [ - 3 - 0 - … ]  open addressing, at most half full; a slot holds code + 1
 *   hashes:   by code
 *   offsets:  by code, into  bytes: "abcdef…"
 */
const SLOTS_MIN = 16;

function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Order of two byte ranges. */
export function compareRanges(a: Uint8Array, aFrom: number, aTo: number, b: Uint8Array, bFrom: number, bTo: number): number {
  const count = Math.min(aTo - aFrom, bTo - bFrom);
  for (let at = 0; at < count; at++) {
    const difference = (a[aFrom + at] as number) - (b[bFrom + at] as number);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}

export class TextTable {
  #slots = new Int32Array(SLOTS_MIN);
  #hashes = new Int32Array(SLOTS_MIN);
  #offsets = new Int32Array(SLOTS_MIN + 1);
  #bytes = new Uint8Array(1024);
  #size = 0;

  get size(): number { return this.#size; }
  get byteCount(): number { return this.#bytes.length + this.#slots.byteLength + this.#hashes.byteLength + this.#offsets.byteLength; }

  /** Code of bytes [from, to), or -1 if unknown and not to be inserted. */
  code(bytes: Uint8Array, from: number, to: number, insert: boolean): number {
    const hash = hashBytes(bytes, from, to);
    const mask = this.#slots.length - 1;
    let at = hash & mask;
    for (;;) {
      const code = (this.#slots[at] as number) - 1;
      if (code < 0) break;
      if (this.#hashes[code] === hash && this.#equals(code, bytes, from, to)) return code;
      at = (at + 1) & mask;
    }
    return insert ? this.#insert(at, hash, bytes, from, to) : -1;
  }

  /** Order of two texts by their bytes, which is the order of their code points. */
  compare(a: number, b: number): number {
    const bytes = this.#bytes;
    return compareRanges(bytes, this.#offsets[a] as number, this.#offsets[a + 1] as number, bytes, this.#offsets[b] as number, this.#offsets[b + 1] as number);
  }

  #equals(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const own = this.#bytes;
    const start = this.#offsets[code] as number;
    if ((this.#offsets[code + 1] as number) - start !== to - from) return false;
    for (let at = from, mine = start; at < to; at++, mine++) if (own[mine] !== bytes[at]) return false;
    return true;
  }

  #insert(slot: number, hash: number, bytes: Uint8Array, from: number, to: number): number {
    const code = this.#size++;
    const start = this.#offsets[code] as number;
    const end = start + to - from;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(from, to), start);
    this.#offsets[code + 1] = end;
    this.#hashes[code] = hash;
    this.#slots[slot] = code + 1;
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    return code;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#size; code++) {
      let at = (this.#hashes[code] as number) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = code + 1;
    }
    const hashes = new Int32Array(slots.length);
    hashes.set(this.#hashes.subarray(0, this.#size));
    const offsets = new Int32Array(slots.length + 1);
    offsets.set(this.#offsets.subarray(0, this.#size + 1));
    this.#slots = slots;
    this.#hashes = hashes;
    this.#offsets = offsets;
  }
}
