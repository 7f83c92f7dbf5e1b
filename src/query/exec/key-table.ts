/**
 * Key tables: tuples of values → dense numbers, for grouping, DISTINCT, set operations and hash joins.
 *
 *   column 0 ─coder─▶ code ┐
 *   column 1 ─coder─▶ code ┴─PairTable─▶ code ┐
 *   column 2 ─coder─────────────────▶ code ───┴─PairTable─▶ number of the tuple
 *
 * No tuple is ever made a string.
 */
import type { ColumnType } from '../../data/types/type.ts';
import { KERNEL_ROWS_MAX } from '../../data/kernels/load-kernels.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import type { Vector } from '../../data/vector/vector.ts';
import { type Coder, coderOf, type KeyEquality } from './key-coder.ts';
import { KernelKeyIndex } from './kernel-key-index.ts';
import { PairTable } from './pair-table.ts';

/** What one value of a key is taken to cost. */
const ENTRY_BYTES = 40;

export class KeyTable {
  readonly #coders: readonly Coder[];
  readonly #pairs: readonly PairCoder[];
  #size = 0;

  /**
   * `probe`: types of the columns that `find` will be asked for, where they are not the same. `scope`: where kernels may have their tables, for as long
   * as this table is in use; null: nowhere.
   */
  constructor(types: readonly ColumnType[], equality: KeyEquality, probe: readonly ColumnType[] = types, scope: Scope | null = null) {
    this.#coders = types.map((type, index) => coderOf(type, probe[index] as ColumnType, equality, scope));
    this.#pairs = types.slice(1).map(() => new PairCoder(scope));
  }

  /** Roughly. */
  get byteCount(): number { return this.#coders.reduce((sum, coder) => sum + (coder.byteCount ?? this.#size * ENTRY_BYTES), this.#pairs.length * this.#size * ENTRY_BYTES); }

  /** How many tuples have a number. */
  get size(): number { return this.#size; }

  /** Number of each row's tuple; new tuples get the next numbers, in order of arrival. */
  assign(vectors: readonly Vector[], rows: Int32Array): Int32Array {
    const numbers = this.#encode(vectors, rows, true);
    let size = this.#size;
    for (let k = 0; k < numbers.length; k++) if ((numbers[k] as number) >= size) size = (numbers[k] as number) + 1;
    this.#size = size;
    return numbers;
  }

  /** Number of each row's tuple, or -1. */
  find(vectors: readonly Vector[], rows: Int32Array): Int32Array { return this.#encode(vectors, rows, false); }

  #encode(vectors: readonly Vector[], rows: Int32Array, insert: boolean): Int32Array {
    const numbers = new Int32Array(rows.length);
    const codes = new Int32Array(rows.length);
    for (let column = 0; column < this.#coders.length; column++) {
      const out = column === 0 ? numbers : codes;
      (this.#coders[column] as Coder).encode(vectors[column] as Vector, rows, insert, out);
      if (column > 0) (this.#pairs[column - 1] as PairCoder).combine(numbers, codes, insert);
    }
    return numbers;
  }
}

/** Pairs of codes → numbers; by a kernel as long as it has room. */
class PairCoder {
  readonly #table = new PairTable();
  #kernel: KernelKeyIndex | null;

  constructor(scope: Scope | null) { this.#kernel = KernelKeyIndex.open(scope, false); }

  /** The number of each pair, into `numbers`. */
  combine(numbers: Int32Array, codes: Int32Array, insert: boolean): void {
    if (this.#kernel !== null) {
      if (numbers.length > KERNEL_ROWS_MAX) this.#leave(this.#kernel);
      else if (this.#kernel.encodePairs(numbers, codes, insert)) return;
      else this.#leave(this.#kernel);
    }
    const table = this.#table;
    for (let k = 0; k < numbers.length; k++) {
      const number = numbers[k] as number;
      const code = codes[k] as number;
      if (number < 0 || code < 0) numbers[k] = -1;
      else numbers[k] = insert ? table.insert(code, number) : table.find(code, number);
    }
  }

  #leave({ keys, size }: KernelKeyIndex): void {
    for (let number = 0; number < size; number++) this.#table.insert(keys[number * 2] as number, keys[number * 2 + 1] as number);
    this.#kernel = null;
  }
}

/** The rows at which tuples with the numbers from `known` on were seen first, in order of their numbers. */
export function firstRows(numbers: Int32Array, rows: Int32Array, known: number): Int32Array {
  const found: number[] = [];
  let next = known;
  for (let k = 0; k < numbers.length; k++) if (numbers[k] === next) { found.push(rows[k] as number); next++; }
  return Int32Array.from(found);
}
