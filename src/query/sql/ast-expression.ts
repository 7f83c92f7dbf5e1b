/**
 * The syntax tree of expressions and type names.
 *
 * Operators and functions are one node, `call`, under the name that the function registry uses: binary `+ - * / % || = <> < <= > >= ~ ~* !~ !~*
 * & | # << >> -> ->> #> #>>`, prefix `-x +x ~x`. Forms with a syntax of their own are written as plain calls:
 *
 *   EXTRACT(f FROM x)                   extract('f', x)          x [NOT] LIKE p [ESCAPE e]   like(x, p[, e])    (NOT: inside `not`)
 *   TRIM([BOTH|…] [c FROM] s)           trim | trim_leading | trim_trailing (s[, c])
 *   SUBSTRING(s FROM i FOR n)           substring(s, i[, n])     x ILIKE p [ESCAPE e]        ilike(x, p[, e])
 *   POSITION(a IN b [USING OCTETS])     position | position_octets (a, b)
 *   OVERLAY(s PLACING r FROM i FOR n)   overlay(s, r, i[, n])    x LIKE_REGEX p [FLAG f]     like_regex(x, p[, f])
 *   CHAR_LENGTH(s USING OCTETS)         octet_length(s)          x AT TIME ZONE z            at_time_zone(x, z)
 *   DATE_TRUNC(DAY, x)                  date_trunc('day', x)     a STRICTLY OVERLAPS b       strictly_overlaps(a, b)
 *   CURRENT_TIMESTAMP(3), CURRENT_USER  current_timestamp(3), current_user()
 *
 * Precedence and parentheses are gone, except that `(x)` around a column path is kept apart by `field` instead of `column`.
 */
import type { IntervalQualifier } from '../../data/types/cast-target.ts';
import type { Value } from '../../data/types/value.ts';
import type { Name, QueryExpression, Span } from './ast.ts';

export type Expression =
  | LiteralExpression | TypedLiteral | ParameterExpression | ColumnReference | CallExpression | CastExpression
  | AndExpression | OrExpression | NotExpression | IsNullExpression | IsTruthExpression | IsDistinctExpression
  | BetweenExpression | InListExpression | InQueryExpression | QuantifiedExpression
  | CaseExpression | CaseOperand | SubqueryExpression
  | FieldExpression | SubscriptExpression | SliceExpression | ArrayExpression | StructExpression | RowExpression | CollateExpression;

/** NULL, TRUE, strings, int64 (bigint), float64 (number), bytes; integers beyond int64 are decimals. */
export interface LiteralExpression extends Span { readonly kind: 'literal'; readonly value: Value }
/** `DATE '…'`, `INTERVAL '…' YEAR TO MONTH`, `UUID '…'`, …: the binder reads `text` as the type says. `textStart` is the offset of the string. */
export interface TypedLiteral extends Span { readonly kind: 'typed-literal'; readonly type: TypeName; readonly text: string; readonly textStart: number }
/** 0-based; `?` are numbered by occurrence in the statement, `$n` has index n − 1. */
export interface ParameterExpression extends Span { readonly kind: 'parameter'; readonly index: number }
/** `a`, `t.a`, `s.t.a` or a path into structs: only the binder can tell. */
export interface ColumnReference extends Span { readonly kind: 'column'; readonly parts: readonly Name[] }

export interface CallExpression extends Span {
  readonly kind: 'call';
  /** Lower case, or the operator's symbol. */
  readonly name: string;
  /** `pg_catalog.f(…)`. Undefined where not written. */
  readonly schema: string | undefined;
  readonly args: readonly Expression[];
  /** What only aggregates and window functions have. Undefined for every plain call. */
  readonly modifiers: CallModifiers | undefined;
  /** Where the operator or the function's name stands. */
  readonly nameStart: number;
}
export interface CallModifiers {
  /** COUNT(*): `args` is empty. */
  readonly star: boolean;
  readonly quantifier: 'all' | 'distinct' | undefined;
  /** `f(x ORDER BY y)`. */
  readonly orderBy: readonly SortItem[];
  readonly withinGroup: readonly SortItem[];
  readonly filter: Expression | undefined;
  readonly nulls: 'respect' | 'ignore' | undefined;
  /** FROM FIRST / FROM LAST of NTH_VALUE. */
  readonly from: 'first' | 'last' | undefined;
  /** `OVER w` or `OVER (…)`. */
  readonly over: { readonly kind: 'name'; readonly name: Name } | { readonly kind: 'definition'; readonly definition: WindowDefinition } | undefined;
}

export interface SortItem extends Span { readonly expression: Expression; readonly direction: 'asc' | 'desc' | undefined; readonly nulls: 'first' | 'last' | undefined }
export interface WindowDefinition extends Span {
  /** The named window that this one starts from. */
  readonly base: Name | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: FrameClause | undefined;
}
/** A frame with only a start ends at the current row. */
export interface FrameClause extends Span { readonly unit: 'rows' | 'range' | 'groups'; readonly from: FrameEdge; readonly to: FrameEdge; readonly exclude: 'current-row' | 'group' | 'ties' | 'no-others' | undefined }
export type FrameEdge =
  | { readonly kind: 'unbounded-preceding' } | { readonly kind: 'unbounded-following' } | { readonly kind: 'current-row' }
  | { readonly kind: 'preceding'; readonly offset: Expression } | { readonly kind: 'following'; readonly offset: Expression };

/** CAST(x AS t) and x::t. */
export interface CastExpression extends Span { readonly kind: 'cast'; readonly arg: Expression; readonly type: TypeName }
/** Chains of AND are one node with at least two arguments; so are chains of OR. */
export interface AndExpression extends Span { readonly kind: 'and'; readonly args: readonly Expression[] }
export interface OrExpression extends Span { readonly kind: 'or'; readonly args: readonly Expression[] }
export interface NotExpression extends Span { readonly kind: 'not'; readonly arg: Expression }
export interface IsNullExpression extends Span { readonly kind: 'is-null'; readonly arg: Expression; readonly negated: boolean }
export interface IsTruthExpression extends Span { readonly kind: 'is-truth'; readonly arg: Expression; readonly truth: 'true' | 'false' | 'unknown'; readonly negated: boolean }
/** `negated`: IS NOT DISTINCT FROM. */
export interface IsDistinctExpression extends Span { readonly kind: 'is-distinct'; readonly left: Expression; readonly right: Expression; readonly negated: boolean }
export interface BetweenExpression extends Span { readonly kind: 'between'; readonly arg: Expression; readonly low: Expression; readonly high: Expression; readonly symmetric: boolean; readonly negated: boolean }
export interface InListExpression extends Span { readonly kind: 'in-list'; readonly arg: Expression; readonly items: readonly Expression[]; readonly negated: boolean }
export interface InQueryExpression extends Span { readonly kind: 'in-query'; readonly arg: Expression; readonly query: QueryExpression; readonly negated: boolean }
/** `x = ANY (…)`: `operand` is a query or an expression that gives a list. SOME is `any`. `comparison` may be any binary operator or like, ilike. */
export interface QuantifiedExpression extends Span {
  readonly kind: 'quantified';
  readonly comparison: string;
  readonly quantifier: 'any' | 'all';
  readonly arg: Expression;
  readonly operand: { readonly kind: 'query'; readonly query: QueryExpression } | { readonly kind: 'list'; readonly list: Expression };
}
/**
 * Both forms of CASE. With `operand`, each `when` is a whole predicate in which `case-operand` stands for it: `CASE x WHEN 1, > 5` has
 * the conditions `case-operand = 1` and `case-operand > 5`. A branch is taken when any of its conditions is true.
 */
export interface CaseExpression extends Span {
  readonly kind: 'case';
  readonly operand: Expression | undefined;
  readonly branches: readonly { readonly when: readonly Expression[]; readonly then: Expression }[];
  readonly otherwise: Expression | undefined;
}
export interface CaseOperand extends Span { readonly kind: 'case-operand' }
export interface SubqueryExpression extends Span { readonly kind: 'subquery'; readonly form: 'scalar' | 'exists' | 'array' | 'nest-one' | 'nest-many'; readonly query: QueryExpression }

export interface FieldExpression extends Span { readonly kind: 'field'; readonly arg: Expression; readonly name: Name }
export interface SubscriptExpression extends Span { readonly kind: 'subscript'; readonly arg: Expression; readonly index: Expression }
/** `a[from:to]`. */
export interface SliceExpression extends Span { readonly kind: 'slice'; readonly arg: Expression; readonly from: Expression | undefined; readonly to: Expression | undefined }
/** `ARRAY[…]`, `[…]`. */
export interface ArrayExpression extends Span { readonly kind: 'array'; readonly items: readonly Expression[] }
/** `{k: e}`, `OBJECT(…)`, `RECORD(…)`. */
export interface StructExpression extends Span { readonly kind: 'struct'; readonly fields: readonly { readonly name: Name; readonly value: Expression }[] }
/** `(a, b)` and `ROW(a, b)` as a value. */
export interface RowExpression extends Span { readonly kind: 'row'; readonly items: readonly Expression[] }
export interface CollateExpression extends Span { readonly kind: 'collate'; readonly arg: Expression; readonly collation: readonly Name[] }

/** A type as written. `name` is in lower case, several words joined by one space (`double precision`, `character varying`). */
export interface TypeName extends Span {
  readonly schema: string | undefined;
  readonly name: string;
  /** `(p[, s])`. */
  readonly args: readonly number[];
  /** WITH / WITHOUT TIME ZONE; undefined where not written. */
  readonly timeZone: 'with' | 'without' | undefined;
  readonly qualifier: IntervalQualifier | undefined;
  /** `text[][]` has 2, `integer ARRAY` has 1. */
  readonly arrayDimensions: number;
  /** `ROW(a int, …)`. */
  readonly fields: readonly { readonly name: Name; readonly type: TypeName }[];
}
