/** Fields: what `.name`, `-> 'name'` and `#> ARRAY['name']` lead to, in structs and in errors. */
import { INT64, INSTANT, notNull, nullable, TEXT } from './type.ts';
import type { StructField, Type } from './type.ts';
import { isStruct, isTagged } from './value.ts';
import type { ErrorValue, Value } from './value.ts';

/** An error of a transaction: what went wrong, and in which statement of which transaction. */
const ERROR_FIELDS: readonly StructField[] = [
  { name: 'category', type: notNull(TEXT) },
  { name: 'code', type: notNull(TEXT) },
  { name: 'message', type: notNull(TEXT) },
  { name: 'sql', type: nullable(TEXT) },
  { name: 'tx-op-idx', type: nullable(INT64) },
  { name: 'tx-key', type: nullable({ kind: 'struct', fields: [{ name: 'tx-id', type: notNull(INT64) }, { name: 'system-time', type: notNull(INSTANT) }] }) },
];

/** Undefined where values of the type have no such field. */
export function fieldOfType(type: Type, name: string): StructField | undefined {
  const fields = type.kind === 'struct' ? type.fields : type.kind === 'error' ? ERROR_FIELDS : [];
  return fields.find((field) => field.name === name);
}

/** NULL where the value has no such field. */
export function fieldOfValue(value: Value, name: string): Value {
  if (isStruct(value)) return value.get(name) ?? null;
  return isTagged(value) && value.kind === 'error' ? fieldOfError(value, name) : null;
}

function fieldOfError(error: ErrorValue, name: string): Value {
  switch (name) {
    case 'category': case 'code': case 'message': return error[name];
    default: return error.data.get(name) ?? null;
  }
}
