import { expect, test } from 'vitest';
import { INT64, notNull, nullable, TEXT } from '../../data/types/type.ts';
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
