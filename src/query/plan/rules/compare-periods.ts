/**
 * A condition on when rows are valid, or stood in the database, compares instants instead of making periods.
 *
 *   _valid_time CONTAINS x        ⇒   _valid_from <= x AND (_valid_to > x OR _valid_to IS NULL)
 *   a._valid_time OVERLAPS b._…   ⇒   a._valid_from < b._valid_to or it is NULL, and the other way round
 *
 * Only for the periods of rows, which always begin before they end: other periods may raise. Only for whole conjuncts, of which nobody
 * asks whether they are FALSE or NULL. Two rows of which an outer join may have found none are left alone: an end that is NULL is then no ∞.
 */
import { BOOL, notNull, nullable, singleLeg } from '../../../data/types/type.ts';
import type { BoundExpression, ColumnId } from '../expression.ts';
import { conjunction, conjuncts, disjunction } from '../expression-tree.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { forEachChildPlan, mapChildPlans, someChildPlan } from '../plan-tree.ts';
import type { Rule } from './rule.ts';

export const COMPARE_PERIODS: Rule = { name: 'compare-periods', apply: (plan) => (hasPeriodCondition(plan) ? compareAll(plan, rowPeriods(plan), hasOuterJoin(plan)) : plan) };

type Column = BoundExpression & { readonly kind: 'column' };
interface RowPeriod { readonly from: Column; readonly to: Column }
/** Id of the column with a period's begin ⇒ id of the one with its end. */
type Ends = ReadonlyMap<ColumnId, ColumnId>;

const NAMES = new Set(['contains', 'overlaps']);
const isCandidate = (expression: BoundExpression): boolean => expression.kind === 'call' && expression.args.length === 2 && NAMES.has(expression.name);

/** Joins of three-valued marks are left alone. */
function conditionOf(plan: LogicalPlan): BoundExpression | undefined {
  if (plan.kind === 'filter') return plan.predicate;
  return plan.kind === 'join' && plan.join !== 'mark' ? plan.condition : undefined;
}

function hasPeriodCondition(plan: LogicalPlan): boolean {
  const condition = conditionOf(plan);
  return (condition !== undefined && conjuncts(condition).some(isCandidate)) || someChildPlan(plan, hasPeriodCondition);
}

const hasOuterJoin = (plan: LogicalPlan): boolean =>
  ((plan.kind === 'join' || plan.kind === 'apply') && (plan.join === 'left' || plan.join === 'full' || plan.join === 'single')) || someChildPlan(plan, hasOuterJoin);

const AXES = [['_valid_from', '_valid_to'], ['_system_from', '_system_to']] as const;

function rowPeriods(plan: LogicalPlan, into: Map<ColumnId, ColumnId> = new Map()): Ends {
  if (plan.kind === 'scan') {
    for (const axis of AXES) {
      const [from, to] = axis.map((source) => plan.columns.find((column) => column.source === source));
      if (from !== undefined && to !== undefined) into.set(from.id, to.id);
    }
  }
  forEachChildPlan(plan, (child) => { rowPeriods(child, into); });
  return into;
}

function compareAll(plan: LogicalPlan, ends: Ends, mayLackRows: boolean): LogicalPlan {
  const inner = mapChildPlans(plan, (child) => compareAll(child, ends, mayLackRows));
  const condition = conditionOf(inner);
  if (condition === undefined) return inner;
  const all = conjuncts(condition);
  const compared = all.flatMap((conjunct) => compare(conjunct, ends, mayLackRows) ?? [conjunct]);
  if (compared.length === all.length) return inner;
  if (inner.kind === 'filter') return { ...inner, predicate: conjunction(compared) };
  return inner.kind === 'join' ? { ...inner, condition: conjunction(compared) } : inner;
}

/** Two conjuncts in the place of one, or undefined. */
function compare(expression: BoundExpression, ends: Ends, mayLackRows: boolean): readonly BoundExpression[] | undefined {
  if (expression.kind !== 'call' || !isCandidate(expression)) return undefined;
  const [left, right] = expression.args as readonly [BoundExpression, BoundExpression];
  const period = rowPeriodOf(left, ends);
  if (period === undefined) return undefined;
  if (expression.name === 'contains' && isInstant(right)) return [call('<=', period.from, right), reachesPast(period, right)];
  if (expression.name !== 'overlaps' || mayLackRows) return undefined;
  const other = rowPeriodOf(right, ends);
  return other !== undefined ? [reachesPast(other, period.from), reachesPast(period, other.from)] : undefined;
}

/** As the binder writes `_valid_time` and `_system_time`: a case on whether there is a row. */
function rowPeriodOf(expression: BoundExpression, ends: Ends): RowPeriod | undefined {
  const period = expression.kind === 'case' ? expression.otherwise : expression;
  if (period.kind !== 'call' || period.name !== 'period') return undefined;
  const [from, to] = period.args;
  return from?.kind === 'column' && to?.kind === 'column' && ends.get(from.id) === to.id ? { from, to } : undefined;
}

/** An instant that costs nothing to have twice. */
const isInstant = (expression: BoundExpression): boolean =>
  (expression.kind === 'column' || expression.kind === 'literal' || expression.kind === 'parameter') && singleLeg(expression.type)?.kind === 'timestamptz';

const call = (name: string, left: BoundExpression, right: BoundExpression): BoundExpression => ({ kind: 'call', name, args: [left, right], type: nullable(BOOL) });

/** Whether the period goes on after the instant. */
const reachesPast = ({ to }: RowPeriod, instant: BoundExpression): BoundExpression =>
  disjunction([call('>', to, instant), { kind: 'is-null', arg: to, negated: false, type: notNull(BOOL) }]);
