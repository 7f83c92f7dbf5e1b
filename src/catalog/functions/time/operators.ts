/** Operators on time kinds: arithmetic and comparison. */
import type { ArgumentType, Overload } from '../../function.ts';

/** The overload of an operator symbol (or `abs`) for arguments of which at least one is of a time kind; undefined if there is none. */
export function timeOperator(_name: string, _args: readonly ArgumentType[]): Overload | undefined {
  return undefined;
}
