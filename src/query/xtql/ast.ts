/**
 * XTQL as a tree. Plain data; names are already those of columns and tables (`name.ts`), places are offsets in the XTQL text.
 *
 *     query       from │ rel │ unify │ (-> query tail…) │ (fn [params] query)
 *     tail        where with without return aggregate order-by limit offset unnest
 *     clause      from rel where with unnest join left-join                          inside unify
 */
import type { Value } from '../../data/types/value.ts';
import type { TableName } from './name.ts';

interface At { readonly start: number }

export type XtqlQuery = FunctionQuery | FromSource | RelSource | Pipeline | Unify;

export interface FunctionQuery extends At { readonly kind: 'fn'; readonly params: readonly string[]; readonly body: XtqlQuery }
export interface Pipeline extends At { readonly kind: 'pipeline'; readonly head: XtqlQuery; readonly tails: readonly Tail[] }
export interface Unify extends At { readonly kind: 'unify'; readonly clauses: readonly UnifyClause[] }

/** `column: variable` where `expression` is a name; otherwise the column must equal the expression. */
export interface FromSource extends At {
  readonly kind: 'from';
  readonly table: TableName;
  readonly bind: readonly Binding[];
  /** `*` among the bindings: all columns of the table under their own names. */
  readonly star: boolean;
  readonly valid: TemporalBounds | undefined;
  readonly system: TemporalBounds | undefined;
}
/** Documents as written, or a parameter that is a list of them. */
export interface RelSource extends At {
  readonly kind: 'rel';
  readonly rows: { readonly kind: 'documents'; readonly documents: readonly (readonly Field[])[] } | { readonly kind: 'list'; readonly list: XtqlExpression };
  readonly bind: readonly Binding[];
}

export type TemporalBounds =
  | { readonly kind: 'all' }
  | { readonly kind: 'at'; readonly at: XtqlExpression }
  /** Undefined: no bound on that side. */
  | { readonly kind: 'in'; readonly from: XtqlExpression | undefined; readonly to: XtqlExpression | undefined };

/** A column or variable and what it is. A bare `x` is `x: x`. */
export interface Binding extends At { readonly name: string; readonly expression: XtqlExpression }

export interface WhereClause extends At { readonly kind: 'where'; readonly predicates: readonly XtqlExpression[] }
export interface WithClause extends At { readonly kind: 'with'; readonly bindings: readonly Binding[] }
export interface UnnestClause extends At { readonly kind: 'unnest'; readonly binding: Binding }
export interface SortSpec { readonly expression: XtqlExpression; readonly descending: boolean; readonly nulls: 'first' | 'last' | undefined }

export type Tail =
  | WhereClause | WithClause | UnnestClause
  | At & { readonly kind: 'without'; readonly columns: readonly string[] }
  | At & { readonly kind: 'return' | 'aggregate'; readonly bindings: readonly Binding[] }
  | At & { readonly kind: 'order-by'; readonly specs: readonly SortSpec[] }
  | At & { readonly kind: 'limit' | 'offset'; readonly count: XtqlExpression };

export interface JoinClause extends At { readonly kind: 'join' | 'left-join'; readonly subquery: Subquery; readonly bind: readonly Binding[] }
export type UnifyClause = FromSource | RelSource | WhereClause | WithClause | UnnestClause | JoinClause;

/** A query and what its parameters are, in the scope around it. As many `args` as the query has parameters. */
export interface Subquery { readonly query: XtqlQuery; readonly args: readonly XtqlExpression[] }

export interface Field { readonly name: string; readonly value: XtqlExpression; readonly start: number }

/** `text` is the name as written. Bare names of bindings, and arguments left out, are variables even where a parameter has their name. */
export interface NameExpression extends At { readonly kind: 'name'; readonly name: string; readonly text: string; readonly prefersVariable: boolean }

export type XtqlExpression =
  | At & { readonly kind: 'literal'; readonly value: Value }
  | NameExpression
  | At & { readonly kind: 'list' | 'set'; readonly items: readonly XtqlExpression[] }
  | At & { readonly kind: 'struct'; readonly fields: readonly Field[] }
  | At & { readonly kind: 'field'; readonly arg: XtqlExpression; readonly name: string }
  | At & { readonly kind: 'call'; readonly function: string; readonly args: readonly XtqlExpression[] }
  /** `if-some` evaluates `otherwise` where the value is NULL. */
  | At & { readonly kind: 'let'; readonly name: string; readonly value: XtqlExpression; readonly body: XtqlExpression; readonly otherwise: XtqlExpression | undefined; readonly isConditional: boolean }
  | At & { readonly kind: 'subquery'; readonly form: 'exists' | 'scalar' | 'nest-one' | 'nest-many'; readonly subquery: Subquery };

/** How many parameters a query takes. */
export const paramsOf = (query: XtqlQuery): readonly string[] => (query.kind === 'fn' ? query.params : []);
