/**
 * What binding takes and gives: the context of names and declared types, and the bound query as plain data.
 */
import type { EvaluationContext } from '../../catalog/function.ts';
import type { CatalogView, TablePlace } from '../../catalog/table-source.ts';
import type { Type } from '../../data/types/type.ts';
import type { BoundExpression } from './expression.ts';
import type { LiftedLiterals, LiftedText } from './lifted-literals.ts';
import type { LogicalPlan } from './logical-plan.ts';
import type { OutputColumn } from './physical-plan.ts';

export interface BindNotice { readonly message: string; readonly hint?: string | undefined; readonly position?: number | undefined }

export interface BindContext {
  readonly catalog: CatalogView;
  /** Where one-part table names are looked for first; `pg_catalog` follows. Usually `public`. */
  readonly defaultSchema: string;
  /** By parameter index, 0-based; undefined where the client declared nothing. */
  readonly parameterTypes: readonly (Type | undefined)[];
  /** The type that CREATE TABLE gave the column, where it gave one. */
  readonly columnHint: (schema: string, table: string, column: string) => Type | undefined;
  /** For literals that need the session (zone) and for folding. */
  readonly evaluation: EvaluationContext;
  readonly onNotice: (notice: BindNotice) => void;
  /** Text of the statement, for messages; may be left out. */
  readonly text?: string | undefined;
  /** The literals that may be lifted; undefined: none. */
  readonly lifting?: LiftedText | undefined;
}

/** A table that the plan read names and types from: a plan is valid as long as the shape version is the same. */
export interface UsedTable extends TablePlace { readonly shapeVersion: number }

/**
 * `SETTING …` of a query, literals and parameters only. They say which snapshot the query runs on, so the session evaluates them
 * before it binds: `bindSettings` needs no catalog. (DEFAULT VALID_TIME / SYSTEM_TIME are already in the plan's scans.)
 */
export interface QuerySettings {
  readonly snapshotToken: BoundExpression | undefined;
  readonly snapshotTime: BoundExpression | undefined;
  readonly clockTime: BoundExpression | undefined;
  readonly awaitToken: BoundExpression | undefined;
}
export const NO_SETTINGS: QuerySettings = { snapshotToken: undefined, snapshotTime: undefined, clockTime: undefined, awaitToken: undefined };

export interface BoundQuery {
  readonly plan: LogicalPlan;
  /** The highest ids that the binder gave: of columns, and of `with` and `recursive` nodes. */
  readonly lastIds: { readonly column: number; readonly plan: number };
  readonly columns: readonly OutputColumn[];
  /**
   * By index: the declared or inferred type. Undefined: the statement does not use it. A whole document (`INSERT … RECORDS $1`) is
   * a struct type without fields: JSON text is read as such, its types as JSON says.
   */
  readonly parameters: readonly (Type | undefined)[];
  readonly usedTables: readonly UsedTable[];
  readonly settings: QuerySettings;
  /** What was made of the literals, if they could be lifted. */
  readonly literals: LiftedLiterals | undefined;
}
