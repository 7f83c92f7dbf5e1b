/** From a bound query to something that runs, and the running of it: the one place where `tx` touches planner and executor. */
import { EngineError } from '../base/errors.ts';
import type { EvaluationContext } from '../catalog/function.ts';
import { type CatalogView, findTable } from '../catalog/table-source.ts';
import type { Type } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';
import { type Batch, oneRow } from '../data/vector/batch.ts';
import { vectorReader } from '../data/vector/reader.ts';
import { executePlan } from '../query/exec/execute.ts';
import type { PlanMeasures } from '../query/exec/measures.ts';
import { compileExpression } from '../query/expr/compile.ts';
import { bindScalar } from '../query/plan/bind-statement.ts';
import type { BoundQuery, UsedTable } from '../query/plan/bound-query.ts';
import type { BoundExpression } from '../query/plan/expression.ts';
import type { LiftedLiterals } from '../query/plan/lifted-literals.ts';
import { optimize } from '../query/plan/optimize.ts';
import type { OutputColumn, PhysicalPlan } from '../query/plan/physical-plan.ts';
import { planPhysical } from '../query/plan/plan-physical.ts';
import type { Expression } from '../query/sql/ast-expression.ts';
import type { ReadView, StatementEnvironment } from './statement-environment.ts';

export interface PlannedQuery {
  readonly plan: PhysicalPlan;
  readonly columns: readonly OutputColumn[];
  readonly parameters: readonly (Type | undefined)[];
  readonly usedTables: readonly UsedTable[];
  /** Literals that the plan takes as parameters, behind those of the statement. */
  readonly literals: LiftedLiterals | undefined;
}

export function planQuery(bound: BoundQuery, evaluation: EvaluationContext): PlannedQuery {
  return { plan: planPhysical(optimize(bound, evaluation)), columns: bound.columns, parameters: bound.parameters, usedTables: bound.usedTables, literals: bound.literals };
}

/** Whether names and types still mean what they meant when the plan was made. */
export const isCurrent = (planned: PlannedQuery, catalog: CatalogView): boolean =>
  planned.usedTables.every((used) => findTable(catalog, used)?.shape.shapeVersion === used.shapeVersion);

export function runQuery(
  planned: PlannedQuery, parameters: readonly Value[], view: ReadView, evaluation: EvaluationContext, environment: StatementEnvironment, measures?: PlanMeasures,
): AsyncIterable<Batch> {
  return executePlan(planned.plan, {
    catalog: view.catalog,
    parameters,
    evaluation,
    cancel: environment.cancel,
    memory: environment.memory,
    budget: environment.budget,
    // A worker holds the connection's database only.
    worker: planned.usedTables.some(({ database }) => database !== undefined) ? undefined : environment.worker,
    basis: { validMicros: view.clockMicros, systemMicros: view.systemMicros },
    measures,
  });
}

/** The value of an expression without columns. */
export function evaluateBound(expression: BoundExpression, parameters: readonly Value[], evaluation: EvaluationContext): Value {
  const evaluator = compileExpression(expression, { evaluation, parameters, correlation: { values: [] } });
  return vectorReader(evaluator.evaluate(oneRow([]), null))(0);
}

/** The value of an option of BEGIN or SET, or of an argument of EXECUTE. `expected` is the type of a parameter that stands alone. */
export function evaluateExpression(expression: Expression, parameters: readonly Value[], types: readonly (Type | undefined)[], evaluation: EvaluationContext, expected?: Type): Value {
  return evaluateBound(bindScalar(expression, evaluation, types, expected), parameters, evaluation);
}

/** Text of a value that must be text. */
export function textOf(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  throw new EngineError('datatype-mismatch', `${what} must be text`);
}
