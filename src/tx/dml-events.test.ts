import { describe, expect, test } from 'vitest';
import { MICROS_MAX } from '../catalog/table-source.ts';
import type { Value } from '../data/types/value.ts';
import type { BoundDml } from '../query/plan/dml.ts';
import { eventsOf } from './dml-events.ts';

const NOW = 1000n;
const CONTEXT = { systemTime: NOW, zone: 'UTC' };
const at = (micros: bigint): Value => ({ kind: 'timestamptz', unit: 'us', value: micros, zone: 'UTC' });
/** Only what `eventsOf` reads of a bound statement. */
const dml = (fields: object): Exclude<BoundDml, { kind: 'assert' }> => ({ schema: 'public', table: 't', returning: undefined, ...fields }) as Exclude<BoundDml, { kind: 'assert' }>;
const documents = (rows: readonly Value[]): ReturnType<typeof eventsOf> => eventsOf(dml({ kind: 'insert', form: 'documents', only: undefined }), rows.map((row) => [row]), CONTEXT);
const record = (fields: Record<string, Value>): Value => new Map(Object.entries(fields));

describe('INSERT', () => {
  test('is valid from the transaction on, for ever, unless the row says otherwise', () => {
    const [plain, dated] = documents([record({ _id: 1n, a: 2n }), record({ _id: 2n, _valid_from: { kind: 'date', days: 1 }, _valid_to: at(10n ** 12n) })]);
    expect(plain).toEqual({ op: 'put', id: 1n, validFrom: NOW, validTo: MICROS_MAX, document: new Map([['_id', 1n], ['a', 2n]]) });
    expect([dated?.validFrom, dated?.validTo, dated?.document]).toEqual([86_400_000_000n, 10n ** 12n, new Map([['_id', 2n]])]);
  });
  test('takes integers of every width as one kind of id, and refuses what cannot be one', () => {
    expect(documents([record({ _id: { kind: 'int', bits: 16, value: 7 } })])[0]?.id).toBe(7n);
    expect(() => documents([record({ a: 1n })])).toThrow("missing '_id'");
    expect(() => documents([record({ _id: 1.5 })])).toThrow('Invalid ID type');
    expect(() => documents([record({ _id: 'x'.repeat(5000) })])).toThrow('at most 4093 bytes');
  });
  test('refuses reserved names, empty periods and values too deep to be read again', () => {
    expect(() => documents([record({ _id: 1n, _system_from: at(1n) })])).toThrow('Cannot put documents with columns: [_system_from]');
    expect(() => documents([record({ _id: 1n, _valid_from: at(5n), _valid_to: at(5n) })])).toThrow('Invalid valid times');
    let deep: Value = 1n;
    for (let i = 0; i < 200; i++) deep = [deep];
    expect(() => documents([record({ _id: 1n, deep })])).toThrow('nested deeper');
  });
});

describe('UPDATE', () => {
  const update = (changed: boolean): ReturnType<typeof eventsOf> =>
    eventsOf(dml({ kind: 'update', documentColumns: ['a', 'b'], assigned: ['b'] }), [[1n, at(5n), null, changed, 1n, 2n, 9n]], CONTEXT);
  test('puts the old document with the assigned columns over the piece', () => {
    expect(update(true)).toEqual([{ op: 'put', id: 1n, validFrom: 5n, validTo: MICROS_MAX, document: new Map([['_id', 1n], ['a', 1n], ['b', 9n]]) }]);
  });
  test('writes nothing where nothing changes', () => { expect(update(false)).toEqual([]); });
});

describe('PATCH', () => {
  const patch = (rows: readonly (readonly Value[])[]): ReturnType<typeof eventsOf> => eventsOf(dml({ kind: 'patch', documentColumns: ['a', 'b'] }), rows, CONTEXT);
  const change = record({ _id: 1n, b: 7n, c: null });
  test('fills the gaps of the portion with the patch alone, and keeps what it does not name', () => {
    const events = patch([[0n, change, at(10n), at(50n), true, at(5n), at(20n), 1n, 2n], [0n, change, at(10n), at(50n), true, at(30n), at(40n), 3n, null]]);
    expect(events.map(({ validFrom, validTo, document }) => [validFrom, validTo, Object.fromEntries(document ?? [])])).toEqual([
      [10n, 20n, { _id: 1n, a: 1n, b: 7n }], [20n, 30n, { _id: 1n, b: 7n }], [30n, 40n, { _id: 1n, a: 3n, b: 7n }], [40n, 50n, { _id: 1n, b: 7n }],
    ]);
  });
  test('of an entity that is not there is an insert', () => {
    expect(patch([[0n, change, at(10n), null, false, null, null, null, null]])).toEqual([{ op: 'put', id: 1n, validFrom: 10n, validTo: MICROS_MAX, document: new Map([['_id', 1n], ['b', 7n]]) }]);
  });
});

test('ERASE takes each entity once', () => {
  expect(eventsOf(dml({ kind: 'erase' }), [[1n], ['1'], [1n]], CONTEXT).map(({ id }) => id)).toEqual([1n, '1']);
});
