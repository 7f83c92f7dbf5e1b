/** Expressions that build lists and structs or look into them. */
import { resolveCall } from '../../catalog/resolve-call.ts';
import { joinAll } from '../../data/types/column-type.ts';
import { fieldOfValue } from '../../data/types/fields.ts';
import { type ColumnType, NULL_TYPE, withNull } from '../../data/types/type.ts';
import { isList, isTagged, type ListValue, type Value } from '../../data/types/value.ts';
import { vectorReader } from '../../data/vector/reader.ts';
import type { Vector } from '../../data/vector/vector.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { Evaluator, ExpressionContext } from './evaluator.ts';
import { scalarNamed } from './functions.ts';
import { positioned } from './lift.ts';
import { mapRows } from './logic.ts';

/** A field of a struct or error; NULL where there is none. */
export const fieldEvaluator = (type: ColumnType, arg: Evaluator, name: string): Evaluator => ({
  type,
  evaluate(batch, scope): Vector {
    const read = vectorReader(arg.evaluate(batch, scope));
    return mapRows(batch, (row) => fieldOfValue(read(row), name));
  },
});

export const listEvaluator = (type: ColumnType, items: readonly Evaluator[]): Evaluator => ({
  type,
  evaluate(batch, scope): Vector {
    const readers = items.map((item) => vectorReader(item.evaluate(batch, scope)));
    return mapRows(batch, (row) => readers.map((read) => read(row)));
  },
});

export const structEvaluator = (type: ColumnType, fields: readonly { readonly name: string; readonly value: Evaluator }[]): Evaluator => ({
  type,
  evaluate(batch, scope): Vector {
    const readers = fields.map(({ name, value }) => [name, vectorReader(value.evaluate(batch, scope))] as const);
    return mapRows(batch, (row) => {
      const struct = new Map<string, Value>();
      for (const [name, read] of readers) struct.set(name, read(row));
      return struct;
    });
  },
});

/** Items of a list or set; undefined for anything else. */
export function itemsOf(value: Value): ListValue | undefined {
  if (isList(value)) return value;
  return isTagged(value) && value.kind === 'set' ? value.items : undefined;
}

function elementType(list: ColumnType): ColumnType {
  return withNull(joinAll(list.legs.map((leg) => (leg.kind === 'list' || leg.kind === 'set' ? leg.element : NULL_TYPE))));
}

/** x op ANY/ALL (list): NULL list → NULL; empty → FALSE for ANY, TRUE for ALL. */
export function quantifiedListEvaluator(expression: Extract<BoundExpression, { kind: 'quantified-list' }>, arg: Evaluator, list: Evaluator, context: ExpressionContext): Evaluator {
  const compare = resolveCall(scalarNamed(expression.comparison), [expression.arg.type, elementType(expression.list.type)]).call;
  const decisive = expression.quantifier === 'any';
  const test = (value: Value, items: ListValue): Value => {
    let result: Value = !decisive;
    for (const item of items) {
      const holds = value === null || item === null ? null : compare(context.evaluation, value, item);
      if (holds === decisive) return decisive;
      if (holds === null) result = null;
    }
    return result;
  };
  return {
    type: expression.type,
    evaluate(batch, scope): Vector {
      const readValue = vectorReader(arg.evaluate(batch, scope));
      const readList = vectorReader(list.evaluate(batch, scope));
      try {
        return mapRows(batch, (row) => { const items = itemsOf(readList(row)); return items === undefined ? null : test(readValue(row), items); });
      } catch (error) {
        throw positioned(error, expression.position);
      }
    },
  };
}
