/**
 * Types of parameters: declared, or found from the expressions around them, in the order declared > expression > column > CREATE TABLE > text.
 *
 * A statement is bound twice when the first time found something: what stands around a late use also types an early one.
 */
import type { ColumnType, Type } from '../../data/types/type.ts';
import { nullable, TEXT } from '../../data/types/type.ts';
import type { BindContext } from './bound-query.ts';

/** A parameter that is to be stored in a column and that nothing gave a type. */
export interface UntypedParameter { readonly index: number; readonly column: string; readonly position: number }

export interface ParameterTypes {
  /** The type of the parameter in this place. `expected` is what the place says. */
  use(index: number, expected: Type | undefined): ColumnType;
  /** Whether the parameter is still without a type, so that a place may give it one. */
  isOpen(index: number): boolean;
  /** Remembers for which column an open parameter is meant. */
  meantFor(parameter: UntypedParameter): void;
  untyped(): readonly UntypedParameter[];
  /** By index; undefined for parameters that are not used. */
  result(): (Type | undefined)[];
  /** What was found beside the declared types, for the second round. */
  found(): (Type | undefined)[];
}

export function trackParameterTypes(context: BindContext, before: readonly (Type | undefined)[]): ParameterTypes {
  const used: (Type | undefined)[] = [];
  const found: (Type | undefined)[] = [...before];
  const meant: UntypedParameter[] = [];
  const known = (index: number): Type | undefined => context.parameterTypes[index] ?? found[index];
  return {
    use(index, expected) {
      let type = known(index);
      if (type === undefined && expected !== undefined) {
        type = expected;
        found[index] = expected;
      }
      used[index] = type ?? TEXT;
      return nullable(type ?? TEXT);
    },
    isOpen: (index) => known(index) === undefined,
    meantFor: (parameter) => { meant.push(parameter); },
    untyped: () => meant.filter((parameter) => known(parameter.index) === undefined),
    result: () => [...used],
    found: () => found,
  };
}
