/**
 * Apply → join. Three ways, the first that fits:
 *
 *   1. nothing correlated                     a join
 *   2. conditions can be pulled up            a join on them (`pull-correlation.ts`); an ungrouped aggregate becomes a grouped one
 *                                             under a left join, with COUNT's 0 restored above
 *   3. the domain of outer values pushed down a join with the right side computed for each distinct combination (`push-domain.ts`)
 *
 * What none of them takes stays an apply and is run once for each distinct outer combination.
 */
import { must } from '../../../base/assert.ts';
import { BOOL, notNull } from '../../../data/types/type.ts';
import type { BoundExpression, ColumnId } from '../expression.ts';
import { conjunction, conjuncts, conjunctsOf } from '../expression-tree.ts';
import type { LogicalPlan, PlanColumn } from '../logical-plan.ts';
import { columnRef, mapChildPlans, outputColumns, outputIds, someReference, substituteDeep } from '../plan-tree.ts';
import { emptyValue } from './empty-value.ts';
import { isVolatile, mayRaise } from './may-raise.ts';
import { correlationWith, groupByEqualities, pullConditions } from './pull-correlation.ts';
import type { PullContext } from './pull-correlation.ts';
import { groupByDomain, pushDomain } from './push-domain.ts';
import type { Rule, RuleContext } from './rule.ts';

export const DECORRELATE: Rule = { name: 'decorrelate', concerns: ['apply'], apply: decorrelate };

type Apply = LogicalPlan & { readonly kind: 'apply' };

/** Inner applies first: what is left of their correlation belongs to the outer ones. */
function decorrelate(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const inner = mapChildPlans(sinkConditions(plan), (child) => decorrelate(child, context));
  return inner.kind === 'apply' ? decorrelateApply(inner, context) : inner;
}

/** Conditions on the left side alone are tested there first: the right side is computed only for outer values that pass. */
function sinkConditions(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === 'apply' && plan.join === 'inner' && plan.condition !== undefined) {
    return sinkConditions({ kind: 'filter', input: { ...plan, condition: undefined }, predicate: plan.condition });
  }
  if (plan.kind !== 'filter' || plan.input.kind !== 'apply') return plan;
  const left = outputIds(plan.input.left);
  const below: BoundExpression[] = [];
  const above: BoundExpression[] = [];
  for (const conjunct of conjuncts(plan.predicate)) {
    const mayGo = !someReference(conjunct, (id) => !left.has(id)) && !mayRaise(conjunct) && !isVolatile(conjunct);
    (mayGo ? below : above).push(conjunct);
  }
  if (below.length === 0) return plan;
  const input: LogicalPlan = { ...plan.input, left: { kind: 'filter', input: plan.input.left, predicate: conjunction(below) } };
  return above.length === 0 ? input : { kind: 'filter', input, predicate: conjunction(above) };
}

function decorrelateApply(apply: Apply, context: RuleContext): LogicalPlan {
  const outer = outputIds(apply.left);
  const isCorrelated = correlationWith(outer);
  if (!isCorrelated(apply.right)) return { ...apply, kind: 'join' };
  const pull: PullContext = { outer, isCorrelated, rules: context, asSet: apply.join === 'semi' || apply.join === 'anti' || apply.join === 'mark' };
  return aggregateJoin(apply, pull) ?? pulledJoin(apply, pull) ?? pushDomain(apply, isCorrelated, context) ?? apply;
}

/** In a mark join NULL must come from the comparison alone, so what came from elsewhere is made two-valued. */
const twoValued = (condition: BoundExpression): BoundExpression =>
  (condition.type.nullable ? { kind: 'is-truth', arg: condition, truth: 'true', negated: false, type: notNull(BOOL) } : condition);

function pulledJoin(apply: Apply, context: PullContext): LogicalPlan | undefined {
  const pulled = pullConditions(apply.right, context);
  if (pulled === undefined) return undefined;
  const own = conjunctsOf(apply.condition);
  const conditions = apply.join === 'mark' ? pulled.conditions.map(twoValued) : pulled.conditions;
  const joined: LogicalPlan = { ...apply, kind: 'join', right: pulled.plan, condition: conjunction([...conditions, ...own]) };
  return restore(joined, outputColumns(apply));
}

function restore(plan: LogicalPlan, columns: readonly PlanColumn[]): LogicalPlan {
  if (outputColumns(plan).length === columns.length) return plan;
  return { kind: 'project', input: plan, columns: columns.map((output) => ({ output, expression: columnRef(output) })) };
}

/**
 * single apply over project* over an aggregate without keys: exactly one row for each left row.
 *
 *   project (left…, expressions with COUNT → COALESCE(count, 0))
 *     └─ left join on key = outer
 *          ├─ left
 *          └─ aggregate by key
 *
 * The keys are inner sides of correlated equalities, or the outer values themselves.
 */
function aggregateJoin(apply: Apply, context: PullContext): LogicalPlan | undefined {
  if (apply.condition !== undefined || (apply.join !== 'single' && apply.join !== 'left' && apply.join !== 'inner')) return undefined;
  const projections: (LogicalPlan & { readonly kind: 'project' })[] = [];
  let core = apply.right;
  while (core.kind === 'project') {
    projections.push(core);
    core = core.input;
  }
  if (core.kind !== 'aggregate' || core.groupBy.length > 0 || core.groupingSets !== undefined || !context.isCorrelated(core)) return undefined;
  const pulled = groupByEqualities(core, context);
  const grouped = pulled === undefined || pulled.conditions.length === 0
    ? groupByDomain(apply.left, core, context.isCorrelated, context.rules)
    : { left: apply.left, groups: pulled.plan, conditions: pulled.conditions, within: (body: LogicalPlan) => body };
  if (grouped === undefined) return undefined;
  const joined: LogicalPlan = { kind: 'join', join: 'left', left: grouped.left, right: grouped.groups, condition: conjunction(grouped.conditions) };
  let values = new Map<ColumnId, BoundExpression>(core.aggregates.map((call) => [call.output.id, emptyValue(call.name, call.output)]));
  for (const projection of projections.toReversed()) {
    values = new Map(projection.columns.map((column) => [column.output.id, substituteDeep(column.expression, values)]));
  }
  const columns = outputColumns(apply);
  return grouped.within({
    kind: 'project', input: joined,
    columns: columns.map((output) => ({ output, expression: context.outer.has(output.id) ? columnRef(output) : must(values.get(output.id), 'a value for each column of the right side') })),
  });
}
