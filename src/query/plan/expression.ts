/**
 * Bound expressions: names resolved, types known, overloads chosen by name. Plain data; survives `structuredClone`.
 *
 * In logical plans `column` refers to a `ColumnId` (unique in a statement); the physical planner replaces it by `input`,
 * the position in the operator's input batch.
 */
import type { CastTarget } from '../../data/types/cast-target.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { LogicalPlan } from './logical-plan.ts';

export type ColumnId = number;

export type BoundExpression =
  | { readonly kind: 'literal'; readonly value: Value; readonly type: ColumnType }
  | { readonly kind: 'parameter'; readonly index: number; readonly type: ColumnType }
  | { readonly kind: 'column'; readonly id: ColumnId; readonly name: string; readonly type: ColumnType }
  | { readonly kind: 'input'; readonly index: number; readonly name: string; readonly type: ColumnType }
  /** A registry function; the overload is chosen again from the argument types where it is compiled. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly BoundExpression[]; readonly type: ColumnType; readonly position?: number | undefined }
  | { readonly kind: 'cast'; readonly arg: BoundExpression; readonly to: CastTarget; readonly type: ColumnType; readonly position?: number | undefined }
  /** Kleene, evaluated left to right under the selection that is still undecided. */
  | { readonly kind: 'and'; readonly args: readonly BoundExpression[]; readonly type: ColumnType }
  | { readonly kind: 'or'; readonly args: readonly BoundExpression[]; readonly type: ColumnType }
  | { readonly kind: 'not'; readonly arg: BoundExpression; readonly type: ColumnType }
  | { readonly kind: 'is-null'; readonly arg: BoundExpression; readonly negated: boolean; readonly type: ColumnType }
  /** IS [NOT] TRUE / FALSE / UNKNOWN. */
  | { readonly kind: 'is-truth'; readonly arg: BoundExpression; readonly truth: 'true' | 'false' | 'unknown'; readonly negated: boolean; readonly type: ColumnType }
  | { readonly kind: 'case'; readonly branches: readonly { readonly when: BoundExpression; readonly then: BoundExpression }[]; readonly otherwise: BoundExpression; readonly type: ColumnType }
  /** First argument that is not NULL; later ones are not evaluated for that row. */
  | { readonly kind: 'coalesce'; readonly args: readonly BoundExpression[]; readonly type: ColumnType }
  /** x IN (a, b, …) with three-valued logic, over literals and parameters only (anything else is an `or` of `=`). */
  | { readonly kind: 'in-list'; readonly arg: BoundExpression; readonly items: readonly BoundExpression[]; readonly negated: boolean; readonly type: ColumnType }
  | { readonly kind: 'field'; readonly arg: BoundExpression; readonly name: string; readonly type: ColumnType }
  | { readonly kind: 'list'; readonly items: readonly BoundExpression[]; readonly type: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly value: BoundExpression }[]; readonly type: ColumnType }
  /** x op ANY/ALL (list). `call` is the comparison. */
  | { readonly kind: 'quantified-list'; readonly comparison: string; readonly quantifier: 'any' | 'all'; readonly arg: BoundExpression; readonly list: BoundExpression; readonly type: ColumnType; readonly position?: number | undefined }
  /** Only in logical plans, before decorrelation; see `rules/`. */
  | { readonly kind: 'subquery'; readonly form: SubqueryForm; readonly plan: LogicalPlan; readonly type: ColumnType; readonly position?: number | undefined };

export type SubqueryForm =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'array' }
  | { readonly kind: 'nest-one' }
  | { readonly kind: 'nest-many' }
  | { readonly kind: 'quantified'; readonly comparison: string; readonly quantifier: 'any' | 'all'; readonly arg: BoundExpression };
