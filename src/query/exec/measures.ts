/**
 * What the operators of a running plan did, for EXPLAIN ANALYZE.
 *
 *   parent ──next──▶ [clock] operator ──next──▶ [clock] input        times include what the operator waited for below it
 *
 * Operators stay apart where they would run as one (`steps.ts`), so that each has figures of its own.
 */
import { selectedCount } from '../../data/vector/batch.ts';
import type { PhysicalPlan } from '../plan/physical-plan.ts';
import type { Batches, Build } from './context.ts';

/** All runs together, where an Apply runs its right side several times. */
export interface OperatorMeasure {
  totalMs: number;
  /** From the first opening to the first batch; undefined where none came. */
  firstBatchMs: number | undefined;
  batchCount: number;
  rowCount: number;
  /** Of scans: rows that came from the table, before the filter. */
  scannedRowCount: number;
}

export class PlanMeasures {
  readonly #nowMs: () => number;
  readonly #byOperator = new Map<PhysicalPlan, OperatorMeasure>();

  /** `nowMs`: milliseconds since an arbitrary start, with fractions. */
  constructor(nowMs: () => number) { this.#nowMs = nowMs; }

  /** Zeros for an operator that never ran. */
  of(operator: PhysicalPlan): OperatorMeasure {
    let measure = this.#byOperator.get(operator);
    if (measure === undefined) {
      measure = { totalMs: 0, firstBatchMs: undefined, batchCount: 0, rowCount: 0, scannedRowCount: 0 };
      this.#byOperator.set(operator, measure);
    }
    return measure;
  }

  around(build: Build): Build {
    return (plan, run, rowsNeeded) => this.#watch(build(plan, run, rowsNeeded), this.of(plan));
  }

  async *#watch(batches: Batches, measure: OperatorMeasure): Batches {
    const openedMs = this.#nowMs();
    try {
      for (;;) {
        const askedMs = this.#nowMs();
        const next = await batches.next();
        const nowMs = this.#nowMs();
        measure.totalMs += nowMs - askedMs;
        if (next.done === true) return;
        measure.firstBatchMs ??= nowMs - openedMs;
        measure.batchCount++;
        measure.rowCount += selectedCount(next.value);
        yield next.value;
      }
    } finally { await batches.return(undefined); }
  }
}
