/**
 * Whether a column type has room for a value as it is: the same as joining the value's own type and finding nothing changed, without
 * building a type.
 *
 *     {a: i64, b: utf8?} holds {a: 1}      not {b: 'x'}, which lacks a      not {a: 1, c: 2}, which brings c
 */
import { equalTypes, typeOfValue } from './column-type.ts';
import type { ColumnType, StructField, Type } from './type.ts';
import { isTagged, type StructValue, type Value } from './value.ts';

export function holdsValue({ legs, nullable }: ColumnType, value: Value): boolean {
  if (value === null) return nullable;
  for (const leg of legs) if (legHolds(leg, value)) return true;
  return false;
}

function legHolds(leg: Type, value: Exclude<Value, null>): boolean {
  switch (leg.kind) {
    case 'text': return typeof value === 'string';
    case 'bool': return typeof value === 'boolean';
    case 'list': return Array.isArray(value) && everyHeld(leg.element, value as readonly Value[]);
    case 'set': return isTagged(value) && value.kind === 'set' && everyHeld(leg.element, value.items);
    case 'struct': return value instanceof Map && structHolds(leg.fields, value as StructValue);
    default: return !isNested(value) && equalTypes(leg, typeOfValue(value));
  }
}

const isNested = (value: Exclude<Value, null>): boolean => Array.isArray(value) || value instanceof Map;

function everyHeld(element: ColumnType, items: readonly Value[]): boolean {
  for (const item of items) if (!holdsValue(element, item)) return false;
  return true;
}

/** Structs of one place mostly have the same fields in the same order: a field is looked for where it should be first. */
function structHolds(fields: readonly StructField[], value: StructValue): boolean {
  let at = 0;
  for (const [name, item] of value) {
    const here = fields[at];
    const field = here?.name === name ? here : fields.find((other) => other.name === name);
    if (field === undefined || !holdsValue(field.type, item)) return false;
    at += 1;
  }
  return at === fields.length || fields.every(({ name, type }) => type.nullable || value.has(name));
}
