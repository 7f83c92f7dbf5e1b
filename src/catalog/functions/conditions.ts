/** IS DISTINCT FROM. */
import { equalForGrouping } from '../../data/types/equality.ts';
import { BOOL } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { FunctionDefinition } from '../function.ts';
import { plainComparison } from './comparison.ts';
import { returning, scalar } from './definition.ts';
import type { Resolver } from './definition.ts';
import { timeOperator } from './time/operators.ts';

/** NULL is a value like another here, also inside lists and structs. Text beside a point in time is text: a literal is not read as one. */
const resolveDistinct: Resolver = (args) => {
  const [left, right] = args;
  if (left?.type === undefined || right?.type === undefined) return returning(BOOL, (_, a, b) => (a === null) !== (b === null));
  const types = [{ type: left.type }, { type: right.type }];
  const equal = timeOperator('=', types) ?? plainComparison('=', types);
  if (equal === undefined) return undefined;
  return returning(BOOL, (context, a, b) => {
    if (a === null || b === null) return a !== b;
    return !(equal.call(context, a as Value, b as Value) ?? equalForGrouping(a as Value, b as Value));
  }, { mayRaise: equal.mayRaise });
};

export const CONDITION_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('comparison', {
    name: 'is_distinct_from', arity: 2, nulls: 'handled', resolve: resolveDistinct, signature: 'a IS DISTINCT FROM b → boolean',
    doc: 'Whether the two differ; NULL is equal to NULL only.', example: '1 IS DISTINCT FROM NULL',
  }),
];
