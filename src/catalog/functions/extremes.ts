/** GREATEST and LEAST over any comparable types: the winner keeps its type; NULL if any argument is NULL. */
import { joinAll } from '../../data/types/column-type.ts';
import { notNull } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload, ScalarCall } from '../function.ts';
import { plainComparison } from './comparison.ts';
import { overloadOf, scalar } from './definition.ts';
import { timeOperator } from './time/operators.ts';

/** The comparison of every pair of argument types; undefined if a pair has none. */
function comparisons(operator: string, types: readonly Type[]): readonly (readonly ScalarCall[])[] | undefined {
  const table: ScalarCall[][] = [];
  for (const [row, left] of types.entries()) {
    const calls: ScalarCall[] = [];
    for (const right of types.slice(0, row)) {
      const args = [{ type: right }, { type: left }];
      const overload = timeOperator(operator, args) ?? plainComparison(operator, args);
      if (overload === undefined) return undefined;
      calls.push(overload.call);
    }
    table.push(calls);
  }
  return table;
}

const resolveExtreme = (operator: '>' | '<') => (args: readonly ArgumentType[]): Overload | undefined => {
  const types = args.map((arg) => arg.type).filter((type) => type !== undefined);
  const table = comparisons(operator, types);
  if (table === undefined || types.length < args.length) return undefined;
  const result = joinAll(types.map(notNull));
  const mayRaise = types.some((type) => type.kind === 'interval');
  return overloadOf(result, (context, ...values) => {
    let best = 0;
    for (let at = 1; at < values.length; at++) {
      const keeps = (table[at] as readonly ScalarCall[])[best] as ScalarCall;
      if (keeps(context, values[best] as Value, values[at] as Value) !== true) best = at;
    }
    return values[best] as Value;
  }, { mayRaise });
};

export const EXTREME_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('comparison', { name: 'greatest', arity: [1, Infinity], resolve: resolveExtreme('>'), signature: 'GREATEST(x, …)', doc: 'The greatest argument; NULL if one is NULL.', example: 'GREATEST(1, 3, 2)' }),
  scalar('comparison', { name: 'least', arity: [1, Infinity], resolve: resolveExtreme('<'), signature: 'LEAST(x, …)', doc: 'The least argument; NULL if one is NULL.', example: 'LEAST(1, 3, 2)' }),
];
