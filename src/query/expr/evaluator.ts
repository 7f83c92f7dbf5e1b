/**
 * What expressions are compiled to.
 *
 * An evaluator may be asked again for any batch; it holds nothing between batches but constants. The vector it returns has entries
 * for the batch's selected rows (others mean nothing) and lives as long as the scope, or longer.
 */
import type { EvaluationContext } from '../../catalog/function.ts';
import type { Batch } from '../../data/vector/batch.ts';
import type { Scope } from '../../data/vector/kernel-memory.ts';
import type { Vector } from '../../data/vector/vector.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { BoundExpression } from '../plan/expression.ts';

export interface Evaluator {
  readonly type: ColumnType;
  evaluate(batch: Batch, scope: Scope | null): Vector;
}

/** Selects the rows for which a condition is TRUE: neither FALSE nor NULL. The result keeps the order of the selection. */
export interface Predicate {
  select(batch: Batch, scope: Scope | null): Int32Array;
}

/** What expressions see beside their input. */
export interface ExpressionContext {
  readonly evaluation: EvaluationContext;
  /** Parameters of the statement, 0-based. */
  readonly parameters: readonly Value[];
  /** Values that parameters -1, -2, … stand for inside an Apply; replaced before each run of its right side. */
  readonly correlation: { values: readonly Value[] };
  /** Of expressions that stand in several places and are computed once. */
  readonly shared?: ReadonlyMap<BoundExpression, Evaluator> | undefined;
}
