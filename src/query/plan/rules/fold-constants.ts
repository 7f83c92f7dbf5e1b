/**
 * Constant expressions are computed once; conditions are simplified.
 *
 *   DATE '1998-12-01' - INTERVAL '90' DAY   ⇒   DATE '1998-09-02'
 *   x AND TRUE ⇒ x      (a AND b) OR (a AND c) ⇒ a AND (b OR c)      filter FALSE ⇒ no rows
 *
 * A constant that raises stays as it is, so that it raises only if a row needs it.
 */
import { isEngineError } from '../../../base/errors.ts';
import type { EvaluationContext } from '../../../catalog/function.ts';
import { lookupScalar } from '../../../catalog/registry.ts';
import { resolveCast } from '../../../data/types/cast.ts';
import { columnTypeOfValue } from '../../../data/types/column-type.ts';
import { typeOfValue } from '../../../data/types/column-type.ts';
import type { Value } from '../../../data/types/value.ts';
import { resolveBoundCall } from '../call-type.ts';
import type { BoundExpression } from '../expression.ts';
import { conjunction, conjuncts, disjunction, FALSE, isLiteral, rewriteExpression, TRUE } from '../expression-tree.ts';
import { isSame } from '../fingerprint.ts';
import type { LogicalPlan } from '../logical-plan.ts';
import { mapChildPlans, mapPlanExpressions, outputColumns } from '../plan-tree.ts';
import type { Rule } from './rule.ts';

export const foldConstants = (evaluation: EvaluationContext): Rule => ({ name: 'fold-constants', apply: (plan) => fold(plan, evaluation) });

function fold(plan: LogicalPlan, evaluation: EvaluationContext): LogicalPlan {
  const inner = mapChildPlans(plan, (child) => fold(child, evaluation));
  // Arguments of aggregates choose overloads by their literals, which folding may only add to.
  const folded = mapPlanExpressions(inner, (expression) => foldExpression(expression, evaluation));
  if (folded.kind !== 'filter') return folded;
  const { predicate } = folded;
  if (isLiteral(predicate, true)) return folded.input;
  if (isLiteral(predicate, false) || isLiteral(predicate, null)) return { kind: 'values', columns: outputColumns(folded.input), rows: [] };
  return folded;
}

export function foldExpression(expression: BoundExpression, evaluation: EvaluationContext): BoundExpression {
  return rewriteExpression(expression, (node) => foldNode(node, evaluation));
}

type Literal = BoundExpression & { readonly kind: 'literal' };
const isLiteralNode = (node: BoundExpression): node is Literal => node.kind === 'literal';

function foldNode(node: BoundExpression, evaluation: EvaluationContext): BoundExpression {
  switch (node.kind) {
    case 'call': return node.args.every(isLiteralNode) ? foldCall(node, node.args as readonly Literal[], evaluation) : node;
    case 'cast': return node.arg.kind === 'literal' ? foldCast(node, node.arg, evaluation) : node;
    case 'and': return foldAnd(node);
    case 'or': return foldOr(node);
    case 'not': return isLiteralNode(node.arg) ? truth(node.arg.value === null ? null : node.arg.value === false, node) : node;
    case 'is-null': return isLiteralNode(node.arg) ? truth((node.arg.value === null) !== node.negated, node) : node;
    case 'subquery': {
      const plan = fold(node.plan, evaluation);
      return plan === node.plan ? node : { ...node, plan };
    }
    default: return node;
  }
}

const truth = (value: boolean | null, node: BoundExpression): BoundExpression => (value === null ? { kind: 'literal', value, type: { legs: node.type.legs, nullable: true } } : value ? TRUE : FALSE);

/** The value as a literal, unless the session's context makes it or it raises. */
function attempt(node: BoundExpression, compute: () => Value): BoundExpression {
  try {
    const value = compute();
    return { kind: 'literal', value, type: value === null ? { legs: node.type.legs, nullable: true } : node.type.legs.length === 1 ? columnTypeOfValue(value) : { legs: [typeOfValue(value)], nullable: false } };
  } catch (error) {
    if (isEngineError(error)) return node;
    throw error;
  }
}

function foldCall(node: BoundExpression & { readonly kind: 'call' }, args: readonly Literal[], evaluation: EvaluationContext): BoundExpression {
  if (lookupScalar(node.name)?.volatility !== 'immutable') return node;
  return attempt(node, () => resolveBoundCall(node.name, args, node.position, evaluation.zone).call(evaluation, ...args.map((arg) => arg.value)));
}

function foldCast(node: BoundExpression & { readonly kind: 'cast' }, arg: Literal, evaluation: EvaluationContext): BoundExpression {
  const { value } = arg;
  if (value === null) return { kind: 'literal', value: null, type: node.type };
  if (node.to.type.kind === 'regclass' || node.to.type.kind === 'regproc') return node;
  const cast = resolveCast(typeOfValue(value), node.to);
  return cast === undefined ? node : attempt(node, () => cast.call(evaluation, value));
}

function foldAnd(node: BoundExpression & { readonly kind: 'and' }): BoundExpression {
  const args = conjuncts(node);
  if (args[0] !== undefined && isLiteral(args[0], false)) return FALSE;
  const kept = args.filter((arg) => !isLiteral(arg, true));
  return kept.length === node.args.length ? node : conjunction(kept);
}

function foldOr(node: BoundExpression & { readonly kind: 'or' }): BoundExpression {
  const args = node.args.flatMap((arg) => (arg.kind === 'or' ? arg.args : [arg]));
  if (args[0] !== undefined && isLiteral(args[0], true)) return TRUE;
  const kept = args.filter((arg) => !isLiteral(arg, false));
  if (kept.length < 2) return kept[0] ?? FALSE;
  return factor(kept) ?? (kept.length === node.args.length ? node : disjunction(kept));
}

/** Conjuncts that stand in every branch, taken out of the OR. */
function factor(branches: readonly BoundExpression[]): BoundExpression | undefined {
  const lists = branches.map(conjuncts);
  const [first = [], ...others] = lists;
  const shared = first.filter((conjunct) => others.every((list) => list.some((other) => isSame(conjunct, other))));
  if (shared.length === 0) return undefined;
  const rest = lists.map((list) => conjunction(list.filter((conjunct) => !shared.some((common) => isSame(conjunct, common)))));
  return rest.some((branch) => isLiteral(branch, true)) ? conjunction(shared) : conjunction([...shared, disjunction(rest)]);
}

