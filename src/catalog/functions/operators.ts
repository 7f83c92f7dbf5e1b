/**
 * Operator symbols. One definition per symbol asks the providers in turn for an overload: numbers, time, text and bytes.
 */
import type { ArgumentType, FunctionDefinition, Overload } from '../function.ts';
import { numericOperator } from './arithmetic.ts';
import { COMPARISON_OPERATORS, plainComparison } from './comparison.ts';
import { scalar } from './definition.ts';
import { timeOperator } from './time/operators.ts';

type Provider = (operator: string, args: readonly ArgumentType[]) => Overload | undefined;

const resolveBy = (operator: string, providers: readonly Provider[]) => (args: readonly ArgumentType[]): Overload | undefined => {
  for (const provider of providers) {
    const overload = provider(operator, args);
    if (overload !== undefined) return overload;
  }
  return undefined;
};

interface BinaryParts { readonly name: string; readonly aliases?: readonly string[]; readonly doc: string; readonly example: string }

const arithmetic = ({ name, aliases = [], doc, example }: BinaryParts): FunctionDefinition => scalar('arithmetic', {
  name, aliases, arity: 2, resolve: resolveBy(name, [numericOperator, timeOperator]), signature: `a ${name} b`, doc, example,
});

const COMPARISON_DOCS: Readonly<Record<string, string>> = {
  '=': 'Equal. FALSE between unrelated types, three-valued inside lists and structs.', '<>': 'Not equal.',
  '<': 'Less than.', '<=': 'Less than or equal.', '>': 'Greater than.', '>=': 'Greater than or equal.',
};

const comparison = (name: string): FunctionDefinition => scalar('comparison', {
  name, aliases: name === '<>' ? ['!='] : [], arity: 2, resolve: resolveBy(name, [timeOperator, plainComparison]),
  signature: `a ${name} b → boolean`, doc: COMPARISON_DOCS[name] ?? '', example: `1 ${name} 2`,
});

export const OPERATORS: readonly FunctionDefinition[] = [
  arithmetic({ name: '+', doc: 'Sum. Integers overflow with an error; points in time take durations and intervals.', example: '1 + 2' }),
  arithmetic({ name: '-', doc: 'Difference. Of two dates: days; of two timestamps: a duration.', example: '3 - 1' }),
  arithmetic({ name: '*', doc: 'Product. Of two periods: what they share, or NULL.', example: '2 * 3' }),
  arithmetic({ name: '/', doc: 'Quotient. Of two integers: truncated towards zero. Division by zero raises, for floats too.', example: '7 / 2' }),
  arithmetic({ name: '%', aliases: ['mod'], doc: 'Floored modulus: the sign is that of the divisor.', example: '-7 % 3' }),
  ...COMPARISON_OPERATORS.map(comparison),
];
