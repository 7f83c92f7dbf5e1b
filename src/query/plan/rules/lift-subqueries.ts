/**
 * Subqueries leave the expressions and become applies beside the input.
 *
 *   filter (EXISTS q)            semi apply          filter (… x = (q) …)     filter over single apply, the subquery is its column
 *   filter (NOT EXISTS q)        anti apply          … (EXISTS q OR p) …      mark apply, the subquery is the mark
 *   filter (x op ANY q)          semi apply on x op item
 *   filter (NOT x op ANY q)      anti apply where NULL cannot come, else mark
 *   x op ALL q                   NOT (NOT (x op item) ANY q)
 *
 * Conjuncts without subqueries are tested first, those that may raise only where they stand first. A subquery that only some rows need
 * and that may raise is guarded (`guard-subquery.ts`). The applies are decorrelated afterwards, by `decorrelate`.
 */
import { assert, must } from '../../../base/assert.ts';
import { BOOL, notNull, nullable, withNull } from '../../../data/types/type.ts';
import { makeCall } from '../call-type.ts';
import type { BoundExpression, ColumnId } from '../expression.ts';
import { conjunction, conjuncts, hasSubquery, negation, TRUE } from '../expression-tree.ts';
import { withFreshColumns } from '../fresh-columns.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { columnRef, freeColumns, mapChildPlans, mapPlanExpressions, ONE_ROW, outputColumns, outputIds, someExpression } from '../plan-tree.ts';
import { makeStruct } from '../struct-expression.ts';
import { guarded, isOneRowAtMost, mapWithNeeds, planMayRaise, withColumn } from './guard-subquery.ts';
import type { Needed } from './guard-subquery.ts';
import { mayRaise } from './may-raise.ts';
import type { Rule, RuleContext } from './rule.ts';

export const LIFT_SUBQUERIES: Rule = { name: 'lift-subqueries', apply: lift };

type Subquery = BoundExpression & { readonly kind: 'subquery' };

function lift(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const inner = mapChildPlans(plan, (child) => lift(child, context));
  if (!someExpression(inner, hasSubquery)) return inner;
  switch (inner.kind) {
    case 'filter': return liftFilter(inner, context);
    case 'join': return liftJoin(inner, context);
    case 'values': return liftValues(inner, context);
    case 'project': case 'aggregate': case 'window': case 'unnest': case 'series': case 'sort': case 'distinct': return liftOver(inner, context);
    default: throw new Error(`a subquery stands in ${inner.kind}`);
  }
}

/** The input with what the subqueries of the operator's expressions need beside it. */
function liftOver(plan: LogicalPlan & { readonly input: LogicalPlan }, context: RuleContext): LogicalPlan {
  const box = boxOf(plan.input);
  const rewritten = mapPlanExpressions(plan, (expression) => replaceSubqueries(expression, box, context));
  const over = { ...rewritten, input: box.input } as LogicalPlan;
  const keepsInput = plan.kind !== 'project' && plan.kind !== 'aggregate';
  return keepsInput ? restoreColumns(over, plan) : over;
}

/** Only the columns that the plan had before the lifting added some. */
function restoreColumns(plan: LogicalPlan, before: LogicalPlan): LogicalPlan {
  const columns = outputColumns(before);
  if (outputColumns(plan).length === columns.length) return plan;
  return { kind: 'project', input: plan, columns: columns.map((output) => ({ output, expression: columnRef(output) })) };
}

function liftFilter(plan: LogicalPlan & { readonly kind: 'filter' }, context: RuleContext): LogicalPlan {
  const plain: BoundExpression[] = [];
  const inTurn: BoundExpression[] = [];
  for (const conjunct of conjuncts(plan.predicate)) {
    const isLater = hasSubquery(conjunct) || (inTurn.length > 0 && mayRaise(conjunct));
    (isLater ? inTurn : plain).push(conjunct);
  }
  const box = boxOf(plan.input);
  if (plain.length > 0) box.input = { kind: 'filter', input: plan.input, predicate: conjunction(plain) };
  for (const conjunct of inTurn) {
    if (joinConjunct(conjunct, box, context)) continue;
    const predicate = replaceSubqueries(conjunct, box, context);
    box.input = { kind: 'filter', input: box.input, predicate };
  }
  return restoreColumns(box.input, plan);
}

/** The input with what has been lifted beside it: columns of scalar subqueries, and what must hold of a row that comes to them. */
interface Box { input: LogicalPlan; readonly scalars: Map<ColumnId, Needed> }

const boxOf = (input: LogicalPlan): Box => ({ input, scalars: new Map() });

/** A conjunct that is a subquery or its negation becomes a semi or anti apply. */
function joinConjunct(conjunct: BoundExpression, box: Box, context: RuleContext): boolean {
  const negated = conjunct.kind === 'not';
  const inner = conjunct.kind === 'not' ? conjunct.arg : conjunct;
  if (inner.kind !== 'subquery' || (inner.form.kind === 'quantified' && hasSubquery(inner.form.arg))) return false;
  const right = lift(inner.plan, context);
  if (inner.form.kind === 'exists') {
    box.input = { kind: 'apply', join: negated ? 'anti' : 'semi', left: box.input, right, condition: undefined };
    return true;
  }
  if (inner.form.kind !== 'quantified') return false;
  const { condition, isAll } = comparison(operandFirst(inner, box, context), right);
  if (negated === isAll) {
    box.input = { kind: 'apply', join: 'semi', left: box.input, right, condition };
    return true;
  }
  if (condition.type.nullable && !isCorrelated(right, box.input)) return false;
  // NOT (x op ANY q) holds where every comparison is FALSE, so a row of q that makes it TRUE or NULL rejects the row.
  const rejects: BoundExpression = condition.type.nullable
    ? { kind: 'is-truth', arg: condition, truth: 'false', negated: true, type: notNull(BOOL) } : condition;
  box.input = { kind: 'apply', join: 'anti', left: box.input, right, condition: rejects };
  return true;
}

function isCorrelated(right: LogicalPlan, left: LogicalPlan): boolean {
  const ids = outputIds(left);
  return [...freeColumns(right)].some((id) => ids.has(id));
}

/** What makes a row of the subquery count: `x op item` for ANY; its negation for ALL, whose result is then negated. */
function comparison(subquery: Subquery, right: LogicalPlan): { readonly condition: BoundExpression; readonly isAll: boolean } {
  assert(subquery.form.kind === 'quantified', 'a quantified subquery');
  const item = must(outputColumns(right)[0], 'a quantified subquery has one column');
  const compared = makeCall(subquery.form.comparison, [subquery.form.arg, columnRef(item)], subquery.position);
  const isAll = subquery.form.quantifier === 'all';
  return { condition: isAll ? negation(compared) : compared, isAll };
}

/** `x op ANY q` with an x that may raise: it is computed before q, as a column beside the input, where the guard lets it. */
function operandFirst(subquery: Subquery, box: Box, context: RuleContext, guard?: BoundExpression): Subquery {
  if (subquery.form.kind !== 'quantified' || !mayRaise(subquery.form.arg)) return subquery;
  const { arg } = subquery.form;
  const type = guard === undefined ? arg.type : withNull(arg.type);
  const expression: BoundExpression = guard === undefined ? arg : { kind: 'case', branches: [{ when: guard, then: arg }], otherwise: { kind: 'literal', value: null, type }, type };
  const { plan, added } = withColumn(box.input, 'operand', expression, context);
  box.input = plan;
  return { ...subquery, form: { ...subquery.form, arg: added } };
}

/** The expression with each subquery replaced by a column that an apply over the input makes. `needed` holds where it is evaluated. */
function replaceSubqueries(expression: BoundExpression, box: Box, context: RuleContext, needed: Needed = []): BoundExpression {
  if (!hasSubquery(expression)) return expression;
  const inner = mapWithNeeds(expression, needed, (child, conditions) => replaceSubqueries(child, box, context, conditions));
  if (inner.kind !== 'subquery') return inner;
  const known = inner.form.kind === 'scalar' ? knownScalar(inner, box, needed) : undefined;
  if (known !== undefined) return known;
  const lifted = lift(inner.plan, context);
  const planRaises = subqueryMayRaise(inner, lifted);
  const operandRaises = inner.form.kind === 'quantified' && mayRaise(inner.form.arg);
  const guard = needed.length > 0 && (planRaises || operandRaises) ? addGuard(box, needed, context) : undefined;
  const right = guard === undefined || !planRaises ? lifted : guarded(lifted, guard, context);
  switch (inner.form.kind) {
    case 'exists': return markApply(right, TRUE, box, context);
    case 'quantified': {
      const { condition, isAll } = comparison(operandFirst(inner, box, context, guard), right);
      const mark = markApply(right, condition, box, context);
      return isAll ? negation(mark) : mark;
    }
    case 'scalar': return scalarApply(right, guard === undefined ? [] : needed, box, context);
    case 'nest-one': return singleApply(rowStruct(right, context), box);
    case 'array': return nestApply(right, 'array', inner, box, context);
    case 'nest-many': return nestApply(right, 'nest-many', inner, box, context);
  }
}

/** Whether the subquery may raise for a row: in what it computes, in what it compares, or because it has several rows. */
function subqueryMayRaise(subquery: Subquery, right: LogicalPlan): boolean {
  if (planMayRaise(right)) return true;
  switch (subquery.form.kind) {
    case 'scalar': case 'nest-one': return !isOneRowAtMost(right);
    case 'quantified': return mayRaise(comparison(withPlainOperand(subquery), right).condition);
    case 'exists': case 'array': case 'nest-many': return false;
  }
}

/** The subquery with a column for its operand, which leaves what the comparison itself may raise. */
function withPlainOperand(subquery: Subquery): Subquery {
  if (subquery.form.kind !== 'quantified') return subquery;
  return { ...subquery, form: { ...subquery.form, arg: columnRef({ id: -1, name: 'operand', type: subquery.form.arg.type }) } };
}

/** A column beside the input that says whether all that is needed holds. */
function addGuard(box: Box, needed: Needed, context: RuleContext): BoundExpression {
  const { plan, added } = withColumn(box.input, 'guard', conjunction(needed), context);
  box.input = plan;
  return added;
}

function markApply(right: LogicalPlan, condition: BoundExpression, box: Box, context: RuleContext): BoundExpression {
  const isNullable = condition.type.nullable;
  const mark = context.newColumn('mark', isNullable ? nullable(BOOL) : notNull(BOOL));
  box.input = { kind: 'apply', join: 'mark', left: box.input, right, condition: condition === TRUE ? undefined : condition, mark };
  return columnRef(mark);
}

/**
 * An expression that stands in several places, `x < 1 OR (x = 1 AND …)`, brings its subqueries each time. The column of the first is there
 * for all that come to it under the same conditions and more.
 */
function knownScalar({ plan }: Subquery, box: Box, needed: Needed): BoundExpression | undefined {
  const output = must(outputColumns(plan)[0], 'a subquery used as a value has one column');
  const guard = box.scalars.get(output.id);
  return guard?.every((condition, index) => needed[index] === condition) === true ? columnRef({ ...output, type: withNull(output.type) }) : undefined;
}

function scalarApply(right: LogicalPlan, guard: Needed, box: Box, context: RuleContext): BoundExpression {
  const output = must(outputColumns(right)[0], 'a subquery used as a value has one column');
  if (box.scalars.has(output.id)) return singleApply(withFreshColumns(right, context.newColumn), box);
  box.scalars.set(output.id, guard);
  return singleApply(right, box);
}

function singleApply(right: LogicalPlan, box: Box): BoundExpression {
  const output = must(outputColumns(right)[0], 'a subquery used as a value has one column');
  box.input = { kind: 'apply', join: 'single', left: box.input, right, condition: undefined };
  return columnRef({ ...output, type: withNull(output.type) });
}

/** All columns as one struct. */
export function rowStruct(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const expression = makeStruct(outputColumns(plan).map((column) => ({ name: { text: column.name, start: 0 }, value: columnRef(column) })));
  return { kind: 'project', input: plan, columns: [{ output: context.newColumn('row', expression.type), expression }] };
}

function nestApply(right: LogicalPlan, form: 'array' | 'nest-many', subquery: Subquery, box: Box, context: RuleContext): BoundExpression {
  const output = context.newColumn(form, subquery.type);
  box.input = { kind: 'apply', join: 'inner', left: box.input, right: { kind: 'nest', form, input: right, output }, condition: undefined };
  return columnRef(output);
}

/**
 * ON with subqueries. Inner: a filter over the cross product. Left: the right side is filtered by the condition for each left row,
 * which is a correlated subquery like any other.
 */
function liftJoin(plan: LogicalPlan & { readonly kind: 'join' }, context: RuleContext): LogicalPlan {
  const predicate = must(plan.condition, 'a join with a subquery has a condition');
  if (plan.join === 'inner') return lift({ kind: 'filter', input: { ...plan, condition: undefined }, predicate }, context);
  assert(plan.join === 'left', 'subqueries stand only in the ON of inner and left joins');
  return { kind: 'apply', join: 'left', left: plan.left, right: lift({ kind: 'filter', input: plan.right, predicate }, context), condition: undefined };
}

/** VALUES with subqueries: one projection for each row. */
function liftValues(plan: LogicalPlan & { readonly kind: 'values' }, context: RuleContext): LogicalPlan {
  const rows = plan.rows.map((row, rowIndex): LogicalPlan => {
    const box = boxOf(ONE_ROW);
    const columns = row.map((item, index) => {
      const column = must(plan.columns[index], 'as many columns as items');
      return { output: plan.rows.length === 1 ? column : context.newColumn(column.name, item.type), expression: replaceSubqueries(item, box, context), rowIndex };
    });
    return { kind: 'project', input: box.input, columns: columns.map(({ output, expression }) => ({ output, expression })) };
  });
  return rows.slice(1).reduce<LogicalPlan>((left, right, index) => ({
    kind: 'set-operation', operation: 'union', all: true, left, right,
    columns: index === rows.length - 2 ? plan.columns : plan.columns.map((column) => context.newColumn(column.name, column.type)),
  }), must(rows[0], 'VALUES has a row'));
}

