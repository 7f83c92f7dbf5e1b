/**
 * A literal whose value nobody need know: what can do with its type asks for the type, and who reads the value is found out.
 */
import type { Value } from '../../data/types/value.ts';
import type { LiteralExpression } from './ast-expression.ts';

export class TracedLiteral implements LiteralExpression {
  readonly kind = 'literal';
  readonly start: number;
  readonly end: number;
  readonly isNegative: boolean;
  readonly #value: Value;
  #isRead = false;

  constructor(value: Value, isNegative: boolean, start: number, end: number) {
    this.#value = value;
    this.isNegative = isNegative;
    this.start = start;
    this.end = end;
  }

  /** Reading it makes whatever is made of the tree good for this one value only. */
  get value(): Value {
    this.#isRead = true;
    return this.#value;
  }

  get isRead(): boolean { return this.#isRead; }

  get type(): 'integer' | 'float' | 'text' {
    return typeof this.#value === 'bigint' ? 'integer' : typeof this.#value === 'number' ? 'float' : 'text';
  }
}
