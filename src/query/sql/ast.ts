/**
 * The syntax tree of statements and queries; expressions are in `ast-expression.ts`.
 *
 *   Statement ─ QueryStatement ─ QueryExpression ─ body: Select │ FromPipeline │ SetOperation │ Values │ Records │ Xtql │ (QueryExpression)
 *            ├─ Insert, Update, Delete, Erase, Patch, Assert, Copy, CreateTable, CreateView, CreateIndex, Drop, Truncate, Grant, …
 *            └─ Begin, Commit, Rollback, Set…, Show, Prepare, Execute, …
 *
 * Plain data, deep read-only, told apart by `kind`. `start` and `end` are UTF-16 offsets into the text that was parsed, half-open.
 * The tree says what was written, not what it means: names are folded to lower case but not resolved.
 */
import type { Expression, ParameterExpression, SortItem, StructExpression, TypeName, WindowDefinition } from './ast-expression.ts';

export interface Span { readonly start: number; readonly end: number }
/** An identifier: unquoted ones in lower case, quoted ones as written. */
export interface Name extends Span { readonly text: string; readonly quoted: boolean }
/** `a`, `s.a` or `db.s.a`. */
export type QualifiedName = readonly Name[];

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface QueryExpression extends Span {
  readonly kind: 'query-expression';
  readonly with: WithClause | undefined;
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}
export interface WithClause extends Span { readonly recursive: boolean; readonly tables: readonly CommonTable[] }
export interface CommonTable extends Span {
  readonly name: Name;
  readonly columns: readonly Name[];
  /** Undefined where nothing is said; false for NOT MATERIALIZED. */
  readonly materialized: boolean | undefined;
  readonly query: QueryExpression;
}
/** A QueryExpression as a body is one in parentheses. */
export type QueryBody = Select | FromPipeline | SetOperation | ValuesQuery | RecordsQuery | XtqlQuery | QueryExpression;

export interface Select extends Span {
  readonly kind: 'select';
  readonly distinct: Distinct | undefined;
  readonly items: readonly SelectItem[];
  /** Empty: one row without columns. */
  readonly from: readonly FromItem[];
  /** Comma-separated conditions are already joined by AND. */
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  readonly windows: readonly NamedWindow[];
}
/** `on` is empty for plain DISTINCT. */
export interface Distinct extends Span { readonly on: readonly Expression[] }
export type SelectItem = SelectExpression | SelectStar;
export interface SelectExpression extends Span { readonly kind: 'expression'; readonly expression: Expression; readonly alias: Name | undefined }
export interface SelectStar extends Span {
  readonly kind: 'star';
  /** Empty for a bare `*`. */
  readonly qualifier: QualifiedName;
  readonly exclude: readonly Name[];
  readonly rename: readonly { readonly from: QualifiedName; readonly to: Name }[];
}
export interface NamedWindow extends Span { readonly name: Name; readonly definition: WindowDefinition }

/** `GROUP BY ALL` alone has quantifier `all` and no elements: group by whatever is not aggregated. */
export interface GroupBy extends Span { readonly quantifier: 'all' | 'distinct' | undefined; readonly elements: readonly GroupingElement[] }
export type GroupingElement =
  | (Span & { readonly kind: 'expression'; readonly expression: Expression })
  /** `(a, b)` as one element, `()` the global group. */
  | (Span & { readonly kind: 'set'; readonly items: readonly Expression[] })
  | (Span & { readonly kind: 'rollup' | 'cube'; readonly elements: readonly GroupingElement[] })
  | (Span & { readonly kind: 'grouping-sets'; readonly elements: readonly GroupingElement[] });

/** `FROM refs tail*`: tails apply one after the other; without a SELECT tail the result is `SELECT *`. */
export interface FromPipeline extends Span { readonly kind: 'from-pipeline'; readonly from: readonly FromItem[]; readonly tails: readonly PipelineTail[] }
export type PipelineTail =
  | (Span & { readonly kind: 'where'; readonly condition: Expression })
  | (Span & { readonly kind: 'select'; readonly distinct: Distinct | undefined; readonly items: readonly SelectItem[]; readonly groupBy: GroupBy | undefined; readonly having: Expression | undefined; readonly windows: readonly NamedWindow[] });

export interface SetOperation extends Span {
  readonly kind: 'set-operation';
  readonly operation: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}
/** Rows of expressions; a row without parentheses has one item. */
export interface ValuesQuery extends Span { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] }
export interface RecordsQuery extends Span { readonly kind: 'records'; readonly records: readonly RecordExpression[] }
export type RecordExpression = StructExpression | ParameterExpression;
/** `text` is the XTQL source; `textStart` the offset of the string literal, `textWritten` the literal as it stands there. */
export interface XtqlQuery extends Span { readonly kind: 'xtql'; readonly text: string; readonly textStart: number; readonly textWritten: string; readonly args: readonly Expression[] }

// ── FROM ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type FromItem = TableItem | SubqueryItem | UnnestItem | SeriesItem | ExpressionItem | JoinItem;
export interface TableAlias extends Span { readonly name: Name; readonly columns: readonly Name[] }

export interface TableItem extends Span {
  readonly kind: 'table';
  readonly name: QualifiedName;
  /** At most one for each axis. */
  readonly temporal: readonly TemporalClause[];
  readonly alias: TableAlias | undefined;
}
export interface SubqueryItem extends Span { readonly kind: 'subquery'; readonly lateral: boolean; readonly query: QueryExpression; readonly alias: TableAlias | undefined }
export interface UnnestItem extends Span { readonly kind: 'unnest'; readonly args: readonly Expression[]; readonly ordinality: boolean; readonly alias: TableAlias | undefined }
/** GENERATE_SERIES (`inclusive`) and RANGE. */
export interface SeriesItem extends Span { readonly kind: 'series'; readonly inclusive: boolean; readonly from: Expression; readonly to: Expression; readonly step: Expression | undefined; readonly ordinality: boolean; readonly alias: TableAlias | undefined }
/** Any other expression as a table of one row (or the table function that the binder finds). */
export interface ExpressionItem extends Span { readonly kind: 'expression'; readonly expression: Expression; readonly ordinality: boolean; readonly alias: TableAlias | undefined }
export interface JoinItem extends Span {
  readonly kind: 'join';
  readonly join: 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly left: FromItem;
  readonly right: FromItem;
  /** `none` only for cross joins. */
  readonly condition: JoinCondition;
}
export type JoinCondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'natural' }
  | { readonly kind: 'on'; readonly condition: Expression }
  | { readonly kind: 'using'; readonly columns: readonly Name[] };

/** `FOR VALID_TIME …`, `FOR SYSTEM_TIME …`. `only`: FOR VALID_TIME ONLY FROM … TO …, which clamps the shown bounds. */
export interface TemporalClause extends Span { readonly axis: 'valid' | 'system'; readonly only: boolean; readonly period: TemporalPeriod }
export type TemporalPeriod =
  | { readonly kind: 'as-of'; readonly at: Expression }
  | { readonly kind: 'all' }
  | { readonly kind: 'from-to'; readonly from: Expression; readonly to: Expression }
  | { readonly kind: 'between'; readonly from: Expression; readonly to: Expression };

// ── Statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type Statement =
  | QueryStatement | Insert | Update | Delete | Erase | Patch | Assert | Copy | CreateTable | CreateView | CreateIndex | Drop | Truncate
  | Begin | Commit | Rollback | SetTransaction | SetSessionCharacteristics | SetVariable | SetRole | ResetVariable | Show | Discard
  | Prepare | Execute | Deallocate | Grant | Revoke | AttachDatabase | DetachDatabase;

export interface QueryStatement extends Span {
  readonly kind: 'query';
  readonly explain: { readonly analyze: boolean } | undefined;
  readonly settings: readonly QuerySetting[];
  readonly query: QueryExpression;
}
/** `SETTING …`; `name` for the scalar ones. */
export type QuerySetting =
  | (Span & { readonly kind: 'default-time'; readonly axis: 'valid' | 'system'; readonly period: TemporalPeriod })
  | (Span & { readonly kind: 'value'; readonly name: 'snapshot_token' | 'snapshot_time' | 'clock_time' | 'await_token'; readonly value: Expression });

export interface Insert extends Span {
  readonly kind: 'insert';
  readonly table: QualifiedName;
  /** Empty when not given. */
  readonly columns: readonly Name[];
  /** VALUES and RECORDS stand here as the body of the query. */
  readonly source: QueryExpression;
  readonly returning: readonly SelectItem[];
}
/** The portion of valid time that DML touches. Undefined: from now on. `from` NULL = start of time; `to` undefined or NULL = for ever. */
export type DmlExtent =
  | (Span & { readonly kind: 'all' })
  | (Span & { readonly kind: 'from-to'; readonly from: Expression; readonly to: Expression | undefined });
export interface Assignment extends Span { readonly column: Name; readonly value: Expression }
export interface Update extends Span {
  readonly kind: 'update';
  readonly table: QualifiedName;
  readonly extent: DmlExtent | undefined;
  readonly alias: Name | undefined;
  readonly assignments: readonly Assignment[];
  readonly where: Expression | undefined;
  readonly returning: readonly SelectItem[];
}
export interface Delete extends Span {
  readonly kind: 'delete';
  readonly table: QualifiedName;
  readonly extent: DmlExtent | undefined;
  readonly alias: Name | undefined;
  readonly where: Expression | undefined;
  readonly returning: readonly SelectItem[];
}
export interface Erase extends Span {
  readonly kind: 'erase';
  readonly table: QualifiedName;
  readonly alias: Name | undefined;
  readonly where: Expression | undefined;
  readonly returning: readonly SelectItem[];
}
export interface Patch extends Span {
  readonly kind: 'patch';
  readonly table: QualifiedName;
  readonly extent: DmlExtent | undefined;
  readonly records: readonly RecordExpression[];
  readonly returning: readonly SelectItem[];
}
export interface Assert extends Span { readonly kind: 'assert'; readonly condition: Expression; readonly message: string | undefined }
export interface CreateTable extends Span {
  readonly kind: 'create-table';
  /** OR ALTER or IF NOT EXISTS: every CREATE TABLE is idempotent, so this changes nothing. */
  readonly orAlter: boolean;
  readonly table: QualifiedName;
  readonly columns: readonly { readonly name: Name; readonly type: TypeName | undefined }[];
}
export interface CreateView extends Span {
  readonly kind: 'create-view';
  readonly orReplace: boolean;
  readonly view: QualifiedName;
  /** Names for its columns; empty when not given. */
  readonly columns: readonly Name[];
  readonly query: QueryExpression;
}
export interface CreateIndex extends Span {
  readonly kind: 'create-index';
  readonly unique: boolean;
  readonly ifNotExists: boolean;
  readonly name: Name | undefined;
  readonly table: QualifiedName;
  readonly method: Name | undefined;
  readonly items: readonly SortItem[];
  readonly include: readonly Name[];
  readonly where: Expression | undefined;
}
/** What CASCADE and RESTRICT say of things that depend on a table: nobody keeps which do. */
export type DropBehaviour = 'cascade' | 'restrict';
export interface Drop extends Span {
  readonly kind: 'drop-table' | 'drop-view' | 'drop-index';
  readonly ifExists: boolean;
  readonly names: readonly QualifiedName[];
  readonly behaviour: DropBehaviour | undefined;
}
/** `identity` is about sequences, of which there are none. */
export interface Truncate extends Span {
  readonly kind: 'truncate';
  readonly tables: readonly QualifiedName[];
  readonly identity: 'restart' | 'continue' | undefined;
  readonly behaviour: DropBehaviour | undefined;
}
export interface Copy extends Span {
  readonly kind: 'copy';
  readonly direction: 'from-stdin' | 'to-stdout';
  /** A table, or (to stdout) a query. */
  readonly table: QualifiedName | undefined;
  readonly columns: readonly Name[];
  readonly query: QueryExpression | undefined;
  readonly options: readonly CopyOption[];
}
/** `name` in lower case; `value` as text, undefined for a bare option. */
export interface CopyOption extends Span { readonly name: string; readonly value: string | undefined }

export interface TransactionModes {
  readonly access: 'read-only' | 'read-write' | undefined;
  readonly isolation: 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable' | undefined;
  readonly options: readonly TransactionOption[];
}
export interface TransactionOption extends Span {
  readonly name: 'snapshot_token' | 'snapshot_time' | 'clock_time' | 'await_token' | 'timezone' | 'system_time' | 'async' | 'metadata';
  readonly value: Expression;
}
export interface Begin extends Span { readonly kind: 'begin'; readonly modes: TransactionModes }
export interface Commit extends Span { readonly kind: 'commit'; readonly mode: 'sync' | 'async' | undefined }
export interface Rollback extends Span { readonly kind: 'rollback' }
export interface SetTransaction extends Span { readonly kind: 'set-transaction'; readonly modes: TransactionModes }
export interface SetSessionCharacteristics extends Span { readonly kind: 'set-session-characteristics'; readonly modes: TransactionModes }
/** `SET name = …`, `SET TIME ZONE …` (name `timezone`), `SET AWAIT_TOKEN …`. `name` in lower case. */
export interface SetVariable extends Span {
  readonly kind: 'set';
  readonly scope: 'session' | 'local' | undefined;
  readonly name: string;
  /** Empty for DEFAULT. Bare words are text literals. */
  readonly values: readonly Expression[];
}
/** `role` undefined for NONE. */
export interface SetRole extends Span { readonly kind: 'set-role'; readonly role: string | undefined }
/** `name` undefined for RESET ALL. */
export interface ResetVariable extends Span { readonly kind: 'reset'; readonly name: string | undefined }
/** `name` in lower case: `timezone`, `transaction_isolation`, `all`, `latest_submitted_tx`, any setting. */
export interface Show extends Span { readonly kind: 'show'; readonly name: string }
/** DISCARD …; `cursors` is CLOSE ALL, `listeners` UNLISTEN *: pools send them to clean a session, in which there is nothing of the kind. */
export interface Discard extends Span { readonly kind: 'discard'; readonly what: 'all' | 'plans' | 'sequences' | 'temp' | 'cursors' | 'listeners' }
export interface Prepare extends Span { readonly kind: 'prepare'; readonly name: Name; readonly types: readonly TypeName[]; readonly statement: Statement; readonly parameterCount: number }
export interface Execute extends Span { readonly kind: 'execute'; readonly name: Name; readonly args: readonly Expression[] }
/** `name` undefined for DEALLOCATE ALL. */
export interface Deallocate extends Span { readonly kind: 'deallocate'; readonly name: Name | undefined }
export interface Grant extends Span { readonly kind: 'grant'; readonly role: Name; readonly user: Name }
export interface Revoke extends Span { readonly kind: 'revoke'; readonly role: Name; readonly user: Name }
export interface AttachDatabase extends Span { readonly kind: 'attach-database'; readonly name: Name; readonly config: string | undefined }
export interface DetachDatabase extends Span { readonly kind: 'detach-database'; readonly name: Name }

