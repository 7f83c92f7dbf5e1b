/** Aggregates that collect: ARRAY_AGG, STRING_AGG, BOOL_AND, BOOL_OR. Rows arrive in the order that the call asks for. */
import { EngineError } from '../../base/errors.ts';
import { listOf } from '../../data/types/column-type.ts';
import { formatValue } from '../../data/types/format.ts';
import { ednOfColumnType } from '../../data/types/edn.ts';
import { BOOL, NULL_TYPE, nullable, TEXT } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { Accumulator, AggregateDefinition } from '../function.ts';
import { aggregate } from './definition.ts';

/** NULLs are kept; NULL, not an empty list, when there was no row. */
class Collect implements Accumulator {
  readonly #items: Value[] = [];
  add(value: Value): void { this.#items.push(value); }
  result(): Value { return this.#items.length === 0 ? null : this.#items; }
}

class JoinText implements Accumulator {
  #text: string | null = null;
  add(value: Value, delimiter: Value): void {
    if (value === null) return;
    this.#text = this.#text === null ? formatValue(value) : `${this.#text}${typeof delimiter === 'string' ? delimiter : ''}${formatValue(value)}`;
  }
  result(): Value { return this.#text; }
}

/** NULLs do not count; NULL when there was nothing else. */
class Quantified implements Accumulator {
  readonly #decisive: boolean;
  #result: boolean | null = null;
  constructor(decisive: boolean) { this.#decisive = decisive; }
  add(value: Value): void {
    if (value === null || this.#result === this.#decisive) return;
    this.#result = value === true;
  }
  result(): Value { return this.#result; }
}

const onBooleans = (name: string, aliases: readonly string[], decisive: boolean, doc: string): AggregateDefinition => aggregate({
  name, aliases, signature: `${name.toUpperCase()}(condition) → boolean`, doc, example: `${name.toUpperCase()}(x > 0)`,
  resolve: ([type = NULL_TYPE]) => {
    if (!type.legs.every((leg) => leg.kind === 'bool')) throw new EngineError('datatype-mismatch', `${name.toUpperCase()} takes a boolean, found ${ednOfColumnType(type)}`);
    return { result: nullable(BOOL), create: () => new Quantified(decisive) };
  },
});

function checkDelimiter(type: ColumnType): void {
  if (!type.legs.every((leg) => leg.kind === 'text')) throw new EngineError('datatype-mismatch', `The delimiter of STRING_AGG must be text, found ${ednOfColumnType(type)}`);
}

export const COLLECTING_AGGREGATES: readonly AggregateDefinition[] = [
  aggregate({
    name: 'array_agg', resolve: ([type = NULL_TYPE]) => ({ result: nullable(listOf(type)), create: () => new Collect(), keepsRows: true }),
    signature: 'ARRAY_AGG([DISTINCT] x [ORDER BY …]) → list', doc: 'The values as a list, NULLs included; NULL without rows.', example: 'ARRAY_AGG(x ORDER BY x)',
  }),
  aggregate({
    name: 'string_agg', arity: [2, 2], signature: 'STRING_AGG([DISTINCT] x, delimiter [ORDER BY …]) → text', doc: 'The texts of the values with the delimiter between them; NULLs are left out.', example: "STRING_AGG(x, ', ' ORDER BY x)",
    resolve: ([, delimiter = NULL_TYPE]) => { checkDelimiter(delimiter); return { result: nullable(TEXT), create: () => new JoinText(), keepsRows: true }; },
  }),
  onBooleans('bool_and', ['every'], false, 'Whether every condition is true.'),
  onBooleans('bool_or', [], true, 'Whether any condition is true.'),
];
