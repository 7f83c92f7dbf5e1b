/** IS DISTINCT FROM, and what stands around a value of several types where a condition is wanted. */
import { EngineError } from '../../base/errors.ts';
import { equalForGrouping } from '../../data/types/equality.ts';
import { BOOL } from '../../data/types/type.ts';
import { typeName } from '../../data/types/type-names.ts';
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

const resolveCondition: Resolver = ([arg]) => {
  if (arg?.type?.kind === 'bool') return returning(BOOL, (_, value) => value as Value);
  throw new EngineError('datatype-mismatch', `A condition must be a boolean, found ${typeName(arg?.type)}`, { hint: 'Compare the value with something, or cast it.' });
};

export const CONDITION_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('comparison', {
    name: 'is_distinct_from', arity: 2, nulls: 'handled', resolve: resolveDistinct, signature: 'a IS DISTINCT FROM b → boolean',
    doc: 'Whether the two differ; NULL is equal to NULL only.', example: '1 IS DISTINCT FROM NULL',
  }),
  scalar('comparison', {
    name: 'condition', arity: 1, resolve: resolveCondition, signature: 'CONDITION(x) → boolean',
    doc: 'x, which must be a boolean. Stands around a column of several types where it is used as a condition.', example: 'CONDITION(TRUE)',
  }),
];
