/**
 * What a transaction runs: statements that can be run again, somewhere else, and say the same things if nothing they saw has changed.
 */
import type { CatalogView } from '../catalog/table-source.ts';
import type { Value } from '../data/types/value.ts';
import type { OutputColumn } from '../query/plan/physical-plan.ts';
import type { TableChange } from '../storage/event.ts';

/** The database as a statement of a transaction sees it. */
export interface TransactionView {
  readonly catalog: CatalogView;
  declaredType(schema: string, table: string, column: string): string | undefined;
  /** The transaction's system time: CURRENT_TIMESTAMP, the default valid-from, and the end of what it can see. */
  readonly systemTime: bigint;
}

export interface TableName { readonly schema: string; readonly table: string }

/** What the client was told: a later run must say the same. */
export interface Told {
  readonly rowCount: number;
  /** Sum of the rows' hashes, so that order does not count; values of the transaction's own time hash alike in every run. */
  readonly rowsHash: bigint;
}

export interface WriteResult {
  readonly told: Told;
  /** What RETURNING gives back, in the order of the statement's result; undefined without it. */
  readonly returned: { readonly columns: readonly OutputColumn[]; readonly rows: readonly (readonly Value[])[] } | undefined;
  readonly changes: readonly TableChange[];
}

/** Of a statement that neither wrote nor returned anything; others say where they differ. */
export const NOTHING_DONE: WriteResult = { told: { rowCount: 0, rowsHash: 0n }, returned: undefined, changes: [] };

/** A statement bound to a view. */
export interface BoundStatement {
  /** Tables whose rows or shape it depends on. */
  readonly reads: readonly TableName[];
  /** Throws EngineError when execution fails: the transaction is aborted and says so in `xt.txs`. */
  run(): Promise<WriteResult>;
}

export interface WriteStatement {
  /** The text, for `xt.txs`. */
  readonly text: string;
  /** Throws EngineError for what is wrong with names, types and parameters: such errors write nothing. */
  bind(view: TransactionView): BoundStatement;
}
