/** Types of untyped parameters among the arguments of a call: from the other arguments, or from what the function accepts. */
import { must } from '../../base/assert.ts';
import { lookupScalar } from '../../catalog/registry.ts';
import { commonType } from '../../data/types/common-type.ts';
import { BOOL, FLOAT64, INSTANT, INT32, INT64, TEXT } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { BoundExpression } from './expression.ts';

/** An argument before it is bound. */
export interface Operand {
  /** Whether it is a parameter that still has no type. */
  readonly isOpen: () => boolean;
  /** `expected`: the type that an open parameter takes. */
  readonly bind: (expected?: Type) => BoundExpression;
}

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);
/** A parameter beside an operand takes the operand's type, or the one that its types promote to. */
const SAME_TYPE = new Set([...COMPARISONS, '+', '-', '*', '/', '%', '||', '&', '|', '#', 'is_distinct_from', 'greatest', 'least', 'nullif', 'like', 'ilike', 'like_regex', '~', '~*', '!~', '!~*']);
const TEMPORAL_KINDS = new Set<Type['kind']>(['date', 'timestamp', 'timestamptz']);
const MONTH_DAY: Type = { kind: 'interval', form: 'month-day-micro' };
/** Tried in this order for a parameter that nothing else types. */
const CANDIDATES: readonly Type[] = [TEXT, INT64, FLOAT64, BOOL, INSTANT, INT32];

/** Arguments of one call. `name`: its function. */
export const typeOperands = (name: string, operands: readonly Operand[]): readonly BoundExpression[] =>
  typeOpen(name, operands.map((operand) => (operand.isOpen() ? undefined : operand.bind())), (index, expected) => must(operands[index], 'the operand in this place').bind(expected));

/** The same of arguments that are bound but for the open parameters, which `bind` binds by their place. */
export function typeOpen(name: string, bound: readonly (BoundExpression | undefined)[], bind: (index: number, expected: Type | undefined) => BoundExpression): readonly BoundExpression[] {
  return bound.map((operand, index) => operand ?? bind(index, parameterHint(name, bound, index)));
}

function parameterHint(name: string, bound: readonly (BoundExpression | undefined)[], index: number): Type | undefined {
  if (SAME_TYPE.has(name)) return siblingHint(name, bound);
  const definition = lookupScalar(name);
  if (definition === undefined) return undefined;
  for (const candidate of CANDIDATES) {
    const types = bound.map((arg, at) => (at === index ? candidate : arg === undefined ? TEXT : arg.type.legs[0]));
    try {
      if (definition.resolve(types.map((type) => ({ type }))) !== undefined) return candidate;
    } catch {
      // Not this one: the definition explains why it refuses, which nobody asked for here.
    }
  }
  return undefined;
}

function siblingHint(name: string, bound: readonly (BoundExpression | undefined)[]): Type | undefined {
  for (const sibling of bound) {
    const leg = sibling && commonType(sibling.type);
    if (leg === undefined) continue;
    if ((name === '+' || name === '-') && TEMPORAL_KINDS.has(leg.kind)) return MONTH_DAY;
    return leg;
  }
  return undefined;
}
