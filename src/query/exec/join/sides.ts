/**
 * Which side of an inner, semi or anti join is built: the one that ends first when both are read in turns, so that no estimate has to be right.
 *
 *   right: 16 k rows, ended? build it │ left: 16 k rows, ended? build it │ right: 32 k … │ left: 32 k …
 */
import { type Batch, selectedCount } from '../../../data/vector/batch.ts';
import { RowBuffer } from '../../../data/vector/row-buffer.ts';
import type { BoundExpression } from '../../plan/expression.ts';
import type { Batches, QueryRun } from '../context.ts';
import type { PlanOf } from '../operator.ts';
import { batchesOf } from '../relations.ts';
import { mapInputs } from './shift-inputs.ts';

const FIRST_ROWS = 16_384;
const LEFT_ROWS_MAX = 131_072;

/** An input of which the first rows are kept, and the rest is still to come. */
class PeekedInput {
  readonly rows: RowBuffer;
  readonly #input: Batches;
  readonly #run: QueryRun;
  isEnded = false;

  constructor(input: Batches, columnCount: number, run: QueryRun) {
    this.#input = input;
    this.#run = run;
    this.rows = run.hold(new RowBuffer(columnCount));
  }

  /** Reads until `rowCount` rows are kept or the input has ended. */
  async fill(rowCount: number): Promise<void> {
    while (!this.isEnded && this.rows.rowCount < rowCount) {
      const { value, done } = await this.#input.next();
      if (done === true) { this.isEnded = true; return; }
      if (selectedCount(value) > 0) this.rows.append(value);
      if (this.#run.isDue) await this.#run.pause();
    }
  }

  /** All rows: those that are kept, then the rest. */
  async* batches(): Batches {
    yield* batchesOf(this.rows, this.#run);
    if (!this.isEnded) yield* this.#input;
  }

  async close(): Promise<void> { await this.#input.return(undefined); }
}

export interface Sides {
  /** The plan with its sides exchanged if the left one is built. */
  readonly plan: PlanOf<'HashJoin'>;
  readonly build: RowBuffer;
  readonly probe: Batches;
  /** Whether the left side is built. */
  readonly isExchanged: boolean;
  /** Ends both inputs, wherever they are. */
  readonly close: () => Promise<void>;
  /** Puts the columns of an output batch back in the plan's order. */
  readonly restore: (batch: Batch) => Batch;
}

/** The same join with its sides exchanged: the output of an inner one has the right columns first. */
function exchanged(plan: PlanOf<'HashJoin'>): PlanOf<'HashJoin'> {
  const leftCount = plan.left.columns.length;
  const rightCount = plan.right.columns.length;
  const residual: BoundExpression | undefined = plan.residual === undefined ? undefined
    : mapInputs(plan.residual, (index) => (index < leftCount ? index + rightCount : index - leftCount));
  return { ...plan, left: plan.right, right: plan.left, leftKeys: plan.rightKeys, rightKeys: plan.leftKeys, residual };
}

const asItIs = (batch: Batch): Batch => batch;

async function chooseSides(plan: PlanOf<'HashJoin'>, left: PeekedInput, right: PeekedInput, close: () => Promise<void>): Promise<Sides> {
  for (let rowCount = FIRST_ROWS; ; rowCount *= 2) {
    // Left rows of a semi or anti join are only kept to be built, and not many of them.
    const isLastTry = plan.join !== 'inner' && rowCount > LEFT_ROWS_MAX;
    await right.fill(isLastTry ? Infinity : rowCount);
    if (right.isEnded) return { plan, build: right.rows, probe: left.batches(), isExchanged: false, close, restore: asItIs };
    await left.fill(rowCount);
    if (!left.isEnded) continue;
    const rightCount = plan.right.columns.length;
    const restore = (batch: Batch): Batch => ({ ...batch, vectors: [...batch.vectors.slice(rightCount), ...batch.vectors.slice(0, rightCount)] });
    return { plan: exchanged(plan), build: left.rows, probe: right.batches(), isExchanged: true, close, restore: plan.join === 'inner' ? restore : asItIs };
  }
}

/** The sides of a join, read as far as needed to know which one is built. Joins that put out NULLs or marks build the right one. */
export async function openSides(plan: PlanOf<'HashJoin'>, run: QueryRun): Promise<Sides> {
  const left = new PeekedInput(run.open(plan.left), plan.left.columns.length, run);
  const right = new PeekedInput(run.open(plan.right), plan.right.columns.length, run);
  const close = async (): Promise<void> => { await left.close(); await right.close(); };
  try {
    if (plan.join === 'inner' || plan.join === 'semi' || plan.join === 'anti') return await chooseSides(plan, left, right, close);
    await right.fill(Infinity);
    return { plan, build: right.rows, probe: left.batches(), isExchanged: false, close, restore: asItIs };
  } catch (error) {
    await close();
    throw error;
  }
}
