/**
 * Candidate pairs of a join: a row of the left batch and a row number of the right side.
 *
 *   left   0  0  0  1  2  2          right ≥ 0   a candidate
 *   right  7  9  E  E  4  E          E           the end of the left row's candidates: what only needs the left row is decided here
 *                                    below E     a candidate whose keys are neither equal nor unequal (NULL), for mark joins
 */
export const PAIRS_MAX = 4096;
export const END = -1;

export const unknownPair = (right: number): number => -2 - right;
/** The right row of any candidate; -1 for an end. */
export const rightRowOf = (entry: number): number => (entry >= END ? entry : -2 - entry);

/** Room to begin with: an array of so few needs no buffer of its own. */
const PAIRS_MIN = 16;

export class Pairs {
  left = new Int32Array(PAIRS_MIN);
  right = new Int32Array(PAIRS_MIN);
  count = 0;

  get isFull(): boolean { return this.count === PAIRS_MAX; }

  /** Makes room for so many, as far as there is ever room. */
  reserve(count: number): void {
    if (count > this.left.length) this.#resize(Math.min(count, PAIRS_MAX));
  }

  push(left: number, right: number): void {
    if (this.count === this.left.length) this.#resize(Math.min(this.left.length * 4, PAIRS_MAX));
    this.left[this.count] = left;
    this.right[this.count++] = right;
  }

  #resize(capacity: number): void {
    const resized = (from: Int32Array): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(capacity);
      if (this.count > 0) to.set(from);
      return to;
    };
    this.left = resized(this.left);
    this.right = resized(this.right);
  }
}

/** Gives the candidates of one left batch, row after row, each row closed by END. */
export interface CandidateSource {
  /** Appends to `pairs` until it is full. False once nothing is left. */
  fill(pairs: Pairs): boolean;
  /** The row whose candidates are under way needs no more of them: only its END is to come. */
  skipRow(): void;
}

/** Candidates from ranges of a list of right rows: left row `rows[k]` has `list[starts[k]]` … `list[ends[k] - 1]`. Without a list, the numbers themselves. */
export class RangeCandidates implements CandidateSource {
  readonly #rows: Int32Array;
  readonly #starts: ArrayLike<number>;
  readonly #ends: ArrayLike<number>;
  readonly #list: Int32Array | null;
  #row = 0;
  #at = -1;

  constructor(rows: Int32Array, starts: ArrayLike<number>, ends: ArrayLike<number>, list: Int32Array | null) {
    this.#rows = rows;
    this.#starts = starts;
    this.#ends = ends;
    this.#list = list;
  }

  fill(pairs: Pairs): boolean {
    if (pairs.left.length < PAIRS_MAX) pairs.reserve(this.#entriesLeft());
    const list = this.#list;
    for (; this.#row < this.#rows.length; this.#row++) {
      const left = this.#rows[this.#row] as number;
      const end = this.#ends[this.#row] as number;
      let at = this.#at < 0 ? this.#starts[this.#row] as number : this.#at;
      while (at < end && !pairs.isFull) { pairs.push(left, list === null ? at : list[at] as number); at++; }
      this.#at = at;
      if (pairs.isFull) return true;
      pairs.push(left, END);
      this.#at = -1;
    }
    return false;
  }

  /** Candidates and ENDs of the rows to come, counted no further than there is room for. */
  #entriesLeft(): number {
    let count = 0;
    for (let row = this.#row; row < this.#rows.length && count < PAIRS_MAX; row++) count += (this.#ends[row] as number) - (this.#starts[row] as number) + 1;
    return count;
  }

  skipRow(): void {
    if (this.#row < this.#rows.length && this.#at >= 0) this.#at = this.#ends[this.#row] as number;
  }
}
