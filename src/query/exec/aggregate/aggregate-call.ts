/**
 * One aggregate call: what reaches its state, and when.
 *
 *   batch ─FILTER─▶ ─DISTINCT─▶ ┬─▶ state                        (no ORDER BY)
 *                               └─▶ buffer … at the end, in order ─▶ state
 */
import type { AggregateOverload } from '../../../catalog/function.ts';
import { INT32, notNull } from '../../../data/types/type.ts';
import type { Value } from '../../../data/types/value.ts';
import { type Batch, selectedCount, selectionOf, withSelection } from '../../../data/vector/batch.ts';
import type { Scope } from '../../../data/vector/kernel-memory.ts';
import { RowBuffer } from '../../../data/vector/row-buffer.ts';
import { heapVector, type Vector } from '../../../data/vector/vector.ts';
import type { Evaluator, Predicate } from '../../expr/evaluator.ts';
import { aggregateNamed } from '../../expr/functions.ts';
import type { PhysicalAggregate, PhysicalSortKey } from '../../plan/physical-plan.ts';
import type { QueryRun } from '../context.ts';
import { firstRows, KeyTable } from '../key-table.ts';
import { sortedByKeys } from '../sort.ts';
import { openSortKeys, type SortKeys } from '../sort-order.ts';
import type { AggregateState } from './aggregate-state.ts';
import { chooseState } from './state-choice.ts';

const GROUP_NUMBER = notNull(INT32);

/** Group numbers as a column. */
const groupVector = (groups: Int32Array): Vector => heapVector(INT32, 'i32', groups, null);

/** The overload for a call's arguments; constant arguments are known by value. */
export function aggregateOverload(call: Pick<PhysicalAggregate, 'name' | 'args'>, run: QueryRun): AggregateOverload {
  const literals = call.args.map((arg): Value | undefined => {
    if (arg.kind === 'literal') return arg.value;
    return arg.kind === 'parameter' && arg.index >= 0 ? run.expressions.parameters[arg.index] : undefined;
  });
  return aggregateNamed(call.name).resolve(call.args.map((arg) => arg.type), literals);
}

class OrderedInput {
  readonly #rows: RowBuffer;
  readonly #groups: number[] = [];
  readonly #keys: SortKeys;

  constructor(orderBy: readonly PhysicalSortKey[], argCount: number, run: QueryRun) {
    this.#rows = new RowBuffer(argCount);
    this.#keys = openSortKeys(orderBy, run);
  }

  get byteCount(): number { return this.#rows.byteCount + this.#keys.byteCount + this.#groups.length * 8; }

  append(groups: Int32Array, batch: Batch, args: readonly Vector[], scope: Scope): void {
    const rows = selectionOf(batch);
    this.#rows.appendRows(args, rows);
    this.#keys.append(batch, scope);
    for (let k = 0; k < rows.length; k++) this.#groups.push(groups[rows[k] as number] as number);
  }

  async drain(state: AggregateState, groupCount: number, run: QueryRun): Promise<void> {
    for await (const sorted of sortedByKeys(this.#rows.rowCount, this.#keys, run)) {
      const batch = this.#rows.gather(sorted, null);
      state.update(sorted.map((row) => this.#groups[row] as number), batch, batch.vectors, groupCount, null);
      if (run.isDue) await run.pause();
    }
  }
}

export class AggregateRun {
  readonly #args: readonly Evaluator[];
  readonly #filter: Predicate | undefined;
  readonly #distinct: KeyTable | undefined;
  readonly #ordered: OrderedInput | undefined;
  readonly #state: AggregateState;

  constructor(call: PhysicalAggregate, run: QueryRun, tables: Scope) {
    this.#args = call.args.map((arg) => run.evaluator(arg));
    this.#filter = call.filter === undefined ? undefined : run.predicate(call.filter);
    const types = call.args.map((arg) => arg.type);
    this.#distinct = call.distinct ? new KeyTable([GROUP_NUMBER, ...types], 'grouping', undefined, tables) : undefined;
    this.#ordered = call.orderBy.length > 0 ? new OrderedInput(call.orderBy, call.args.length, run) : undefined;
    this.#state = chooseState(call.name, aggregateOverload(call, run), types, run.expressions.evaluation);
  }

  update(groups: Int32Array, batch: Batch, scope: Scope, groupCount: number): void {
    let current = batch;
    if (this.#filter !== undefined) {
      current = withSelection(batch, this.#filter.select(batch, scope));
      if (selectedCount(current) === 0) return;
    }
    const args = this.#args.map((arg) => arg.evaluate(current, scope));
    if (this.#distinct !== undefined) {
      const rows = selectionOf(current);
      const known = this.#distinct.size;
      current = withSelection(current, firstRows(this.#distinct.assign([groupVector(groups), ...args], rows), rows, known));
    }
    if (this.#ordered !== undefined) this.#ordered.append(groups, current, args, scope);
    else this.#state.update(groups, current, args, groupCount, scope);
  }

  /** What it holds beside one state a group, roughly. */
  get byteCount(): number { return (this.#distinct?.byteCount ?? 0) + (this.#ordered?.byteCount ?? 0) + (this.#state.byteCount ?? 0); }

  /** After the last row. */
  async finish(groupCount: number, run: QueryRun): Promise<void> {
    await this.#ordered?.drain(this.#state, groupCount, run);
  }

  result(group: number): Value { return this.#state.result(group); }
}
