/**
 * Calls that make rows of a list: UNNEST and GENERATE_SUBSCRIPTS.
 *
 *   SELECT a, unnest(b), unnest(c) FROM t      project a, #1, #2 ─▶ unnest b as #1, c as #2 ─▶ t
 *
 * In a select list they go in step, as PostgreSQL has it: a row for each item of the longest list, NULLs behind the end of the others.
 * They stand above aggregation and window functions, and below DISTINCT, ORDER BY and LIMIT.
 */
import { EngineError } from '../../base/errors.ts';
import { withNull } from '../../data/types/type.ts';
import type { CallExpression } from '../sql/ast-expression.ts';
import type { Binder, ExpressionEnvironment } from './binder.ts';
import { makeCall } from './call-type.ts';
import type { BoundExpression } from './expression.ts';
import { fingerprint } from './fingerprint.ts';
import { elementType } from './list-type.ts';
import type { LogicalPlan, UnnestedList } from './logical-plan.ts';
import { columnRef } from './plan-tree.ts';

/** Collects the lists of one SELECT while its expressions are bound. */
export interface SetCollector { readonly lists: UnnestedList[] }

const ARGUMENT_COUNTS: ReadonlyMap<string, number> = new Map([['unnest', 1], ['generate_subscripts', 2]]);
export const isSetReturning = (name: string): boolean => ARGUMENT_COUNTS.has(name);

/** The list whose items are the rows of the call. */
export function bindSetList(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  const expected = ARGUMENT_COUNTS.get(call.name);
  if (call.args.length !== expected) {
    throw new EngineError('undefined-function', `Function ${call.name} arity mismatch: expected ${expected}, got ${call.args.length}`, { position: call.nameStart });
  }
  const args = call.args.map((arg) => binder.expression(arg, environment));
  return call.name === 'unnest' ? args[0] as BoundExpression : makeCall(call.name, args, call.nameStart);
}

/** A set-returning call in an expression: the column that its items become. Throws 0A000 where none may stand. */
export function bindSetCall(binder: Binder, call: CallExpression, environment: ExpressionEnvironment): BoundExpression {
  const collector = environment.sets;
  if (collector === undefined) {
    throw new EngineError('unsupported', `Set-returning functions are not allowed in this context: ${environment.clause}`, { position: call.nameStart, hint: `Write it in FROM: …, ${call.name.toUpperCase()}(…) AS u (item).` });
  }
  const list = bindSetList(binder, call, { ...environment, sets: undefined, clause: `the arguments of ${call.name.toUpperCase()}` });
  const print = fingerprint(list);
  const same = collector.lists.find((known) => fingerprint(known.list) === print);
  if (same !== undefined) return columnRef(same.output);
  const output = binder.newColumn(call.name, withNull(elementType(list.type)));
  collector.lists.push({ output, list });
  return columnRef(output);
}

/** The rows with the items beside them. */
export const expandSets = (plan: LogicalPlan, lists: readonly UnnestedList[]): LogicalPlan =>
  (lists.length === 0 ? plan : { kind: 'unnest', input: plan, lists, ordinality: undefined, outer: false });
