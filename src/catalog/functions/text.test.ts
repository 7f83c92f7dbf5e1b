import { describe, expect, test } from 'vitest';
import { columnTypeOfValue } from '../../data/types/column-type.ts';
import { formatValue } from '../../data/types/format.ts';
import type { Value } from '../../data/types/value.ts';
import { lookupScalar, resolveCall } from '../registry.ts';
import { TEST_CONTEXT } from '../test-context.ts';
import { TEXT_FUNCTIONS } from './text.ts';

/** The function of these values, which count as literals. */
function call(name: string, ...args: Value[]): Value {
  const definition = lookupScalar(name);
  if (definition === undefined) throw new Error(`no function ${name}`);
  return resolveCall(definition, args.map(columnTypeOfValue), args).call(TEST_CONTEXT, ...args);
}
const shown = (name: string, ...args: Value[]): string | null => { const value = call(name, ...args); return value === null ? null : formatValue(value); };
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('lengths and positions', () => {
  test('count code points, or bytes where asked', () => {
    expect(shown('character_length', 'é\u{1f600}')).toBe('2');
    expect(shown('octet_length', 'é\u{1f600}')).toBe('6');
    expect(shown('length', bytes(1, 2))).toBe('2');
    expect(shown('length', new Map<string, Value>([['a', 1n], ['b', null]]))).toBe('1');
    expect(shown('position', '\u{1f600}', '\u{1f31d}\u{1f600}')).toBe('2');
    expect(shown('position_octets', '\u{1f600}', '\u{1f31d}\u{1f600}')).toBe('5');
    expect(shown('position', '', 'abc')).toBe('1');
    expect(shown('position', 'x', 'abc')).toBe('0');
  });
});

describe('SUBSTRING', () => {
  test.each<[string, bigint, bigint | undefined, string]>([
    ['hello', 2n, undefined, 'ello'], ['hello', 2n, 3n, 'ell'], ['hello', 0n, 2n, 'h'], ['hello', -5n, 3n, ''], ['hello', 9n, 1n, ''], ['é\u{1f600}x', 2n, 1n, '\u{1f600}'],
  ])('of %s from %s for %s is %s', (text, start, count, expected) => {
    expect(count === undefined ? call('substring', text, start) : call('substring', text, start, count)).toBe(expected);
  });
  test('of negative length is refused', () => { expect(() => call('substring', 'asf', 0n, -1n)).toThrow('Negative substring length'); });
  test('works on bytes', () => { expect(call('substring', bytes(1, 2, 3), 2n)).toEqual(bytes(2, 3)); });
});

test('TRIM takes one character off the ends that it is told', () => {
  expect(call('trim', '  a ')).toBe('a');
  expect(call('trim_leading', '$a$', '$')).toBe('a$');
  expect(call('trim_trailing', '$a$', '$')).toBe('$a');
  expect(call('trim', '$$$', '$')).toBe('');
  expect(call('trim', '\u{1f600}a\u{1f600}', '\u{1f600}')).toBe('a');
  expect(call('trim', bytes(0, 1, 0), bytes(0))).toEqual(bytes(1));
  expect(() => call('trim', 'abc', 'ab')).toThrow('exactly one character');
});

test('OVERLAY puts one text over another', () => {
  expect(call('overlay', 'foobar', 'zzz', 4n)).toBe('foozzz');
  expect(call('overlay', 'foobar', 'zzz', 1n, 1n)).toBe('zzzoobar');
  expect(call('overlay', 'a', 'bbb', 2n, 0n)).toBe('abbb');
  expect(call('overlay', bytes(1, 2), bytes(9), 1n)).toEqual(bytes(9, 2));
});

test('|| joins like with like, CONCAT joins anything', () => {
  expect(call('||', 'a', 'b')).toBe('ab');
  expect(call('||', bytes(1), bytes(2))).toEqual(bytes(1, 2));
  expect(call('||', 'a', null)).toBeNull();
  expect(() => call('||', 'a', 1n)).toThrow('must be of the same type');
  expect(call('concat', 'n: ', 42n, null, true)).toBe('n: 42true');
  expect(call('str')).toBe('');
});

describe('LIKE', () => {
  test.each<[string, string, boolean]>([
    ['foobar', '%f__b%', true], ['foobar', 'foo', false], ['.*', '..', false], ['a\nb', 'a%b', false], ['2020-01-01', '2020-__-01', true], ['(a)', '(_)', true], ['A', 'a', false], ['\u{1f600}', '_', true],
  ])('%j LIKE %j is %s', (text, pattern, expected) => { expect(call('like', text, pattern)).toBe(expected); });
  test('has an escape character only where one is named', () => {
    expect(call('like', '50%', '50\\%')).toBe(false);
    expect(call('like', '50%', '50!%', '!')).toBe(true);
    expect(call('like', '50x', '50!%', '!')).toBe(false);
    expect(() => call('like', 'a', 'a!', '!')).toThrow('ends with its escape character');
  });
  test('without regard to case is ILIKE', () => { expect(call('ilike', 'ABC', 'a%')).toBe(true); });
});

describe('FORMAT', () => {
  test.each<[string, Value[], string]>([
    ['%s and %s', ['a', null], 'a and '], ['%2$s %1$s %s', ['a', 'b'], 'b a b'], ['%I = %L', ['Foo bar', "O'Reilly"], '"Foo bar" = \'O\'\'Reilly\''], ['%L', [null], 'NULL'],
    ['|%5s|%-5s|', ['a', 'b'], '|    a|b    |'], ['|%*s|', [-4n, 'a'], '|a   |'], ['|%1$*2$s|', ['a', 3n], '|  a|'], ['100%%', [], '100%'],
  ])('%s is filled in: case %#', (template, args, expected) => { expect(call('format', template, ...args)).toBe(expected); });
  test('refuses what it cannot fill in', () => {
    expect(() => call('format', '%s')).toThrow('FORMAT needs argument 1, found 0');
    expect(() => call('format', '%I', null)).toThrow('null values cannot be formatted as an SQL identifier');
    expect(() => call('format', '50%')).toThrow('Unterminated format specifier');
  });
});

describe('identifiers', () => {
  test.each<[string, string]>([['foo_bar', 'foo_bar'], ['select', '"select"'], ['Foo', '"Foo"'], ['foo"bar', '"foo""bar"'], ['', '""'], ['café', '"café"'], ['123', '"123"']])('QUOTE_IDENT(%j) is %j', (name, expected) => {
    expect(call('quote_ident', name)).toBe(expected);
  });
  test('are taken apart by PARSE_IDENT', () => {
    expect(call('parse_ident', 'Public."Foo ""x"" bar"')).toEqual(['public', 'Foo "x" bar']);
    expect(() => call('parse_ident', 'a..b')).toThrow('not a valid identifier');
    expect(() => call('parse_ident', '"open')).toThrow('not a valid identifier');
  });
});

test('STRING_TO_ARRAY splits at the delimiter, at every character, or not at all', () => {
  expect(call('string_to_array', 'a,b', ',')).toEqual(['a', 'b']);
  expect(call('string_to_array', 'ab', null)).toEqual(['a', 'b']);
  expect(call('string_to_array', 'ab', '')).toEqual(['ab']);
  expect(call('string_to_array', '', ',')).toEqual([]);
  expect(call('string_to_array', null, ',')).toBeNull();
});

test('every text function says what it is and shows an example', () => {
  for (const definition of TEXT_FUNCTIONS) expect(definition.doc.length * definition.example.length * definition.signature.length, definition.name).toBeGreaterThan(0);
});
