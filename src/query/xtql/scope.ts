/**
 * What the parts of the XTQL binder share.
 *
 *     variables    what the rows so far have: one column each                     (from :docs [x {:xt/id id}])
 *     locals       parameters of fn and names of let: bound anew at each use      (fn [x] …) (let [x …] …)
 *
 * A local hides a variable. A subquery sees no variable from outside, only locals, which stand for expressions over the columns
 * around it: that is all there is to correlation.
 */
import { EngineError } from '../../base/errors.ts';
import type { Binder, QueryEnvironment } from '../plan/binder.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { AggregateCall, LogicalPlan, PlanColumn } from '../plan/logical-plan.ts';
import { nearestName } from '../plan/near-name.ts';
import type { Operand } from '../plan/operands.ts';
import type { XtqlQuery } from './ast.ts';

export type Variables = ReadonlyMap<string, PlanColumn>;
export type Locals = ReadonlyMap<string, Operand>;

/** Rows and what their columns are called. The plan may put out more columns. */
export interface Rows { readonly plan: LogicalPlan; readonly variables: Variables }

export interface XtqlScope {
  readonly variables: Variables;
  readonly locals: Locals;
  /** Inside `aggregate`: where calls are collected, and what their arguments see. */
  readonly aggregates?: { readonly calls: AggregateCall[]; readonly input: XtqlScope } | undefined;
  /** Inside the arguments of an aggregate. */
  readonly isAggregated?: true | undefined;
}

export interface XtqlBinder {
  readonly binder: Binder;
  readonly environment: QueryEnvironment;
  /** Offset in the statement of an offset in the XTQL text. */
  readonly position: (offset: number) => number;
  /** Expressions bound because a local was used. A local is bound at each use, so that locals in locals grow like powers. */
  readonly expansion: { depth: number; nodes: number };
  /** Queries and expressions contain one another. */
  readonly query: (query: XtqlQuery, locals: Locals) => Rows;
}

export const constantOperand = (expression: BoundExpression): Operand => ({ isOpen: () => false, bind: () => expression });

export const withVariable = (variables: Variables, name: string, column: PlanColumn): Variables => new Map([...variables, [name, column]]);

/** The error for a variable that nothing binds here. */
export function notInScope(xtql: XtqlBinder, scope: XtqlScope, name: { readonly text: string; readonly name: string; readonly start: number }): EngineError {
  const grouped = scope.aggregates?.input.variables;
  const position = xtql.position(name.start);
  if (grouped?.has(name.name) === true) {
    return new EngineError('grouping-error', `Variables outside of aggregate expressions must be grouping columns: ${name.text}`, { position, hint: `Aggregate it, or add ${name.text} to the aggregate's columns.` });
  }
  const near = nearestName(name.name, [...scope.variables.keys(), ...scope.locals.keys()]);
  return new EngineError('undefined-column', `Not all variables in expression are in scope: ${name.text}`, { position, hint: near === undefined ? undefined : `Perhaps you meant ${near}.` });
}
