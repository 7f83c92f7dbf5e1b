import { expect, test } from 'vitest';
import { INT32, INT64, notNull, nullable, TEXT, type Type } from '../../data/types/type.ts';
import { columnsAsTold, wireColumns } from './wire-type.ts';

const id = { name: '_id', type: notNull(INT64) };
const text = { name: 'doc', type: nullable(TEXT) };
const struct = { name: 'doc', type: nullable({ kind: 'struct', fields: [] }) };

test('a column that was told as text may come as anything, others only as told', () => {
  const told = wireColumns([id, text], 'json');
  expect(columnsAsTold(told, wireColumns([id, struct], 'json'))).toBe(told);
  expect(columnsAsTold(told, told)).toBe(told);
  expect(columnsAsTold(wireColumns([id, struct], 'json'), told)).toBeUndefined();
  expect(columnsAsTold(told, wireColumns([id], 'json'))).toBeUndefined();
  expect(columnsAsTold(told, wireColumns([id, { ...struct, name: 'other' }], 'json'))).toBeUndefined();
});

test('lists of integers, OIDs and text are arrays, of everything else documents', () => {
  const list = (...legs: Type[]): number | undefined => wireColumns([{ name: 'l', type: notNull({ kind: 'list', element: { legs, nullable: true } }) }], 'json')[0]?.wire.oid;
  expect([list({ kind: 'oid' }), list(INT64), list(INT32), list(INT32, INT64), list(TEXT)]).toEqual([1028, 1016, 1007, 1016, 1009]);
  expect([list({ kind: 'oid' }, INT64), list({ kind: 'bool' }), list()]).toEqual([114, 114, 114]);
});
