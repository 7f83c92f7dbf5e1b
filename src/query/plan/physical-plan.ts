/**
 * Physical plans: what the executor runs. Expressions refer to input positions (`input`); plain data, survives `structuredClone`.
 * Every operator's output columns are positional; `columns` names them for EXPLAIN and for the client.
 */
import type { ColumnType } from '../../data/types/type.ts';
import type { BoundExpression } from './expression.ts';
import type { JoinKind, WindowFrame } from './logical-plan.ts';

export interface OutputColumn { readonly name: string; readonly type: ColumnType }
export interface PhysicalSortKey { readonly expression: BoundExpression; readonly descending: boolean; readonly nullsFirst: boolean }

/** One axis of a scan; expressions have no column references and are evaluated when the scan opens. */
export type PhysicalPeriod =
  | { readonly kind: 'as-of'; readonly at: BoundExpression }
  | { readonly kind: 'all' }
  | { readonly kind: 'from-to'; readonly from: BoundExpression; readonly to: BoundExpression }
  | { readonly kind: 'between'; readonly from: BoundExpression; readonly to: BoundExpression };

/** A `ColumnBound` whose value is known only when the plan runs. */
export interface PhysicalBound { readonly column: string; readonly op: '=' | '<' | '<=' | '>' | '>=' | 'in'; readonly values: readonly BoundExpression[] }

export interface PhysicalAggregate {
  readonly name: string;
  readonly args: readonly BoundExpression[];
  readonly distinct: boolean;
  readonly filter: BoundExpression | undefined;
  readonly orderBy: readonly PhysicalSortKey[];
  readonly type: ColumnType;
}
export interface PhysicalWindow {
  readonly name: string;
  readonly args: readonly BoundExpression[];
  readonly partitionBy: readonly BoundExpression[];
  readonly orderBy: readonly PhysicalSortKey[];
  readonly frame: WindowFrame | undefined;
  readonly ignoreNulls: boolean;
  readonly filter: BoundExpression | undefined;
  readonly type: ColumnType;
}

interface Operator { readonly columns: readonly OutputColumn[] }

export type PhysicalPlan =
  /** `sources[i]` is the table column of output i. `filter` is applied to visible rows; `bounds` are hints that imply nothing beyond `filter`. */
  | Operator & { readonly kind: 'TableScan'; readonly database?: string | undefined; readonly schema: string; readonly table: string; readonly sources: readonly string[]; readonly valid: PhysicalPeriod | undefined; readonly system: PhysicalPeriod | undefined; readonly clampValid: boolean; readonly bounds: readonly PhysicalBound[]; readonly filter: BoundExpression | undefined }
  | Operator & { readonly kind: 'Values'; readonly rows: readonly (readonly BoundExpression[])[] }
  | Operator & { readonly kind: 'Filter'; readonly input: PhysicalPlan; readonly predicate: BoundExpression }
  | Operator & { readonly kind: 'Project'; readonly input: PhysicalPlan; readonly expressions: readonly BoundExpression[] }
  /** Equi-join: leftKeys[i] = rightKeys[i] under SQL equality (never NULL = NULL). The right side is built. `residual` sees left columns then right columns.
   *  `mark` appends one column; `semi` and `anti` put out left columns only. If the mark column's type is nullable, the mark is three-valued over
   *  keys and residual; a NULL in a key that `twoValuedKeys` lists (by index: a correlation, not the compared value) is then no match. */
  | Operator & { readonly kind: 'HashJoin'; readonly join: JoinKind; readonly left: PhysicalPlan; readonly right: PhysicalPlan; readonly leftKeys: readonly BoundExpression[]; readonly rightKeys: readonly BoundExpression[]; readonly residual: BoundExpression | undefined; readonly nullSafe?: boolean | undefined; readonly twoValuedKeys?: readonly number[] | undefined }
  | Operator & { readonly kind: 'NestedLoopJoin'; readonly join: JoinKind; readonly left: PhysicalPlan; readonly right: PhysicalPlan; readonly condition: BoundExpression | undefined }
  /** Runs `right` for each distinct tuple of `correlation` (expressions over left); inside `right`, parameter -1-i stands for correlation[i]. */
  | Operator & { readonly kind: 'Apply'; readonly join: JoinKind; readonly left: PhysicalPlan; readonly right: PhysicalPlan; readonly correlation: readonly BoundExpression[]; readonly condition: BoundExpression | undefined }
  /** groupingSets: indexes into groupBy; a key outside the set is NULL. Without groupBy: one row, also for empty input. */
  | Operator & { readonly kind: 'HashAggregate'; readonly input: PhysicalPlan; readonly groupBy: readonly BoundExpression[]; readonly aggregates: readonly PhysicalAggregate[]; readonly groupingSets?: readonly (readonly number[])[] | undefined }
  | Operator & { readonly kind: 'Window'; readonly input: PhysicalPlan; readonly calls: readonly PhysicalWindow[] }
  | Operator & { readonly kind: 'Distinct'; readonly input: PhysicalPlan; readonly on?: readonly BoundExpression[] | undefined }
  | Operator & { readonly kind: 'Sort'; readonly input: PhysicalPlan; readonly keys: readonly PhysicalSortKey[] }
  /** Sort that keeps the first `limit` + `offset` rows only. */
  | Operator & { readonly kind: 'TopK'; readonly input: PhysicalPlan; readonly keys: readonly PhysicalSortKey[]; readonly limit: BoundExpression; readonly offset: BoundExpression | undefined }
  | Operator & { readonly kind: 'Limit'; readonly input: PhysicalPlan; readonly limit: BoundExpression | undefined; readonly offset: BoundExpression | undefined }
  | Operator & { readonly kind: 'UnionAll'; readonly left: PhysicalPlan; readonly right: PhysicalPlan }
  | Operator & { readonly kind: 'SetOperation'; readonly operation: 'union' | 'intersect' | 'except'; readonly all: boolean; readonly left: PhysicalPlan; readonly right: PhysicalPlan }
  /** Input columns, then the item, then the ordinality if asked for. */
  | Operator & { readonly kind: 'Unnest'; readonly input: PhysicalPlan; readonly lists: readonly BoundExpression[]; readonly ordinality: boolean; readonly outer: boolean }
  | Operator & { readonly kind: 'Series'; readonly input: PhysicalPlan; readonly inclusive: boolean; readonly from: BoundExpression; readonly to: BoundExpression; readonly step: BoundExpression | undefined; readonly ordinality: boolean }
  /** One row: a list of the single column, or a struct / list of structs of all columns (`array`, `nest-one`, `nest-many`). */
  | Operator & { readonly kind: 'Nest'; readonly form: 'array' | 'nest-one' | 'nest-many'; readonly input: PhysicalPlan }
  | Operator & { readonly kind: 'With'; readonly id: number; readonly definition: PhysicalPlan; readonly body: PhysicalPlan }
  | Operator & { readonly kind: 'WithReference'; readonly id: number }
  | Operator & { readonly kind: 'Recursive'; readonly id: number; readonly all: boolean; readonly anchor: PhysicalPlan; readonly step: PhysicalPlan };
