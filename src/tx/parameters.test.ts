import { describe, expect, test } from 'vitest';
import { formatValue } from '../data/types/format.ts';
import { INSTANT, type Type } from '../data/types/type.ts';
import { parameterValues } from './parameters.ts';

const read = (text: string, type: Type | undefined, zone = 'UTC'): string => {
  const context = { clockMicros: 0n, zone, tableOid: (name: string) => (name === 't' ? 7 : undefined), tableName: () => 't' };
  const [value] = parameterValues([{ kind: 'untyped', text }], [type], context);
  return value === null || value === undefined ? 'NULL' : formatValue(value);
};

describe('a parameter without a declared type is read as its place wants it', () => {
  const cases: readonly (readonly [Type | undefined, string, string])[] = [
    [undefined, ' x ', ' x '],
    [{ kind: 'int', bits: 64 }, ' 7 ', '7'],
    [{ kind: 'bool' }, 'off', 'false'],
    [{ kind: 'bytes' }, '\\x4142', '4142'],
    [{ kind: 'uuid' }, '{A0000000-0000-4000-8000-000000000001}', 'a0000000-0000-4000-8000-000000000001'],
    [{ kind: 'date' }, '2020-01-05T10:00:00.000Z', '2020-01-05'],
    [{ kind: 'timestamp', unit: 'us' }, '2020-01-05', '2020-01-05T00:00'],
    [{ kind: 'period' }, '[2020-01-05,)', '[2020-01-05 00:00:00+00:00,)'],
    [{ kind: 'struct', fields: [] }, '{"a": [1]}', '{"a" [1]}'],
    [{ kind: 'regclass' }, 't', 't'],
  ];
  for (const [type, text, expected] of cases) test(`${type?.kind ?? 'text'} ${text}`, () => { expect(read(text, type)).toBe(expected); });

  test('an instant without a zone is in the session’s', () => {
    expect(read('2020-01-05', INSTANT, 'Asia/Tokyo')).toBe('2020-01-05T00:00+09:00[Asia/Tokyo]');
    expect(read('2020-01-05T10:00:00Z', INSTANT, 'Asia/Tokyo')).toBe('2020-01-05T10:00Z');
  });

  test('and named in errors', () => {
    expect(() => read('seven', { kind: 'int', bits: 64 })).toThrow('parameter $1: invalid input syntax for type int8: "seven"');
  });
});
