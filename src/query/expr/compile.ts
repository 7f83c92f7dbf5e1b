/**
 * BoundExpression → Evaluator.
 *
 *   literal, parameter ─▶ constant vector        input ─▶ the batch's vector        call ─▶ kernel or lifted closure
 *   and, or, case, coalesce … ─▶ each branch under the selection of the rows that reach it (logic.ts)
 */
import { assert, must, unreachable } from '../../base/assert.ts';
import { EngineError } from '../../base/errors.ts';
import { resolveCall } from '../../catalog/resolve-call.ts';
import type { Value } from '../../data/types/value.ts';
import { type Batch } from '../../data/vector/batch.ts';
import { constantVector, NULL_VECTOR, type Vector } from '../../data/vector/vector.ts';
import { literalsOf } from '../plan/call-type.ts';
import type { BoundExpression } from '../plan/expression.ts';
import { remembering, shareOperand } from './case-operand.ts';
import { compileCast } from './cast.ts';
import type { Evaluator, ExpressionContext, Predicate } from './evaluator.ts';
import { scalarNamed } from './functions.ts';
import { chooseSelectKernel, chooseVectorKernel } from './kernel-choice.ts';
import { type LiftedCall, liftCall, selectByCall } from './lift.ts';
import { caseEvaluator, coalesceEvaluator, inListEvaluator, isNullEvaluator, isTruthEvaluator, kleeneEvaluator, notEvaluator } from './logic.ts';
import { andPredicate, notPredicate, orPredicate, predicateOf } from './predicate.ts';
import { fieldEvaluator, listEvaluator, quantifiedListEvaluator, structEvaluator } from './structure.ts';

type Kind<K extends BoundExpression['kind']> = Extract<BoundExpression, { kind: K }>;

/** What is said about a call once, whatever the batch. */
interface CompiledCall {
  /** Resolved when a batch first needs it: where a kernel does them all, never. */
  readonly lifted: () => LiftedCall;
  readonly args: readonly Evaluator[];
  readonly expression: Kind<'call'>;
}

export function compileExpression(expression: BoundExpression, context: ExpressionContext): Evaluator {
  const known = context.shared?.get(expression);
  if (known !== undefined) return known;
  const compile = (part: BoundExpression): Evaluator => compileExpression(part, context);
  const { type } = expression;
  switch (expression.kind) {
    case 'literal': { const vector = constantVector(expression.value); return { type, evaluate: () => vector }; }
    case 'parameter': return parameterEvaluator(expression, context);
    case 'input': return { type, evaluate: (batch) => must(batch.vectors[expression.index], 'an input column that the batch does not have') };
    case 'call': return callEvaluator(compileCall(expression, context), context);
    case 'cast': return compileCast(expression, compile(expression.arg), context);
    case 'and': return kleeneEvaluator(type, expression.args.map(compile), false);
    case 'or': return kleeneEvaluator(type, expression.args.map(compile), true);
    case 'not': return notEvaluator(type, compile(expression.arg));
    case 'is-null': return isNullEvaluator(type, compile(expression.arg), expression.negated);
    case 'is-truth': return isTruthEvaluator(type, compile(expression.arg), expression.truth, expression.negated);
    case 'case': return compileCase(expression, context);
    case 'coalesce': return coalesceEvaluator(type, expression.args.map(compile));
    case 'in-list': return inListEvaluator(type, compile(expression.arg), expression.items.map(compile), expression.negated);
    case 'field': return fieldEvaluator(type, compile(expression.arg), expression.name);
    case 'list': return listEvaluator(type, expression.items.map(compile));
    case 'struct': return structEvaluator(type, expression.fields.map(({ name, value }) => ({ name, value: compile(value) })));
    case 'quantified-list': return quantifiedListEvaluator(expression, compile(expression.arg), compile(expression.list), context);
    case 'column': case 'subquery': throw new EngineError('internal', `an expression of kind ${expression.kind} reached the executor`);
    default: return unreachable(expression);
  }
}

function compileCase(expression: Kind<'case'>, context: ExpressionContext): Evaluator {
  const sharing = shareOperand(expression);
  if (sharing === undefined) return compileBranches(expression, context);
  const operand = remembering(compileExpression(sharing.operand, context));
  const inner = compileBranches(sharing.expression, { ...context, shared: new Map([...(context.shared ?? []), [sharing.operand, operand]]) });
  return {
    type: expression.type,
    evaluate(batch, scope): Vector {
      try { return inner.evaluate(batch, scope); } finally { operand.forget(); }
    },
  };
}

function compileBranches({ branches, otherwise, type }: Kind<'case'>, context: ExpressionContext): Evaluator {
  return caseEvaluator(type, branches.map(({ when, then }) => ({ when: compilePredicate(when, context), then: compileExpression(then, context) })), compileExpression(otherwise, context));
}

function parameterEvaluator(expression: Kind<'parameter'>, context: ExpressionContext): Evaluator {
  const { index, type } = expression;
  if (index >= 0) {
    const value = context.parameters[index];
    if (value === undefined) throw new EngineError('undefined-parameter', `there is no parameter $${index + 1}: ${context.parameters.length} were given`);
    const vector = constantVector(value);
    return { type, evaluate: () => vector };
  }
  return {
    type,
    evaluate(): Vector {
      const value = context.correlation.values[-1 - index];
      assert(value !== undefined, 'a correlation parameter outside an Apply');
      return constantVector(value);
    },
  };
}

function compileCall(expression: Kind<'call'>, context: ExpressionContext): CompiledCall {
  let lifted: LiftedCall | undefined;
  return {
    lifted: () => (lifted ??= liftedCall(expression, context)),
    args: expression.args.map((arg) => compileExpression(arg, context)),
    expression,
  };
}

function liftedCall(expression: Kind<'call'>, context: ExpressionContext): LiftedCall {
  const definition = scalarNamed(expression.name);
  const resolved = resolveCall(definition, expression.args.map((arg) => arg.type), literalsOf(expression.args), context.evaluation.zone);
  return {
    call: resolved.single?.call ?? resolved.call,
    propagatesNull: definition.nulls === 'propagate',
    volatile: definition.volatility === 'volatile',
    position: expression.position,
  };
}

function callEvaluator(compiled: CompiledCall, context: ExpressionContext): Evaluator {
  const { lifted, args, expression } = compiled;
  const kernel = chooseVectorKernel(expression.name, expression.args.map((arg) => arg.type));
  return {
    type: expression.type,
    evaluate(batch, scope): Vector {
      const vectors = args.map((arg) => arg.evaluate(batch, scope));
      return kernel?.(vectors, batch, scope) ?? liftCall(lifted(), context.evaluation, vectors, batch);
    },
  };
}

/** A condition as a selection of the rows where it is TRUE. */
export function compilePredicate(expression: BoundExpression, context: ExpressionContext): Predicate {
  switch (expression.kind) {
    case 'and': return andPredicate(expression.args.map((arg) => compilePredicate(arg, context)));
    case 'or': return orPredicate(expression.args.map((arg) => compilePredicate(arg, context)));
    case 'not': return notPredicate(compileExpression(expression.arg, context));
    case 'call': return expression.args.length === 2 ? callPredicate(compileCall(expression, context), context) : predicateOf(compileExpression(expression, context));
    default: return predicateOf(compileExpression(expression, context));
  }
}

function callPredicate(compiled: CompiledCall, context: ExpressionContext): Predicate {
  const { lifted, args, expression } = compiled;
  const [left, right] = args as readonly [Evaluator, Evaluator];
  assert(args.length === 2, 'a binary predicate has two arguments');
  const kernel = chooseSelectKernel(expression.name, expression.args.map((arg) => arg.type));
  return {
    select(batch: Batch, scope): Int32Array {
      const a = left.evaluate(batch, scope);
      const b = right.evaluate(batch, scope);
      return kernel?.([a, b], batch, scope) ?? selectByCall(lifted(), context.evaluation, a, b, batch);
    },
  };
}

/** The value of an expression without input columns. */
export function evaluateConstant(expression: BoundExpression, context: ExpressionContext): Value {
  if (expression.kind === 'literal') return expression.value;
  const vector = compileExpression(expression, context).evaluate({ rowCount: 1, vectors: [], selection: null }, null);
  if (vector.form === 'constant') return vector.value;
  assert(vector.form === 'values', 'a constant expression gave a flat vector');
  return vector.values[0] ?? null;
}

/** Positions of the input columns that an expression reads. */
export function inputsOf(expression: BoundExpression, into: Set<number> = new Set()): Set<number> {
  switch (expression.kind) {
    case 'input': into.add(expression.index); break;
    case 'literal': case 'parameter': case 'column': case 'subquery': break;
    case 'call': case 'and': case 'or': case 'coalesce': for (const arg of expression.args) inputsOf(arg, into); break;
    case 'list': for (const item of expression.items) inputsOf(item, into); break;
    case 'struct': for (const field of expression.fields) inputsOf(field.value, into); break;
    case 'in-list': for (const item of expression.items) inputsOf(item, into); inputsOf(expression.arg, into); break;
    case 'quantified-list': inputsOf(expression.list, into); inputsOf(expression.arg, into); break;
    case 'case':
      for (const { when, then } of expression.branches) { inputsOf(when, into); inputsOf(then, into); }
      inputsOf(expression.otherwise, into);
      break;
    default: inputsOf(expression.arg, into);
  }
  return into;
}

export const CONSTANT_NULL: Evaluator = { type: { legs: [], nullable: true }, evaluate: () => NULL_VECTOR };
