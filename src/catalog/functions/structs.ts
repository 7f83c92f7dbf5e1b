/** The arrow operators into structs and lists: literal field names, and positions that count from 0. */
import { EngineError } from '../../base/errors.ts';
import { fieldOfType, fieldOfValue } from '../../data/types/fields.ts';
import { formatValue } from '../../data/types/format.ts';
import { toJson } from '../../data/types/json.ts';
import { NULL_TYPE, nullable, TEXT, withNull } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import { joinAll } from '../../data/types/column-type.ts';
import type { Value } from '../../data/types/value.ts';
import type { FunctionDefinition } from '../function.ts';
import { overloadOf, scalar } from './definition.ts';
import type { Resolver } from './definition.ts';

/** What a step of a path leads to; no legs where it leads nowhere. */
function typeAfter(type: Type, step: Value): ColumnType {
  if (type.kind === 'list' && isPosition(step)) return type.element;
  return typeof step === 'string' ? fieldOfType(type, step)?.type ?? NULL_TYPE : NULL_TYPE;
}

const isPosition = (step: Value): boolean => typeof step === 'bigint' || (typeof step === 'object' && step !== null && 'kind' in step && step.kind === 'int') || (typeof step === 'string' && /^-?\d+$/.test(step));

function follow(value: Value, step: Value): Value {
  if (!Array.isArray(value)) return typeof step === 'string' ? fieldOfValue(value, step) : null;
  if (!isPosition(step)) return null;
  const position = typeof step === 'object' ? (step as { readonly value: number }).value : Number(step);
  return (value as readonly Value[]).at(position) ?? null;
}

/** Text as it is, documents as JSON, anything else as its canonical text. */
function asText(value: Value): Value {
  if (value === null) return null;
  return Array.isArray(value) || value instanceof Map ? toJson(value) : formatValue(value);
}

const resultOf = (type: ColumnType, toText: boolean): ColumnType => (type.legs.length === 0 ? NULL_TYPE : toText ? nullable(TEXT) : withNull(type));

const resolveArrow = (operator: string, toText: boolean): Resolver => ([subject, step]) => {
  if (subject?.type === undefined) return undefined;
  if (step?.literal === undefined) throw nonLiteral(operator, 'a literal field name or position');
  const { literal } = step;
  const result = resultOf(typeAfter(subject.type, literal), toText);
  return overloadOf(result, toText ? (_, value) => asText(follow(value as Value, literal)) : (_, value) => follow(value as Value, literal));
};

const resolvePath = (operator: string, toText: boolean): Resolver => ([subject, path]) => {
  if (subject?.type === undefined) return undefined;
  const steps = path?.literal;
  if (!Array.isArray(steps)) throw nonLiteral(operator, 'a path of literals such as ARRAY[\'a\', \'b\']');
  let type: ColumnType = { legs: [subject.type], nullable: true };
  for (const step of steps as readonly Value[]) type = joinAll(type.legs.map((leg) => typeAfter(leg, step)));
  const walk = (value: Value): Value => (steps as readonly Value[]).reduce<Value>(follow, value);
  return overloadOf(resultOf(type, toText), toText ? (_, value) => asText(walk(value as Value)) : (_, value) => walk(value as Value));
};

const nonLiteral = (operator: string, expected: string): EngineError => new EngineError('unsupported', `${operator} needs ${expected} on its right side`);

const arrow = (name: string, resolve: Resolver, doc: string, example: string): FunctionDefinition =>
  scalar('document', { name, arity: 2, resolve, signature: name.startsWith('#') ? `document ${name} ARRAY[step, …]` : `document ${name} 'field' | document ${name} position`, doc, example });

export const STRUCT_FUNCTIONS: readonly FunctionDefinition[] = [
  arrow('->', resolveArrow('->', false), 'A field of a struct or error, or an item of a list counted from 0; NULL where there is none.', "{a: 1} -> 'a'"),
  arrow('->>', resolveArrow('->>', true), 'The same as text.', "{a: 1} ->> 'a'"),
  arrow('#>', resolvePath('#>', false), 'What a path of fields and positions leads to.', "{a: {b: 1}} #> ARRAY['a', 'b']"),
  arrow('#>>', resolvePath('#>>', true), 'The same as text.', "{a: {b: 1}} #>> ARRAY['a', 'b']"),
];

