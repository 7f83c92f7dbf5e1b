/**
 * What an OR over several relations implies for each of them becomes a condition of its own, which can go down to its table.
 *
 *   (a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.z < 4)
 *      ⇒  (a.x = 1 OR a.x = 3)  AND  (b.y = 2 OR b.z < 4)  AND  the whole
 *
 * Only where every branch says something about the relation, and only what cannot raise: a row that another relation's
 * condition rejects meets it too. Where the OR is TRUE so is one branch, and with it what is taken from that branch.
 */
import type { BoundExpression, ColumnId } from '../expression.ts';
import { conjunction, conjuncts, disjunction } from '../expression-tree.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { mapChildPlans, outputIds, referencedColumns } from '../plan-tree.ts';
import { isVolatile, mayRaise } from './may-raise.ts';
import type { Rule } from './rule.ts';

export const SPLIT_DISJUNCTIONS: Rule = { name: 'split-disjunctions', concerns: ['inner join'], apply: splitAll };

function splitAll(plan: LogicalPlan): LogicalPlan {
  const inner = mapChildPlans(plan, splitAll);
  if (inner.kind === 'filter') {
    const predicate = withImplied(inner.predicate, () => relations(inner.input));
    return predicate === inner.predicate ? inner : { ...inner, predicate };
  }
  if (inner.kind === 'join' && inner.join === 'inner' && inner.condition !== undefined) {
    const condition = withImplied(inner.condition, () => relations(inner));
    return condition === inner.condition ? inner : { ...inner, condition };
  }
  return inner;
}

type Relation = ReadonlySet<ColumnId>;

/** Columns of what inner joins put together. */
function relations(plan: LogicalPlan): readonly Relation[] {
  if (plan.kind === 'join' && plan.join === 'inner') return [...relations(plan.left), ...relations(plan.right)];
  return plan.kind === 'filter' ? relations(plan.input) : [outputIds(plan)];
}

function withImplied(predicate: BoundExpression, joined: () => readonly Relation[]): BoundExpression {
  const all = conjuncts(predicate);
  if (!all.some((conjunct) => conjunct.kind === 'or')) return predicate;
  const parts = joined();
  if (parts.length < 2) return predicate;
  const implied = all.flatMap((conjunct) => (conjunct.kind === 'or' ? parts.flatMap((part) => impliedFor(part, conjunct.args)) : []));
  return implied.length === 0 ? predicate : conjunction([...implied, ...all]);
}

/** What the branches say of one relation, or nothing. */
function impliedFor(relation: Relation, branches: readonly BoundExpression[]): readonly BoundExpression[] {
  if (branches.every((branch) => isAbout(branch, relation))) return [];
  const said = branches.map((branch) => conjuncts(branch).filter((conjunct) => isAbout(conjunct, relation) && !mayRaise(conjunct) && !isVolatile(conjunct)));
  return said.some((list) => list.length === 0) ? [] : [disjunction(said.map((list) => conjunction(list)))];
}

function isAbout(expression: BoundExpression, relation: Relation): boolean {
  const read = referencedColumns(expression);
  return read.size > 0 && [...read].every((id) => relation.has(id));
}
