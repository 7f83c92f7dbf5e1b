/** Marks on the rows of files: one bit a row, pages without marks cost nothing. */
export class RowBits {
  readonly #pages: (Uint8Array | undefined)[] = [];

  page(index: number): Uint8Array | undefined { return this.#pages[index]; }
  get hasAny(): boolean { return this.#pages.some((bits) => bits !== undefined); }

  /** Marks rows [from, to) of a page. */
  mark(page: number, rowCount: number, from: number, to: number): void {
    const bits = (this.#pages[page] ??= new Uint8Array((rowCount + 7) >> 3));
    for (let row = from; row < to; row++) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  }

  /** The marks of both; nobody may mark more on it. */
  union(other: RowBits): RowBits {
    const both = new RowBits();
    for (let page = 0; page < Math.max(this.#pages.length, other.#pages.length); page++) {
      const [a, b] = [this.#pages[page], other.#pages[page]];
      both.#pages[page] = a === undefined || b === undefined ? a ?? b : a.map((byte, at) => byte | (b[at] as number));
    }
    return both;
  }

  /** A copy to mark more on. */
  copy(): RowBits {
    const copy = new RowBits();
    this.#pages.forEach((bits, index) => { if (bits !== undefined) copy.#pages[index] = bits.slice(); });
    return copy;
  }
}

export const isMarked = (bits: Uint8Array, row: number): boolean => (((bits[row >> 3] as number) >> (row & 7)) & 1) === 1;

/** First marked row in [from, to), or `to`. */
export function nextMarked(bits: Uint8Array, from: number, to: number): number {
  let row = from;
  while (row < to && !isMarked(bits, row)) row += (row & 7) === 0 && bits[row >> 3] === 0 ? 8 : 1;
  return Math.min(row, to);
}
