import { expect, test } from 'vitest';
import { ednOfColumnType } from '../../data/types/edn.ts';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';
import type { Value } from '../../data/types/value.ts';
import type { TableChange } from '../event.ts';
import { TableState } from './table-state.ts';

const place = { schema: 'public', table: 't' } as const;
const put: TableChange = { kind: 'events', ...place, events: [{ op: 'put', id: 1n, validFrom: 0n, validTo: MICROS_MAX, document: new Map<string, Value>([['_id', 1n], ['a', 'x']]) }] };
const remove: TableChange = { kind: 'events', ...place, events: [{ op: 'delete', id: 1n, validFrom: MICROS_MIN, validTo: MICROS_MAX, document: null }] };
const erase: TableChange = { kind: 'events', ...place, events: [{ op: 'erase', id: 1n, validFrom: MICROS_MIN, validTo: MICROS_MAX, document: null }] };
const drop: TableChange = { kind: 'drop', ...place };
const declare: TableChange = { kind: 'declare', ...place, columns: [{ name: 'a', typeName: 'TEXT' }] };

/** The columns after the changes; `again`: by a writer that begins with what the one before published, as after a restart. */
function columnsAfter(changes: readonly TableChange[], again: boolean): string {
  let state = new TableState('public', 't');
  for (const [index, change] of changes.entries()) {
    state.apply(change, index + 1, BigInt(index + 1));
    const version = state.publish();
    if (again) state = new TableState('public', 't', version);
  }
  return Array.from(state.publish().columns, ([name, type]) => `${name} ${ednOfColumnType(type)}`).join(', ');
}

test.each<[string, TableChange[], string]>([
  ['a table', [put], '_id :i64, a :utf8'],
  ['a declared table', [declare, put], '_id :i64, a :utf8'],
  ['a table that was dropped', [put, remove, drop, put], '_id :i64, a :utf8'],
  ['a table that was erased when it was dropped', [put, remove, drop, erase, put], '_id :i64, a :utf8'],
  ['a table that was declared after rows', [put, remove, drop, put, { ...declare, columns: [{ name: 'b', typeName: null }] }], '_id :i64, a :utf8, b :null'],
])('%s has the same columns after a restart', (_, changes, columns) => {
  expect([columnsAfter(changes, false), columnsAfter(changes, true)]).toEqual([columns, columns]);
});
