/** The built side of a hash join: its rows, and by key number which of them. */
import { joinsByKey } from '../../../data/types/hash-key.ts';
import { BOOL, notNull, nullable } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import { type Batch, selectionOf } from '../../../data/vector/batch.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { vectorReader } from '../../../data/vector/reader.ts';
import type { RowBuffer } from '../../../data/vector/row-buffer.ts';
import type { Vector } from '../../../data/vector/vector.ts';
import { inputsOf } from '../../expr/compile.ts';
import type { BoundExpression } from '../../plan/expression.ts';
import type { QueryRun } from '../context.ts';
import { KeyTable } from '../key-table.ts';
import type { PlanOf } from '../operator.ts';
import { MarkCandidates, UnknownKeys } from './mark-unknown.ts';
import { type CandidateSource, RangeCandidates } from './pairs.ts';
import { shiftInputs } from './shift-inputs.ts';

export interface Keys { readonly left: readonly BoundExpression[]; readonly right: readonly BoundExpression[]; readonly twoValued: readonly number[]; readonly residual: BoundExpression | undefined }

/** Keys whose equality needs more than the two values (dates against timestamps, lists) become conditions of the residual. */
export function keysOf(plan: PlanOf<'HashJoin'>): Keys {
  const left: BoundExpression[] = [];
  const right: BoundExpression[] = [];
  const twoValued: number[] = [];
  const conditions: BoundExpression[] = [];
  const leftCount = plan.left.columns.length;
  plan.leftKeys.forEach((leftKey, index) => {
    const rightKey = plan.rightKeys[index] as BoundExpression;
    const isTwoValued = plan.twoValuedKeys?.includes(index) === true;
    if (plan.nullSafe === true || joinsByKey(leftKey.type, rightKey.type)) {
      if (isTwoValued) twoValued.push(left.length);
      left.push(leftKey);
      right.push(rightKey);
      return;
    }
    const equal: BoundExpression = { kind: 'call', name: '=', args: [leftKey, shiftInputs(rightKey, leftCount)], type: nullable(BOOL) };
    conditions.push(isTwoValued ? { kind: 'is-truth', arg: equal, truth: 'true', negated: false, type: notNull(BOOL) } : equal);
  });
  if (plan.residual !== undefined) conditions.push(plan.residual);
  const residual = conditions.length > 1 ? { kind: 'and' as const, args: conditions, type: nullable(BOOL) } : conditions[0];
  return { left, right, twoValued, residual };
}

/** The built side: rows, and by key number which of them. */
export class BuildSide {
  readonly rows: RowBuffer;
  readonly table: KeyTable;
  readonly unknown: UnknownKeys | undefined;
  readonly #keys: readonly BoundExpression[];
  readonly #numbers: Int32Array;
  starts = new Int32Array(1);
  list = new Int32Array(0);

  constructor(plan: PlanOf<'HashJoin'>, keys: Keys, rows: RowBuffer, tables: Scope) {
    this.rows = rows;
    this.#numbers = new Int32Array(rows.rowCount);
    this.#keys = keys.right;
    this.table = new KeyTable(keys.right.map((key) => key.type), plan.nullSafe === true ? 'grouping' : 'joining', keys.left.map((key) => key.type), tables);
    const isThreeValued = plan.join === 'mark' && plan.nullSafe !== true && plan.columns.at(-1)?.type.nullable === true;
    this.unknown = isThreeValued ? new UnknownKeys(keys.right.length, keys.twoValued) : undefined;
  }

  /** Beside the rows. */
  get byteCount(): number { return this.table.byteCount + this.#numbers.byteLength + this.starts.byteLength + this.list.byteLength; }

  async build(run: QueryRun): Promise<void> {
    run.hold(this);
    const evaluators = this.#keys.map((key) => run.evaluator(key));
    const needed = new Set<number>();
    for (const key of this.#keys) inputsOf(key, needed);
    const scope = run.scope();
    for (let from = 0; ;) {
      const batch = this.rows.window(from, needed);
      if (batch === null) break;
      const keys = evaluators.map((evaluator) => evaluator.evaluate(batch, scope));
      const rows = selectionOf(batch);
      this.#numbers.set(this.table.assign(keys, rows), from);
      this.unknown?.append(keys, rows);
      scope.release();
      if (run.isDue) await run.pause();
      from += batch.rowCount;
    }
    run.closeScope(scope);
    this.#index();
  }

  /** Counting sort of the rows by key number: within a key they stay in order of arrival. */
  #index(): void {
    const rowCount = this.rows.rowCount;
    const starts = new Int32Array(this.table.size + 1);
    for (let row = 0; row < rowCount; row++) { const number = this.#numbers[row] as number; if (number >= 0) starts[number + 1] = (starts[number + 1] as number) + 1; }
    for (let number = 0; number < this.table.size; number++) starts[number + 1] = (starts[number + 1] as number) + (starts[number] as number);
    const next = starts.slice();
    const list = new Int32Array(rowCount);
    for (let row = 0; row < rowCount; row++) {
      const number = this.#numbers[row] as number;
      if (number < 0) continue;
      list[next[number] as number] = row;
      next[number] = (next[number] as number) + 1;
    }
    this.starts = starts;
    this.list = list;
  }
}

export function candidatesOf(side: BuildSide, batch: Batch, keys: readonly Vector[], oneIsEnough: boolean): CandidateSource {
  const rows = selectionOf(batch);
  const numbers = side.table.find(keys, rows);
  const starts = new Int32Array(rows.length);
  const ends = new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const number = numbers[k] as number;
    if (number < 0) continue;
    starts[k] = side.starts[number] as number;
    ends[k] = oneIsEnough ? Math.min((starts[k] as number) + 1, side.starts[number + 1] as number) : side.starts[number + 1] as number;
  }
  const matches = new RangeCandidates(rows, starts, ends, side.list);
  if (side.unknown === undefined || side.unknown.rowCount === 0) return matches;
  const readers = keys.map(vectorReader);
  const valuesOf = (row: number): Value[] => readers.map((read) => read(row));
  return new MarkCandidates(rows, starts, ends, side.list, side.unknown, valuesOf, oneIsEnough);
}
