/**
 * CASE x WHEN a … WHEN b …, whose conditions are x = a, x = b: where x is more than a column it is computed once for all of them, so that
 * RANDOM() has one value.
 */
import type { Vector } from '../../data/vector/vector.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { isSame } from '../plan/fingerprint.ts';
import type { Evaluator } from './evaluator.ts';

type Case = BoundExpression & { readonly kind: 'case' };
type Comparison = BoundExpression & { readonly kind: 'call' };

const isComparison = (expression: BoundExpression): expression is Comparison => expression.kind === 'call' && expression.name === '=' && expression.args.length === 2;
const isCostly = (expression: BoundExpression): boolean => expression.kind !== 'input' && expression.kind !== 'literal' && expression.kind !== 'parameter';

/** The CASE with one and the same object wherever its operand stands; undefined where it has none that is worth it. */
export function shareOperand(expression: Case): { readonly expression: Case; readonly operand: BoundExpression } | undefined {
  const first = expression.branches[0]?.when;
  const operand = first === undefined ? undefined : operandOf(first);
  if (operand === undefined || !isCostly(operand)) return undefined;
  let count = 0;
  const shared = (part: BoundExpression): BoundExpression => {
    if (!isSame(part, operand)) return part;
    count += 1;
    return operand;
  };
  const condition = (when: BoundExpression): BoundExpression => {
    if (when.kind === 'or') return { ...when, args: when.args.map(condition) };
    return isComparison(when) ? { ...when, args: [shared(when.args[0] as BoundExpression), when.args[1] as BoundExpression] } : when;
  };
  const branches = expression.branches.map(({ when, then }) => ({ when: condition(when), then }));
  const otherwise = shared(expression.otherwise);
  return count > 1 ? { expression: { ...expression, branches, otherwise }, operand } : undefined;
}

function operandOf(when: BoundExpression): BoundExpression | undefined {
  const comparison = when.kind === 'or' ? when.args[0] : when;
  return comparison !== undefined && isComparison(comparison) ? comparison.args[0] : undefined;
}

/** Asked first for all rows of a batch, then for some of them; `forget` ends the batch. */
export function remembering(evaluator: Evaluator): Evaluator & { readonly forget: () => void } {
  let vector: Vector | undefined;
  return {
    type: evaluator.type,
    evaluate: (batch, scope) => (vector ??= evaluator.evaluate(batch, scope)),
    forget: () => { vector = undefined; },
  };
}
