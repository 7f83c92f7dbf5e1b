import { describe, expect, test } from 'vitest';
import type { Value } from '../../data/types/value.ts';
import { constantRow, constantRowsOf } from './constant-rows.ts';
import { bindDmlText } from './test-support.ts';

/** The rows that an INSERT writes without a plan; undefined when it needs one. */
function rowsOf(text: string, parameters: readonly Value[] = []): readonly Value[][] | undefined {
  return constantRowsOf(bindDmlText(text).source.plan)?.map((row) => constantRow(row, parameters));
}

describe('rows of an INSERT that are there already', () => {
  test('are literals, parameters, and lists and structs of them', () => {
    expect(rowsOf("INSERT INTO t (_id, a) VALUES (1, 'x'), ($1, $2)", [2n, null])).toEqual([[1n, 'x'], [2n, null]]);
    expect(rowsOf('INSERT INTO t RECORDS {_id: 1, a: [-1, 2.5], b: {c: $1}}', ['p'])).toEqual([[new Map<string, Value>([['_id', 1n], ['a', [-1n, 2.5]], ['b', new Map([['c', 'p']])]])]]);
  });
  test('are parameters as they come', () => {
    const document = new Map<string, Value>([['_id', 7n]]);
    expect(rowsOf('INSERT INTO t RECORDS $1, $2', [document])).toEqual([[document], [null]]);
  });
  test('are not what must be computed, and not what RETURNING adds to', () => {
    expect(rowsOf('INSERT INTO t (_id, a) VALUES (1, 1 + 1)')).toBeUndefined();
    expect(rowsOf('INSERT INTO t (_id, _valid_from) VALUES (1, DATE \'2020-01-01\')')).toBeUndefined();
    expect(rowsOf('INSERT INTO t (_id) VALUES (1) RETURNING _id')).toBeUndefined();
    expect(rowsOf('INSERT INTO t (_id) SELECT 1')).toBeUndefined();
  });
});
