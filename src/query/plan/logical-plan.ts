/**
 * Logical plans: relational algebra over columns with ids. Deep read-only, changed by copy; rules are functions from plan to plan.
 */
import type { ColumnType } from '../../data/types/type.ts';
import type { BoundExpression, ColumnId } from './expression.ts';

/** A column that an operator puts out. `name` is for people and for the client; `id` is what expressions refer to. */
export interface PlanColumn { readonly id: ColumnId; readonly name: string; readonly type: ColumnType }

/** Bounds of one time axis as bound expressions without column references; undefined = unbounded on that side. */
export type TemporalFilter =
  | { readonly kind: 'as-of'; readonly at: BoundExpression }
  | { readonly kind: 'all' }
  | { readonly kind: 'from-to'; readonly from: BoundExpression; readonly to: BoundExpression }
  | { readonly kind: 'between'; readonly from: BoundExpression; readonly to: BoundExpression };

export interface SortKey { readonly expression: BoundExpression; readonly descending: boolean; readonly nullsFirst: boolean }

export interface AggregateCall {
  readonly output: PlanColumn;
  readonly name: string;
  readonly args: readonly BoundExpression[];
  readonly distinct: boolean;
  readonly filter: BoundExpression | undefined;
  /** Order of arrival for ARRAY_AGG, STRING_AGG and WITHIN GROUP. */
  readonly orderBy: readonly SortKey[];
}

export type FrameBound =
  | { readonly kind: 'unbounded-preceding' } | { readonly kind: 'unbounded-following' } | { readonly kind: 'current-row' }
  | { readonly kind: 'preceding'; readonly offset: BoundExpression } | { readonly kind: 'following'; readonly offset: BoundExpression };
export interface WindowFrame { readonly unit: 'rows' | 'range' | 'groups'; readonly from: FrameBound; readonly to: FrameBound; readonly exclude?: 'current-row' | 'group' | 'ties' | undefined }
export interface WindowCall {
  readonly output: PlanColumn;
  readonly name: string;
  readonly args: readonly BoundExpression[];
  readonly partitionBy: readonly BoundExpression[];
  readonly orderBy: readonly SortKey[];
  readonly frame: WindowFrame | undefined;
  readonly ignoreNulls: boolean;
  readonly filter: BoundExpression | undefined;
}

/** A list and the column that its items become. */
export interface UnnestedList { readonly output: PlanColumn; readonly list: BoundExpression }

export type JoinKind = 'inner' | 'left' | 'full' | 'semi' | 'anti'
  /** Keeps every left row and adds `mark`: TRUE, FALSE or NULL as x op ANY has it. */
  | 'mark'
  /** As left, but more than one match for a left row is 21000. */
  | 'single';

export type LogicalPlan =
  | { readonly kind: 'scan'; readonly database?: string | undefined; readonly schema: string; readonly table: string; readonly columns: readonly (PlanColumn & { readonly source: string })[]; readonly valid: TemporalFilter | undefined; readonly system: TemporalFilter | undefined; readonly clampValid: boolean; readonly filters: readonly BoundExpression[]; readonly rowEstimate: number; readonly position?: number | undefined }
  /** Rows of expressions; one empty row for SELECT without FROM. */
  | { readonly kind: 'values'; readonly columns: readonly PlanColumn[]; readonly rows: readonly (readonly BoundExpression[])[] }
  | { readonly kind: 'filter'; readonly input: LogicalPlan; readonly predicate: BoundExpression }
  | { readonly kind: 'project'; readonly input: LogicalPlan; readonly columns: readonly { readonly output: PlanColumn; readonly expression: BoundExpression }[] }
  | { readonly kind: 'join'; readonly join: JoinKind; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly condition: BoundExpression | undefined; readonly mark?: PlanColumn | undefined }
  /** The right side sees the left side's columns; decorrelated by rules where possible, else run once per distinct outer row. */
  | { readonly kind: 'apply'; readonly join: JoinKind; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly condition: BoundExpression | undefined; readonly mark?: PlanColumn | undefined }
  | { readonly kind: 'aggregate'; readonly input: LogicalPlan; readonly groupBy: readonly { readonly output: PlanColumn; readonly expression: BoundExpression }[]; readonly aggregates: readonly AggregateCall[]; readonly groupingSets?: readonly (readonly number[])[] | undefined }
  | { readonly kind: 'window'; readonly input: LogicalPlan; readonly calls: readonly WindowCall[] }
  | { readonly kind: 'distinct'; readonly input: LogicalPlan; readonly on?: readonly BoundExpression[] | undefined }
  | { readonly kind: 'sort'; readonly input: LogicalPlan; readonly keys: readonly SortKey[] }
  | { readonly kind: 'limit'; readonly input: LogicalPlan; readonly limit: BoundExpression | undefined; readonly offset: BoundExpression | undefined }
  | { readonly kind: 'set-operation'; readonly operation: 'union' | 'intersect' | 'except'; readonly all: boolean; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly columns: readonly PlanColumn[] }
  /** One row for each item of a list, beside the input's columns; several lists go in step, the shorter ones with NULLs at their end. */
  | { readonly kind: 'unnest'; readonly input: LogicalPlan; readonly lists: readonly UnnestedList[]; readonly ordinality: PlanColumn | undefined; readonly outer: boolean }
  /** GENERATE_SERIES / RANGE, beside the input's columns. */
  | { readonly kind: 'series'; readonly input: LogicalPlan; readonly inclusive: boolean; readonly from: BoundExpression; readonly to: BoundExpression; readonly step: BoundExpression | undefined; readonly output: PlanColumn; readonly ordinality: PlanColumn | undefined }
  /** One row of one column, made of all rows of the input: a list of its only column (`array`), or a struct or list of structs. */
  | { readonly kind: 'nest'; readonly form: 'array' | 'nest-one' | 'nest-many'; readonly input: LogicalPlan; readonly output: PlanColumn }
  /** `definition` is evaluated once; references read its rows. */
  | { readonly kind: 'with'; readonly id: number; readonly name: string; readonly definition: LogicalPlan; readonly body: LogicalPlan }
  | { readonly kind: 'with-reference'; readonly id: number; readonly name: string; readonly columns: readonly PlanColumn[] }
  | { readonly kind: 'recursive'; readonly id: number; readonly name: string; readonly all: boolean; readonly anchor: LogicalPlan; readonly step: LogicalPlan; readonly columns: readonly PlanColumn[] };
