/**
 * Events: the facts that the log holds and from which every row is computed. Resolved: no SQL, no clock, no defaults left.
 */
import type { ViewDefinition } from '../catalog/table-source.ts';
import type { StructValue, Value } from '../data/types/value.ts';

export type EventOp = 'put' | 'delete' | 'erase';

/** What one statement of a transaction did to one entity. Times are µs UTC; `MICROS_MAX` is ∞; validFrom < validTo. */
export interface RowEvent {
  readonly op: EventOp;
  /** string, bigint (any integer width), Uuid or Keyword. */
  readonly id: Value;
  /** Erase: [MICROS_MIN, MICROS_MAX). */
  readonly validFrom: bigint;
  readonly validTo: bigint;
  /** For put: the whole document, `_id` included, without temporal columns. */
  readonly document: StructValue | null;
}

/** Events of one table in the order of their statements. */
export interface TableEvents { readonly kind: 'events'; readonly schema: string; readonly table: string; readonly events: readonly RowEvent[] }

/** CREATE TABLE: columns become known before any row has them; `typeName` guides parameters only. */
export interface TableDeclaration { readonly kind: 'declare'; readonly schema: string; readonly table: string; readonly columns: readonly { readonly name: string; readonly typeName: string | null }[] }

/** DROP TABLE: the name is free and its columns are forgotten. The events before it have ended every row. */
export interface TableDrop { readonly kind: 'drop'; readonly schema: string; readonly table: string }

/** CREATE VIEW, or OR REPLACE: from here on the name stands for a query. DROP VIEW is a `drop`. */
export interface ViewDeclaration { readonly kind: 'view'; readonly schema: string; readonly table: string; readonly view: ViewDefinition }

export type TableChange = TableEvents | TableDeclaration | TableDrop | ViewDeclaration;

/** A transaction as decided: what is appended to the log, in order. Its row in `xt.txs` is among the changes. */
export interface ResolvedTransaction {
  readonly txId: bigint;
  readonly systemTime: bigint;
  readonly changes: readonly TableChange[];
}
