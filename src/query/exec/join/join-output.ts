/**
 * From candidate pairs to output, for every kind of join alike.
 *
 *   candidates ─residual─▶ true / unknown / false ─walk in left order─▶ pairs that join, and at each END what the left row alone decides
 *
 *   inner   pairs                        semi   left rows with a match          mark    left rows + TRUE / NULL / FALSE
 *   left    pairs, unmatched + NULLs     anti   left rows without a match       single  as left; a second match is 21000
 *   full    as left; right rows that never matched follow at the end
 *   matched nothing: which right rows match is all that is asked (`built-left.ts`)
 */
import { EngineError } from '../../../base/errors.ts';
import type { ColumnType } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import { type Batch, BATCH_ROWS } from '../../../data/vector/batch.ts';
import { gatherVector } from '../../../data/vector/column-buffer.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../../data/vector/reader.ts';
import type { RowBuffer } from '../../../data/vector/row-buffer.ts';
import { NULL_VECTOR, type Vector, valuesVector } from '../../../data/vector/vector.ts';
import { inputsOf } from '../../expr/compile.ts';
import type { Evaluator, Predicate } from '../../expr/evaluator.ts';
import type { BoundExpression } from '../../plan/expression.ts';
import type { JoinKind } from '../../plan/logical-plan.ts';
import type { Batches, QueryRun } from '../context.ts';
import { type CandidateSource, END, Pairs, rightRowOf } from './pairs.ts';

const FALSE = 0;
const TRUE = 1;
const UNKNOWN = 2;

export interface JoinShape {
  readonly join: JoinKind | 'matched';
  readonly leftCount: number;
  readonly rightCount: number;
  /** Sees left columns, then right columns. */
  readonly residual: BoundExpression | undefined;
  readonly markType: ColumnType | undefined;
  /** For `matched`: one byte a right row, set to 1 where it matches. */
  readonly rightMatched?: Uint8Array;
}

export class JoinOutput {
  readonly #shape: JoinShape;
  readonly #run: QueryRun;
  readonly #predicate: Predicate | undefined;
  /** Three-valued, for marks. */
  readonly #evaluator: Evaluator | undefined;
  readonly #residualInputs: ReadonlySet<number>;
  readonly #pairs = new Pairs();
  /** As long as the pairs have room. */
  #verdicts = new Uint8Array(0);
  #outLeft = new Int32Array(0);
  #outRight = new Int32Array(0);
  /** Right rows that matched, for `full` and `matched`. */
  #rightMatched: Uint8Array;
  /** Of the left row whose candidates are under way. */
  #matched = false;
  #unknown = false;

  constructor(shape: JoinShape, run: QueryRun) {
    this.#shape = shape;
    this.#rightMatched = shape.rightMatched ?? new Uint8Array(0);
    this.#run = run;
    const { residual } = shape;
    this.#residualInputs = residual === undefined ? new Set() : inputsOf(residual);
    if (residual !== undefined && shape.join === 'mark') this.#evaluator = run.evaluator(residual);
    else if (residual !== undefined) this.#predicate = run.predicate(residual);
  }

  /** Whether one match is all that a left row needs. */
  get needsOneMatch(): boolean { return this.#shape.join === 'semi' || this.#shape.join === 'anti' || this.#shape.join === 'mark'; }

  /** Output for one left batch. */
  async* batches(batch: Batch, right: RowBuffer, source: CandidateSource, scope: Scope): Batches {
    if (this.#shape.join === 'full' && this.#rightMatched.length < right.rowCount) this.#rightMatched = new Uint8Array(right.rowCount);
    const marks: Value[] = this.#shape.join === 'mark' ? new Array<Value>(batch.rowCount) : [];
    for (let more = true; more;) {
      this.#pairs.count = 0;
      more = source.fill(this.#pairs);
      this.#reserve(this.#pairs.left.length);
      this.#judge(batch, right, scope);
      const count = this.#walk(marks);
      if (this.needsOneMatch && this.#matched) source.skipRow();
      if (this.#run.isDue) await this.#run.pause();
      if (count > 0) yield this.#output(batch, right, marks, count, scope);
      scope.release();
    }
  }

  #reserve(capacity: number): void {
    if (this.#verdicts.length >= capacity) return;
    this.#verdicts = new Uint8Array(capacity);
    this.#outLeft = new Int32Array(capacity);
    this.#outRight = new Int32Array(capacity);
  }

  /** Verdict of each candidate. */
  #judge(batch: Batch, right: RowBuffer, scope: Scope): void {
    const pairs = this.#pairs;
    const verdicts = this.#verdicts;
    for (let k = 0; k < pairs.count; k++) verdicts[k] = (pairs.right[k] as number) < END ? UNKNOWN : TRUE;
    if (this.#predicate === undefined && this.#evaluator === undefined) return;
    const candidates = this.#candidateBatch(batch, right, scope);
    const selection = candidates.selection as Int32Array;
    if (selection.length === 0) return;
    if (this.#predicate !== undefined) {
      const passed = this.#predicate.select(candidates, scope);
      for (let k = 0; k < selection.length; k++) verdicts[selection[k] as number] = FALSE;
      for (let k = 0; k < passed.length; k++) verdicts[passed[k] as number] = TRUE;
      return;
    }
    const read = vectorReader((this.#evaluator as Evaluator).evaluate(candidates, scope));
    for (let k = 0; k < selection.length; k++) {
      const at = selection[k] as number;
      const value = read(at);
      if (value === null) verdicts[at] = UNKNOWN;
      else if (value !== true) verdicts[at] = FALSE;
    }
  }

  /** Candidates as a batch: one row an entry, ENDs not selected, only the columns that the residual reads. */
  #candidateBatch(batch: Batch, right: RowBuffer, scope: Scope): Batch {
    const { pairs, leftRows, rightRows } = this.#entries();
    const vectors: Vector[] = [];
    for (let column = 0; column < this.#shape.leftCount; column++) {
      vectors.push(this.#residualInputs.has(column) ? gatherVector(batch.vectors[column] as Vector, leftRows, scope, false) : NULL_VECTOR);
    }
    right.columns.forEach((buffer, column) => {
      vectors.push(this.#residualInputs.has(this.#shape.leftCount + column) ? buffer.gather(rightRows, scope, true) : NULL_VECTOR);
    });
    const selection = new Int32Array(pairs.count);
    let count = 0;
    for (let k = 0; k < pairs.count; k++) if (pairs.right[k] !== END) selection[count++] = k;
    return { rowCount: pairs.count, vectors, selection: selection.subarray(0, count) };
  }

  #entries(): { readonly pairs: Pairs; readonly leftRows: Int32Array; readonly rightRows: Int32Array } {
    const pairs = this.#pairs;
    const rightRows = new Int32Array(pairs.count);
    for (let k = 0; k < pairs.count; k++) rightRows[k] = rightRowOf(pairs.right[k] as number);
    return { pairs, leftRows: pairs.left.subarray(0, pairs.count), rightRows };
  }

  /** Decides each entry in order; the number of output entries. */
  #walk(marks: Value[]): number {
    const pairs = this.#pairs;
    let count = 0;
    for (let k = 0; k < pairs.count; k++) {
      const left = pairs.left[k] as number;
      const right = pairs.right[k] as number;
      if (right !== END) {
        if (this.#verdicts[k] === TRUE) count = this.#match(left, right, count);
        else if (this.#verdicts[k] === UNKNOWN) this.#unknown = true;
        continue;
      }
      count = this.#endRow(left, count, marks);
      this.#matched = false;
      this.#unknown = false;
    }
    return count;
  }

  #put(left: number, right: number, count: number): number {
    this.#outLeft[count] = left;
    this.#outRight[count] = right;
    return count + 1;
  }

  #match(left: number, right: number, count: number): number {
    const again = this.#matched;
    this.#matched = true;
    switch (this.#shape.join) {
      case 'semi': case 'anti': case 'mark': return count;
      case 'single':
        if (again) throw new EngineError('cardinality-violation', 'cardinality violation: a subquery used as a value returned more than one row');
        return this.#put(left, right, count);
      case 'matched': this.#rightMatched[right] = 1; return count;
      case 'full': this.#rightMatched[right] = 1; return this.#put(left, right, count);
      default: return this.#put(left, right, count);
    }
  }

  #endRow(left: number, count: number, marks: Value[]): number {
    switch (this.#shape.join) {
      case 'inner': case 'matched': return count;
      case 'left': case 'full': case 'single': return this.#matched ? count : this.#put(left, -1, count);
      case 'semi': return this.#matched ? this.#put(left, -1, count) : count;
      case 'anti': return this.#matched ? count : this.#put(left, -1, count);
      case 'mark':
        marks[left] = this.#matched ? true : this.#unknown && this.#shape.markType?.nullable === true ? null : false;
        return this.#put(left, -1, count);
    }
  }

  #output(batch: Batch, right: RowBuffer, marks: Value[], count: number, scope: Scope): Batch {
    const leftRows = this.#outLeft.slice(0, count);
    switch (this.#shape.join) {
      case 'semi': case 'anti': return { rowCount: batch.rowCount, vectors: batch.vectors, selection: leftRows };
      case 'mark': return { rowCount: batch.rowCount, vectors: [...batch.vectors, valuesVector(marks)], selection: leftRows };
    }
    const rightRows = this.#outRight.subarray(0, count);
    const withNulls = this.#shape.join !== 'inner';
    const leftVectors = batch.vectors.map((vector) => gatherVector(vector, leftRows, scope, false));
    return { rowCount: count, vectors: [...leftVectors, ...right.gather(rightRows, scope, withNulls).vectors], selection: null };
  }

  /** For `full`: right rows that never matched, with NULLs on the left. */
  async* unmatchedRight(right: RowBuffer, scope: Scope): Batches {
    if (this.#shape.join !== 'full') return;
    const nulls: Vector[] = Array.from({ length: this.#shape.leftCount }, () => NULL_VECTOR);
    const rows = new Int32Array(Math.min(BATCH_ROWS, right.rowCount));
    for (let row = 0; row < right.rowCount;) {
      let count = 0;
      for (; row < right.rowCount && count < BATCH_ROWS; row++) if (this.#rightMatched[row] !== 1) rows[count++] = row;
      if (this.#run.isDue) await this.#run.pause();
      if (count > 0) yield { rowCount: count, vectors: [...nulls, ...right.gather(rows.subarray(0, count), scope).vectors], selection: null };
      scope.release();
    }
  }
}
