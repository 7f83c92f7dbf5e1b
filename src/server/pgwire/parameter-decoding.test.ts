import { describe, expect, test } from 'vitest';
import { INT64, TEXT } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { ParameterInput } from '../../database/session.ts';
import { readParameters } from './parameter-decoding.ts';

const INT64_LIST: Type = { kind: 'list', element: { legs: [INT64], nullable: true } };

const read = (value: string | Buffer, oid: number, found?: Type): ParameterInput | undefined =>
  readParameters([{ format: Buffer.isBuffer(value) ? 1 : 0, bytes: Buffer.isBuffer(value) ? value : Buffer.from(value) }], [oid], [found], 'Europe/Berlin')[0];

describe('a parameter', () => {
  test('without a type stays text until the statement says what it is', () => {
    expect(read('007', 0)).toEqual({ kind: 'untyped', text: '007' });
    expect(read('007', 705)).toEqual({ kind: 'untyped', text: '007' });
  });

  test('of a statement that was described is read as the type that was told', () => {
    expect(read('7', 0, INT64)).toEqual({ kind: 'typed', type: INT64, value: 7n });
    expect(read('{1,NULL}', 0, INT64_LIST)).toEqual({ kind: 'typed', type: INT64_LIST, value: [1n, null] });
    expect(read('[1]', 0, INT64_LIST)).toMatchObject({ kind: 'typed', value: [1n] });
    expect(read('{"a": 1}', 0, { kind: 'struct', fields: [] })).toMatchObject({ kind: 'typed', value: new Map([['a', 1n]]) });
    expect(read('foo', 0, { kind: 'regclass' })).toEqual({ kind: 'untyped', text: 'foo' });
    expect(() => read('seven', 0, INT64)).toThrow('parameter $1: invalid input syntax for type int8: "seven"');
  });

  test('in binary without a type is read as the type of the statement, or as bytes', () => {
    expect(read(Buffer.from('0000000000000007', 'hex'), 0, INT64)).toEqual({ kind: 'typed', type: INT64, value: 7n });
    expect(read(Buffer.from('00ff', 'hex'), 0)).toEqual({ kind: 'typed', type: { kind: 'bytes' }, value: Uint8Array.of(0, 255) });
  });

  test('has precision, scale and zone of its value', () => {
    expect(read('1.50', 1700)).toMatchObject({ kind: 'typed', type: { kind: 'decimal', precision: 32, scale: 2 } });
    expect(read('2020-05-01 00:00:00+02', 1184)).toMatchObject({ type: { kind: 'timestamptz', zone: '+02:00' } });
    expect(read('2020-05-01 00:00:00', 1184)).toMatchObject({ type: { kind: 'timestamptz', zone: 'Europe/Berlin' } });
  });

  test('of JSON has the type of what is inside; jsonb has a version byte in binary', () => {
    expect(read('[1, "x"]', 114)).toMatchObject({ kind: 'typed', value: [1n, 'x'] });
    expect(read('null', 114)).toEqual({ kind: 'untyped', text: null });
    expect(read(Buffer.from('\x01{}'), 3802)).toMatchObject({ kind: 'typed', value: new Map() });
    expect(() => read(Buffer.from('\x02{}'), 3802)).toThrow('jsonb of version 2; 1 expected');
    expect(read('{"{\\"a\\": 1}"}', 199)).toMatchObject({ kind: 'typed', value: [new Map([['a', 1n]])] });
  });

  test('that is no UTF-8 is refused', () => {
    const bytes = Buffer.from('ff', 'hex');
    expect(() => readParameters([{ format: 0, bytes }], [25], [undefined], 'UTC')).toThrow(expect.objectContaining({ sqlState: '22021' }));
  });

  test('of text keeps whatever it is', () => {
    expect(read('{not json', 25)).toEqual({ kind: 'typed', type: TEXT, value: '{not json' });
  });
});
