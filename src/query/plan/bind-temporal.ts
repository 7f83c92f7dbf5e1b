/** Periods of a table's two time axes: FOR VALID_TIME …, FOR SYSTEM_TIME …, and the defaults that SETTING gives. */
import { EngineError, isEngineError } from '../../base/errors.ts';
import { INSTANT, notNull, nullable, singleLeg } from '../../data/types/type.ts';
import { typeOfValue } from '../../data/types/column-type.ts';
import { parseTimestamp } from '../../data/types/time/parse.ts';
import type { TemporalClause, TemporalPeriod } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';
import type { Binder, ExpressionEnvironment, QueryEnvironment } from './binder.ts';
import { INSTANT_TARGET } from './bind-type.ts';
import { makeCast } from './cast-type.ts';
import type { BoundExpression } from './expression.ts';
import type { TemporalFilter } from './logical-plan.ts';
import { emptyScope } from './scope.ts';

export interface TablePeriods { readonly valid: TemporalFilter | undefined; readonly system: TemporalFilter | undefined; readonly clampValid: boolean }

/** A point in time as an instant: dates and local timestamps in the session's zone. NULL stays NULL; its meaning depends on the place. */
export function bindInstant(binder: Binder, expression: Expression, environment: QueryEnvironment): BoundExpression {
  const inside: ExpressionEnvironment = { scope: emptyScope(undefined), query: environment, clause: 'a time period', aggregates: undefined, windows: undefined, subqueries: false, caseOperand: undefined };
  return toInstant(refuseColumns(expression, () => binder.expression(expression, inside, INSTANT)), expression.start);
}

function refuseColumns(expression: Expression, bind: () => BoundExpression): BoundExpression {
  try {
    return bind();
  } catch (error) {
    if (error instanceof EngineError && error.code === 'undefined-column') {
      const name = error.message.replace('Column not found: ', '');
      throw new EngineError('undefined-column', `No column reference allowed in table period specification: ${name}`, { position: error.position ?? expression.start, hint: 'Use literals, parameters, or expressions of these.' });
    }
    throw error;
  }
}

/** `position`: where it stands, for errors. */
export function toInstant(expression: BoundExpression, position?: number): BoundExpression {
  if (expression.kind === 'literal' && expression.value === null) return { ...expression, type: nullable(INSTANT) };
  if (singleLeg(expression.type)?.kind === 'timestamptz') return expression;
  return makeCast(expression.kind === 'literal' && typeof expression.value === 'string' ? pointLiteral(expression.value, position) : expression, INSTANT_TARGET, position);
}

/** What stands between quotes where a point in time is wanted need not say its zone: without one it is local, as `DATE '…'` is. */
function pointLiteral(text: string, position: number | undefined): BoundExpression {
  try {
    const value = parseTimestamp(text);
    return { kind: 'literal', value, type: notNull(typeOfValue(value)) };
  } catch (error) {
    throw isEngineError(error) ? error.at(position) : error;
  }
}

export function bindPeriod(binder: Binder, period: TemporalPeriod, environment: QueryEnvironment): TemporalFilter {
  switch (period.kind) {
    case 'all': return { kind: 'all' };
    case 'as-of': return { kind: 'as-of', at: bindInstant(binder, period.at, environment) };
    case 'from-to': case 'between': return { kind: period.kind, from: bindInstant(binder, period.from, environment), to: bindInstant(binder, period.to, environment) };
  }
}

/** The clauses of one table over the defaults. Throws 42601 where an axis stands twice. */
export function bindPeriods(binder: Binder, clauses: readonly TemporalClause[], environment: QueryEnvironment): TablePeriods {
  let valid = environment.defaultValid;
  let system = environment.defaultSystem;
  let clampValid = false;
  const seen = new Set<string>();
  for (const clause of clauses) {
    if (seen.has(clause.axis)) throw new EngineError('syntax-error', `Multiple time period specifications for ${clause.axis.toUpperCase()}_TIME`, { position: clause.start });
    seen.add(clause.axis);
    const filter = bindPeriod(binder, clause.period, environment);
    if (clause.axis === 'valid') {
      valid = filter;
      clampValid = clause.only;
    } else {
      system = filter;
    }
  }
  return { valid, system, clampValid };
}
