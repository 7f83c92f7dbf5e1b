/**
 * What x IN (…) needs beside matches: right rows whose keys are neither equal nor unequal to the left row's, since one of them is NULL.
 *
 *   left key NULL       every right row whose other keys may be equal
 *   left key not NULL   right rows with a NULL key whose other keys may be equal
 */
import { keyOf } from '../../../data/types/hash-key.ts';
import type { Value } from '../../../data/types/value.ts';
import { vectorReader } from '../../../data/vector/reader.ts';
import type { Vector } from '../../../data/vector/vector.ts';
import { type CandidateSource, END, type Pairs, unknownPair } from './pairs.ts';

/** Keys of the built side, kept only for mark joins with three-valued marks. */
export class UnknownKeys {
  readonly #keys: Value[][];
  /** Keys in which a NULL is no match instead of an unknown one. */
  readonly #twoValued: ReadonlySet<number>;
  readonly #nullRows: number[] = [];
  #rowCount = 0;

  constructor(keyCount: number, twoValued: readonly number[]) {
    this.#keys = Array.from({ length: keyCount }, () => []);
    this.#twoValued = new Set(twoValued);
  }

  get rowCount(): number { return this.#rowCount; }

  append(vectors: readonly Vector[], rows: Int32Array): void {
    const readers = vectors.map(vectorReader);
    for (let k = 0; k < rows.length; k++) {
      let hasNull = false;
      readers.forEach((read, column) => {
        const value = read(rows[k] as number);
        (this.#keys[column] as Value[]).push(value);
        if (value === null) hasNull = true;
      });
      if (hasNull) this.#nullRows.push(this.#rowCount);
      this.#rowCount++;
    }
  }

  /** Rows whose comparison with the left keys is unknown. */
  rowsFor(left: readonly Value[], oneIsEnough: boolean): number[] {
    const found: number[] = [];
    const leftHasNull = left.includes(null);
    const count = leftHasNull ? this.#rowCount : this.#nullRows.length;
    for (let at = 0; at < count; at++) {
      const row = leftHasNull ? at : this.#nullRows[at] as number;
      if (!this.#mayEqual(left, row)) continue;
      found.push(row);
      if (oneIsEnough) break;
    }
    return found;
  }

  #mayEqual(left: readonly Value[], row: number): boolean {
    return left.every((value, column) => {
      const right = (this.#keys[column] as Value[])[row] as Value;
      if (value === null || right === null) return !this.#twoValued.has(column);
      return keyOf(value) === keyOf(right);
    });
  }
}

/** Matches of a left row, then the rows that are unknown to it. */
export class MarkCandidates implements CandidateSource {
  readonly #rows: Int32Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #list: Int32Array;
  readonly #unknown: UnknownKeys;
  readonly #valuesOf: (row: number) => readonly Value[];
  readonly #oneIsEnough: boolean;
  #row = 0;
  #pending: number[] | null = null;
  #at = 0;

  constructor(rows: Int32Array, starts: Int32Array, ends: Int32Array, list: Int32Array, unknown: UnknownKeys, valuesOf: (row: number) => readonly Value[], oneIsEnough: boolean) {
    this.#rows = rows;
    this.#starts = starts;
    this.#ends = ends;
    this.#list = list;
    this.#unknown = unknown;
    this.#valuesOf = valuesOf;
    this.#oneIsEnough = oneIsEnough;
  }

  #entriesOf(row: number): number[] {
    const start = this.#starts[row] as number;
    const end = this.#ends[row] as number;
    const matches = Array.from(this.#list.subarray(start, end));
    if (this.#oneIsEnough && matches.length > 0) return matches;
    return [...matches, ...this.#unknown.rowsFor(this.#valuesOf(this.#rows[row] as number), this.#oneIsEnough).map(unknownPair)];
  }

  fill(pairs: Pairs): boolean {
    for (; this.#row < this.#rows.length; this.#row++) {
      const left = this.#rows[this.#row] as number;
      const pending = this.#pending ?? this.#entriesOf(this.#row);
      this.#pending = pending;
      while (this.#at < pending.length && !pairs.isFull) pairs.push(left, pending[this.#at++] as number);
      if (pairs.isFull) return true;
      pairs.push(left, END);
      this.#pending = null;
      this.#at = 0;
    }
    return false;
  }

  skipRow(): void { if (this.#pending !== null) this.#at = this.#pending.length; }
}
