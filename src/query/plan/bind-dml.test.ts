import { describe, expect, test } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import type { BindNotice } from './bound-query.ts';
import { DELETE_COLUMNS, PATCH_COLUMNS, UPDATE_COLUMNS } from './dml.ts';
import type { BoundDml } from './dml.ts';
import { bindDmlText } from './test-support.ts';

const names = (dml: BoundDml): string[] => dml.source.columns.map((column) => column.name);

function refusal(sql: string): EngineError {
  try {
    bindDmlText(sql);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error(`nothing is wrong with ${sql}`);
}

describe('columns of the source query are where dml.ts says', () => {
  test('UPDATE: piece, changed, old document, new values, RETURNING', () => {
    const dml = bindDmlText('UPDATE parts SET v = 1.5, w = 2 WHERE doc = 1 RETURNING _id, w AS new');
    expect(names(dml)).toEqual(['_id', '_valid_from', '_valid_to', 'changed', 'doc', 'v', 'v', 'w', '_id', 'new']);
    expect(dml).toMatchObject({ kind: 'update', documentColumns: ['doc', 'v'], assigned: ['v', 'w'], returning: { firstColumn: 8 } });
    expect(names(dml)[UPDATE_COLUMNS.changed]).toBe('changed');
  });

  test('DELETE: the piece, RETURNING', () => {
    expect(names(bindDmlText('DELETE FROM parts WHERE doc = 1'))).toEqual(['_id', '_valid_from', '_valid_to']);
    expect(DELETE_COLUMNS.validTo).toBe(2);
  });

  test('ERASE: ids over all versions', () => {
    const dml = bindDmlText('ERASE FROM parts WHERE doc = 1');
    expect(names(dml)).toEqual(['_id']);
    expect(JSON.stringify(dml.source.plan, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toContain('"valid":{"kind":"all"},"system":{"kind":"all"}');
  });

  test('PATCH: record, portion, piece, old document', () => {
    const dml = bindDmlText('PATCH INTO parts FOR VALID_TIME FROM DATE \'2020-01-01\' TO NULL RECORDS {_id: 1, v: 2.5}');
    expect(names(dml)).toEqual(['ordinal', 'patch', 'portion_from', 'portion_to', 'matched', '_valid_from', '_valid_to', 'doc', 'v']);
    expect(names(dml)[PATCH_COLUMNS.document]).toBe('doc');
  });

  test('INSERT with columns: the columns; with RECORDS: whole documents, so that absent keys stay absent', () => {
    expect(bindDmlText('INSERT INTO fresh (_id, x) VALUES (1, 2), (3, NULL)')).toMatchObject({ form: 'columns', documentColumns: ['_id', 'x'] });
    const dml = bindDmlText('INSERT INTO fresh RECORDS {_id: 1}, {_id: 2, x: 3} RETURNING *');
    expect(dml).toMatchObject({ form: 'documents', returning: { firstColumn: 1 } });
    expect(names(dml)).toEqual(['document', '_id', 'x']);
  });

  test('ASSERT: the condition', () => {
    expect(bindDmlText('ASSERT NOT EXISTS (SELECT 1 FROM docs WHERE a > 99), \'too much\'')).toMatchObject({ kind: 'assert', message: 'too much' });
  });
});

describe('refusals', () => {
  test.each([
    ['INSERT INTO docs (a) VALUES (1)', 'missing-id'],
    ['INSERT INTO docs VALUES (1)', 'syntax-error'],
    ['INSERT INTO docs (_id, a) VALUES (1)', 'syntax-error'],
    ['INSERT INTO docs (_id, _system_from) VALUES (1, 2)', 'reserved-name'],
    ['INSERT INTO docs RECORDS {_id: 1, _x: 2}', 'reserved-name'],
    ['INSERT INTO xt.txs RECORDS {_id: 1}', 'insufficient-privilege'],
    ['DELETE FROM pg_catalog.pg_class', 'insufficient-privilege'],
    ['UPDATE docs SET _id = 2', 'reserved-name'],
    ['UPDATE docs SET a = 1, a = 2', 'duplicate-column'],
    ['UPDATE nowhere SET a = 1', 'undefined-table'],
    ['PATCH INTO docs RECORDS {_id: 1, _valid_from: DATE \'2020-01-01\'}', 'reserved-name'],
  ])('%s: %s', (sql, code) => {
    expect(refusal(sql).code).toBe(code);
  });

  test('all refused columns are named', () => {
    expect(refusal('INSERT INTO docs (_id, _a, _b) VALUES (1, 2, 3)').message).toBe('Cannot put documents with columns: [_a, _b]');
  });
});

describe('notices', () => {
  test('say once that percentiles have no place for NULLs', () => {
    const notices: BindNotice[] = [];
    bindDmlText('ASSERT (SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a NULLS FIRST) FROM docs WHERE a > $1) > 0', { notices });
    expect(notices.map((notice) => notice.message)).toEqual(['NULL ordering is ignored for PERCENTILE_CONT (nulls are excluded from ordered-set aggregates)']);
  });
});

describe('untyped parameters', () => {
  test('take the type of the column, else that of CREATE TABLE', () => {
    const dml = bindDmlText('INSERT INTO docs (_id, a, n) VALUES ($1, $2, $3)', { columnHint: (_, __, column) => (column === 'n' ? { kind: 'date' } : undefined) });
    expect(dml.source.parameters).toEqual([{ kind: 'int', bits: 64 }, { kind: 'int', bits: 64 }, { kind: 'date' }]);
  });

  test('take it as items of INSERT … SELECT, by the list of columns or by name', () => {
    for (const text of [
      'INSERT INTO docs (a, _id) SELECT $2, $1 WHERE NOT EXISTS (SELECT 1 FROM docs)', 'INSERT INTO docs SELECT $1 AS _id, $2 AS a ORDER BY _id LIMIT 1',
      'INSERT INTO docs (_id, doc, v, a, b) SELECT parts.*, $2, 7 FROM parts WHERE _id = $1',
    ]) expect(bindDmlText(text).source.parameters, text).toEqual([{ kind: 'int', bits: 64 }, { kind: 'int', bits: 64 }]);
    const notices: BindNotice[] = [];
    bindDmlText('INSERT INTO docs SELECT $1 AS _id, $2 AS zip', { notices });
    expect(notices.map((notice) => notice.message)).toEqual(['Parameter $2 for column zip is taken as text: neither the client nor the table says its type']);
  });

  test('are text with a notice that names the column where nothing says their type', () => {
    const notices: BindNotice[] = [];
    const dml = bindDmlText('INSERT INTO docs (_id, zip) VALUES (1, $1)', { notices });
    expect(dml.source.parameters).toEqual([{ kind: 'text' }]);
    expect(notices.map((notice) => notice.message)).toEqual(['Parameter $1 for column zip is taken as text: neither the client nor the table says its type']);
  });

  test('a whole document is a struct of unknown keys', () => {
    expect(bindDmlText('INSERT INTO docs RECORDS $1').source.parameters).toEqual([{ kind: 'struct', fields: [] }]);
  });
});
