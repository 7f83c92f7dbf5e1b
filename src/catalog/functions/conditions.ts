/** IS DISTINCT FROM. */
import { BOOL } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { FunctionDefinition } from '../function.ts';
import { plainComparison } from './comparison.ts';
import { returning, scalar } from './definition.ts';
import type { Resolver } from './definition.ts';
import { timeOperator } from './time/operators.ts';

/** NULL is a value like another here; inside lists and structs it still makes the answer unknown, which counts as distinct. */
const resolveDistinct: Resolver = (args) => {
  const [left, right] = args;
  if (left?.type === undefined || right?.type === undefined) return returning(BOOL, (_, a, b) => (a === null) !== (b === null));
  const equal = timeOperator('=', args) ?? plainComparison('=', args);
  if (equal === undefined) return undefined;
  return returning(BOOL, (context, a, b) => equal.call(context, a as Value, b as Value) !== true, { mayRaise: equal.mayRaise });
};

export const CONDITION_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('comparison', {
    name: 'is_distinct_from', arity: 2, nulls: 'handled', resolve: resolveDistinct, signature: 'a IS DISTINCT FROM b → boolean',
    doc: 'Whether the two differ; NULL is equal to NULL only.', example: '1 IS DISTINCT FROM NULL',
  }),
];
