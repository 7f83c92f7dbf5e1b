/** Functions of numbers. */
import { asBigInt, asDouble, floatOf, intOf, isNumericType } from '../../data/types/numeric.ts';
import type { Decimal, Value } from '../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../function.ts';
import { returning, scalar } from './definition.ts';
import { timeOperator } from './time/operators.ts';

function resolveAbs(args: readonly ArgumentType[]): Overload | undefined {
  const type = args[0]?.type;
  if (!isNumericType(type)) return timeOperator('abs', args);
  switch (type.kind) {
    case 'int': return returning(type, (_, x) => { const value = asBigInt(x as Value); return intOf(value < 0n ? -value : value, type.bits); }, { mayRaise: true });
    case 'float': return returning(type, (_, x) => floatOf(Math.abs(asDouble(x as Value)), type.bits));
    case 'decimal': return returning(type, (_, x) => { const value = x as Decimal; return value.unscaled < 0n ? { ...value, unscaled: -value.unscaled } : value; });
  }
}

export const NUMERIC_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('numeric', { name: 'abs', arity: 1, resolve: resolveAbs, signature: 'ABS(x)', doc: 'Magnitude of a number, duration or interval.', example: 'ABS(-3)' }),
];
