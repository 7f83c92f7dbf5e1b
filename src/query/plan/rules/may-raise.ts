/** Whether evaluating an expression may raise for some row. Decides where a conjunct may go. */
import { lookupScalar } from '../../../catalog/registry.ts';
import { resolveBoundCall } from '../call-type.ts';
import { castMayRaise } from '../cast-type.ts';
import type { BoundExpression } from '../expression.ts';
import { anyExpression, someChild } from '../expression-tree.ts';

export const mayRaise = (expression: BoundExpression): boolean => nodeMayRaise(expression) || someChild(expression, mayRaise);

function nodeMayRaise(node: BoundExpression): boolean {
  switch (node.kind) {
    case 'call': return callMayRaise(node);
    case 'cast': return castMayRaise(node.arg.type, node.to);
    case 'subquery': return true;
    default: return false;
  }
}

const SUMS = new Set(['+', '-', '*', '-x']);
const isNumber = (expression: BoundExpression): boolean => expression.type.legs.every((leg) => leg.kind === 'int' || leg.kind === 'decimal');

/**
 * As `mayRaise`, but sums and products of integers and decimals pass: they raise only where a result leaves the range of its type. A key of
 * a join may be such a one beside other keys. It then meets rows that those reject; without it, joins on `a.n = b.n + 1` would be products.
 */
export const mayRaiseInRange = (expression: BoundExpression): boolean => anyExpression(expression, (node) => {
  if (node.kind === 'call' && SUMS.has(node.name) && node.args.every(isNumber)) return false;
  return nodeMayRaise(node);
});

function callMayRaise(call: BoundExpression & { readonly kind: 'call' }): boolean {
  try {
    return resolveBoundCall(call.name, call.args, undefined).mayRaise;
  } catch {
    return true;
  }
}

/** Whether the value may differ from one evaluation to the next. */
export const isVolatile = (expression: BoundExpression): boolean =>
  (expression.kind === 'call' && lookupScalar(expression.name)?.volatility === 'volatile') || someChild(expression, isVolatile);

/** The conjuncts with those that cannot raise first; otherwise in their order. */
export function safeFirst(predicates: readonly BoundExpression[]): readonly BoundExpression[] {
  if (predicates.length < 2) return predicates;
  const safe = predicates.filter((predicate) => !mayRaise(predicate));
  if (safe.length === 0 || safe.length === predicates.length) return predicates;
  const set = new Set(safe);
  return [...safe, ...predicates.filter((predicate) => !set.has(predicate))];
}
