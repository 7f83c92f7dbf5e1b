/**
 * What all parts of the binder share: the state of one binding and the environment of names.
 *
 *   bind-statement ─ makes ─▶ Binder { expression, query, … }      the parts call each other only through these,
 *        │                       ▲                                  so that bind-expression and bind-query do not import one another
 *        └─ bind-query ─ bind-select ─ bind-from ─ bind-expression
 */
import type { ViewDefinition } from '../../catalog/table-source.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import type { QueryExpression } from '../sql/ast.ts';
import type { Expression, SortItem, WindowDefinition } from '../sql/ast-expression.ts';
import type { SetCollector } from './bind-set-returning.ts';
import type { BindContext, BindNotice, BoundQuery, UsedTable } from './bound-query.ts';
import type { BoundExpression } from './expression.ts';
import type { LiteralLifter } from './lifted-literals.ts';
import type { AggregateCall, LogicalPlan, PlanColumn, TemporalFilter, WindowCall } from './logical-plan.ts';
import type { ParameterTypes } from './parameter-types.ts';
import type { Scope } from './scope.ts';

export interface QueryResult { readonly plan: LogicalPlan; readonly columns: readonly PlanColumn[] }

/** A name that WITH gave. `reference` makes the plan of one use, with column ids of its own. */
export interface CommonTableBinding { readonly name: string; readonly reference: () => QueryResult }

/** What a query sees from outside: outer columns, common tables, default periods. */
export interface QueryEnvironment {
  readonly outer: Scope | undefined;
  readonly commonTables: ReadonlyMap<string, CommonTableBinding>;
  readonly defaultValid: TemporalFilter | undefined;
  readonly defaultSystem: TemporalFilter | undefined;
}

/** Collects the aggregates of one SELECT while its expressions are bound. */
export interface AggregateCollector { readonly calls: AggregateCall[]; readonly groupingCalls: GroupingCall[] }
/** GROUPING(a, b): known once the keys are. */
export interface GroupingCall { readonly output: PlanColumn; readonly args: readonly BoundExpression[]; readonly position: number }
export interface WindowCollector { readonly calls: WindowCall[]; readonly named: ReadonlyMap<string, WindowDefinition> }

export interface ExpressionEnvironment {
  readonly scope: Scope;
  readonly query: QueryEnvironment;
  /** Where the expression stands, for messages: `WHERE`, `the select list`, … */
  readonly clause: string;
  /** Undefined where aggregates may not stand. */
  readonly aggregates: AggregateCollector | undefined;
  readonly windows: WindowCollector | undefined;
  /** Absent where set-returning calls may not stand. */
  readonly sets?: SetCollector | undefined;
  readonly subqueries: boolean;
  /** What `case-operand` stands for. */
  readonly caseOperand: BoundExpression | undefined;
}

export interface Binder {
  readonly context: BindContext;
  readonly parameters: ParameterTypes;
  /** Undefined where the plan is made for one text only. */
  readonly lifter: LiteralLifter | undefined;
  readonly usedTables: Map<string, UsedTable>;
  /** What the client is to be told once the statement is bound. */
  readonly notices: BindNotice[];
  /** Views that are being bound, and how many there were. */
  readonly views: { readonly open: Set<ViewDefinition>; useCount: number };
  readonly lastIds: BoundQuery['lastIds'];
  /** Ids of `with` and `recursive` nodes. */
  readonly newId: () => number;
  readonly newColumn: (name: string, type: ColumnType) => PlanColumn;
  /** `expected`: the type that an untyped parameter in this place takes. */
  readonly expression: (expression: Expression, environment: ExpressionEnvironment, expected?: Type) => BoundExpression;
  readonly query: (query: QueryExpression, environment: QueryEnvironment) => QueryResult;
  readonly sortItems: (items: readonly SortItem[], environment: ExpressionEnvironment) => readonly BoundSortItem[];
}

/** A select item: its name and what it computes, in the scope of FROM until grouping rewrites it. */
export interface BoundItem { readonly name: string; readonly expression: BoundExpression; readonly position: number }
export interface BoundSortItem { readonly expression: BoundExpression; readonly descending: boolean; readonly nullsFirst: boolean }

/**
 * NULLs sort high: last when ascending, first when descending. NULLS FIRST | LAST say it of the ascending order, and DESC turns all of
 * that order around, NULLs included, as XTDB has it: DESC NULLS LAST puts them first. (PostgreSQL says it of the order as it comes out.)
 */
export function sortDirection(item: SortItem): { readonly descending: boolean; readonly nullsFirst: boolean } {
  const descending = item.direction === 'desc';
  return { descending, nullsFirst: (item.nulls === 'first') !== descending };
}

/** An environment for expressions of one clause; nothing special may stand in it. */
export function plainEnvironment(scope: Scope, query: QueryEnvironment, clause: string): ExpressionEnvironment {
  return { scope, query, clause, aggregates: undefined, windows: undefined, subqueries: true, caseOperand: undefined };
}

/** The environment of a subquery of an expression: what the expression sees is outer to it. */
export const subqueryEnvironment = (environment: ExpressionEnvironment): QueryEnvironment => ({ ...environment.query, outer: environment.scope });
