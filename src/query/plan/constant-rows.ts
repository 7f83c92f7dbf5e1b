/**
 * Rows of an INSERT that are there already: literals, parameters, and lists and structs of them. Such an INSERT needs neither a plan nor
 * operators; its rows are the same values that the operators would give.
 *
 *   project v1, v2                      rows [[v1, v2], …] with the parameters put in
 *     └─ values (1, 'a'), ($1, $2)  ═▶
 */
import type { Value } from '../../data/types/value.ts';
import { unreachable } from '../../base/assert.ts';
import type { BoundExpression } from './expression.ts';
import type { LogicalPlan } from './logical-plan.ts';

type Constant = Extract<BoundExpression, { readonly kind: 'literal' | 'parameter' | 'list' | 'struct' }>;

export type ConstantRow = readonly Constant[];

/** The rows of a plan that are constant in this sense, in order; undefined when something in them must be computed. */
export function constantRowsOf(plan: LogicalPlan): readonly ConstantRow[] | undefined {
  if (plan.kind !== 'project' || plan.input.kind !== 'values') return undefined;
  const { columns, rows } = plan.input;
  const isCopy = plan.columns.length === columns.length && plan.columns.every(({ expression }, index) => expression.kind === 'column' && expression.id === columns[index]?.id);
  return isCopy && rows.every(isConstantRow) ? rows as readonly ConstantRow[] : undefined;
}

const isConstantRow = (row: readonly BoundExpression[]): row is ConstantRow => row.every(isConstant);

function isConstant(expression: BoundExpression): expression is Constant {
  switch (expression.kind) {
    case 'literal': return true;
    case 'parameter': return expression.index >= 0;
    case 'list': return expression.items.every(isConstant);
    case 'struct': return expression.fields.every(({ value }) => isConstant(value));
    default: return false;
  }
}

/** A parameter that was not given is NULL. */
export function constantRow(row: ConstantRow, parameters: readonly Value[]): Value[] {
  const values: Value[] = new Array<Value>(row.length);
  for (let column = 0; column < row.length; column++) values[column] = constantValue(row[column] as Constant, parameters);
  return values;
}

function constantValue(expression: Constant, parameters: readonly Value[]): Value {
  switch (expression.kind) {
    case 'literal': return expression.value;
    case 'parameter': return parameters[expression.index] ?? null;
    case 'list': return expression.items.map((item) => constantValue(item as Constant, parameters));
    case 'struct': {
      const fields = new Map<string, Value>();
      for (const { name, value } of expression.fields) fields.set(name, constantValue(value as Constant, parameters));
      return fields;
    }
    default: return unreachable(expression, 'a constant');
  }
}
