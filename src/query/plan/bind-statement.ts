/**
 * Entry points of the binder: syntax tree → bound query.
 *
 *   bindQuery     SETTING …, query           bindSettings   only SETTING, before there is a snapshot
 *   bindScalar    one expression without names: options of BEGIN, arguments of EXECUTE
 */
import type { EvaluationContext } from '../../catalog/function.ts';
import type { Type } from '../../data/types/type.ts';
import { TEXT } from '../../data/types/type.ts';
import type { QuerySetting, QueryStatement } from '../sql/ast.ts';
import type { Expression } from '../sql/ast-expression.ts';
import { bindExpression } from './bind-expression.ts';
import { bindQueryExpression } from './bind-query.ts';
import { bindInstant, bindPeriod } from './bind-temporal.ts';
import type { Binder, BoundSortItem, QueryEnvironment } from './binder.ts';
import { plainEnvironment, sortDirection } from './binder.ts';
import { NO_SETTINGS } from './bound-query.ts';
import type { BindContext, BoundQuery, QuerySettings } from './bound-query.ts';
import type { BoundExpression } from './expression.ts';
import { LiteralLifter } from './lifted-literals.ts';
import { outputColumns } from './plan-tree.ts';
import { trackParameterTypes } from './parameter-types.ts';
import { NO_ENVIRONMENT } from './query-environment.ts';
import { emptyScope } from './scope.ts';

function makeBinder(context: BindContext, found: readonly (Type | undefined)[]): Binder {
  const lastIds = { column: 0, plan: 0 };
  const binder: Binder = {
    context,
    parameters: trackParameterTypes(context, found),
    lifter: context.lifting === undefined ? undefined : new LiteralLifter(context.lifting),
    usedTables: new Map(),
    notices: [],
    views: { open: new Set(), useCount: 0 },
    lastIds,
    newId: () => ++lastIds.plan,
    newColumn: (name, type) => ({ id: ++lastIds.column, name, type }),
    expression: (expression, environment, expected) => bindExpression(binder, expression, environment, expected),
    query: (query, environment) => bindQueryExpression(binder, query, environment),
    sortItems: (items, environment) => items.map((item): BoundSortItem => ({ expression: binder.expression(item.expression, environment), ...sortDirection(item) })),
  };
  return binder;
}

/** Binds with a fresh binder, and again when parameters got their types only from a later use. */
export function withBinder<T>(context: BindContext, bind: (binder: Binder) => T): { readonly result: T; readonly binder: Binder } {
  const first = makeBinder(context, []);
  let result: T;
  try {
    result = bind(first);
  } catch (error) {
    // A parameter that was read as text may have been typed by what stands after it.
    if (first.parameters.found().every((type) => type === undefined)) throw error;
    const second = makeBinder(context, first.parameters.found());
    return { result: bind(second), binder: second };
  }
  if (first.parameters.found().every((type) => type === undefined)) return { result, binder: first };
  const second = makeBinder(context, first.parameters.found());
  return { result: bind(second), binder: second };
}

export function bindQuery(statement: QueryStatement, context: BindContext): BoundQuery {
  const { result, binder } = withBinder(context, (inner) => {
    const settings = settingsOf(inner, statement.settings);
    const query = bindQueryExpression(inner, statement.query, defaultPeriods(inner, statement.settings));
    return { settings, query };
  });
  return boundQuery(binder, result.query.plan, result.settings);
}

/** The plan with what is known about the statement. Tells the client its notices, and for which columns parameters were taken as text. */
export function boundQuery(binder: Binder, plan: BoundQuery['plan'], settings: QuerySettings = NO_SETTINGS): BoundQuery {
  for (const notice of binder.notices) binder.context.onNotice(notice);
  for (const { index, column, position } of binder.parameters.untyped()) {
    binder.context.onNotice({
      message: `Parameter $${index + 1} for column ${column} is taken as text: neither the client nor the table says its type`, position,
      hint: `Declare it in the client, cast it ($${index + 1}::bigint), or give the column a type with CREATE TABLE.`,
    });
  }
  return {
    plan, lastIds: { ...binder.lastIds }, settings, parameters: binder.parameters.result(), usedTables: [...binder.usedTables.values()], literals: binder.lifter?.result(),
    columns: outputColumns(plan).map((column) => ({ name: column.name, type: column.type })),
  };
}

function defaultPeriods(binder: Binder, settings: readonly QuerySetting[]): QueryEnvironment {
  let environment = NO_ENVIRONMENT;
  for (const setting of settings) {
    if (setting.kind !== 'default-time') continue;
    const period = bindPeriod(binder, setting.period, NO_ENVIRONMENT);
    environment = setting.axis === 'valid' ? { ...environment, defaultValid: period } : { ...environment, defaultSystem: period };
  }
  return environment;
}

function settingsOf(binder: Binder, settings: readonly QuerySetting[]): QuerySettings {
  let bound = NO_SETTINGS;
  for (const setting of settings) {
    if (setting.kind !== 'value') continue;
    const text = (): BoundExpression => binder.expression(setting.value, plainEnvironment(emptyScope(undefined), NO_ENVIRONMENT, 'SETTING'), TEXT);
    switch (setting.name) {
      case 'snapshot_token': bound = { ...bound, snapshotToken: text() }; break;
      case 'await_token': bound = { ...bound, awaitToken: text() }; break;
      case 'snapshot_time': bound = { ...bound, snapshotTime: bindInstant(binder, setting.value, NO_ENVIRONMENT) }; break;
      case 'clock_time': bound = { ...bound, clockTime: bindInstant(binder, setting.value, NO_ENVIRONMENT) }; break;
    }
  }
  return bound;
}

const NO_CATALOG: BindContext['catalog'] = { databaseName: '', table: () => undefined, tables: () => [] };

/** SETTING of a query, which needs no catalog: it says which snapshot the catalog is to be taken from. */
export function bindSettings(statement: QueryStatement, evaluation: EvaluationContext, parameterTypes: readonly (Type | undefined)[]): QuerySettings {
  const context: BindContext = { catalog: NO_CATALOG, defaultSchema: 'public', parameterTypes, columnHint: () => undefined, evaluation, onNotice: () => undefined };
  return withBinder(context, (binder) => settingsOf(binder, statement.settings)).result;
}

/** An expression without columns and subqueries. `expected` types a parameter that stands alone. */
export function bindScalar(expression: Expression, evaluation: EvaluationContext, parameterTypes: readonly (Type | undefined)[], expected?: Type): BoundExpression {
  const context: BindContext = { catalog: NO_CATALOG, defaultSchema: 'public', parameterTypes, columnHint: () => undefined, evaluation, onNotice: () => undefined };
  return withBinder(context, (binder) => binder.expression(expression, { ...plainEnvironment(emptyScope(undefined), NO_ENVIRONMENT, 'an option'), subqueries: false }, expected)).result;
}
