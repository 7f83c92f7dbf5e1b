import { describe, expect, test } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import type { Value } from '../../data/types/value.ts';
import type { EdnForm } from './edn-form.ts';
import { readEdn } from './edn-reader.ts';

const valueOf = (text: string): Value | undefined => {
  const form = readEdn(text);
  return form.kind === 'value' ? form.value : undefined;
};

/** A form without its places, as nested arrays. */
function shape(form: EdnForm): unknown {
  switch (form.kind) {
    case 'value': return form.value;
    case 'symbol': return form.name;
    case 'keyword': return `:${form.name}`;
    case 'list': case 'vector': case 'set': return [form.kind, ...form.items.map(shape)];
    case 'map': return ['map', ...form.entries.map(({ key, value }) => [shape(key), shape(value)])];
  }
}

function refusal(text: string): { readonly message: string; readonly at: string } {
  try {
    readEdn(text);
  } catch (error) {
    if (error instanceof EngineError) return { message: error.message, at: text.slice(error.position) };
    throw error;
  }
  throw new Error(`nothing is wrong with ${text}`);
}

describe('values', () => {
  test.each<[string, Value]>([
    ['nil', null], ['true', true], ['false', false], ['12', 12n], ['-12', -12n], ['+3', 3n], ['7N', 7n], ['9223372036854775807', 2n ** 63n - 1n],
    ['1.5', 1.5], ['-2e3', -2000], ['##Inf', Infinity], ['##-Inf', -Infinity], ['##NaN', Number.NaN],
    ['1.50M', { kind: 'decimal', unscaled: 150n, scale: 2, precision: 64 }], ['"a\\n\\"b\\u00e9"', 'a\n"bé'], ['\\x', 'x'], ['\\newline', '\n'], ['\\u0041', 'A'], ['#"a\\d+\\"b"', 'a\\d+\\"b'],
    ['#uuid "EB965985-de20-4b45-9721-b6a4bbd694bf"', { kind: 'uuid', text: 'eb965985-de20-4b45-9721-b6a4bbd694bf' }],
    ['#inst "1970-01-01"', { kind: 'timestamptz', unit: 'us', value: 0n, zone: 'UTC' }], ['#inst "1970-01-01T00:00:01Z"', { kind: 'timestamptz', unit: 'us', value: 1_000_000n, zone: 'Z' }],
    ['#xt/date "1970-01-02"', { kind: 'date', days: 1 }], ['#xt/ldt "1970-01-01T00:00:01"', { kind: 'timestamp', unit: 'us', value: 1_000_000n }],
    ['#xt/time "00:00:01"', { kind: 'time', unit: 'us', value: 1_000_000n }], ['#time/duration "PT1S"', { kind: 'duration', unit: 'us', value: 1_000_000n }],
    ['#xt/tstz-range [#inst "1970-01-01Z" nil]', { kind: 'period', from: 0n, to: null }],
  ])('%s', (text, value) => { expect(valueOf(text)).toEqual(value); });
});

describe('forms', () => {
  test.each<[string, unknown]>([
    ['(a b/c :d :e/f)', ['list', 'a', 'b/c', ':d', ':e/f']], ['[1, 2,,3]', ['vector', 1n, 2n, 3n]], ['#{1 2}', ['set', 1n, 2n]], ['{:a 1, :b [2]}', ['map', [':a', 1n], [':b', ['vector', 2n]]]],
    ['(-> * <= . a? p1__1#)', ['list', '->', '*', '<=', '.', 'a?', 'p1__1#']], ['(- -1 -a)', ['list', '-', -1n, '-a']],
    ['; before\n(a ; inside )\n b) ; after', ['list', 'a', 'b']], ['(a #_ (left out) #_ #_ b c d)', ['list', 'a', 'd']], ['()', ['list']],
  ])('%s', (text, expected) => { expect(shape(readEdn(text))).toEqual(expected); });

  test('say where they stand', () => {
    expect(readEdn(' (a  b)')).toMatchObject({ start: 1, end: 7, items: [{ start: 2, end: 3 }, { start: 5, end: 6 }] });
  });
});

describe('refusals name the place', () => {
  test.each([
    ['(a [b c)', 'expected ], found )', ')'], ['(a [b', '[ is not closed: expected ]', '[b'], ['a)', ') closes nothing', ')'], ['{:a}', 'a map needs a value for every key', ':a}'],
    ['("abc', 'the string is not closed: expected "', '"abc'], ['(1x)', '1x is not a number', '1x)'], ['(a \'b)', "' is not part of EDN", "'b)"], ['(a #nope 1)', 'unknown tag #nope', '#nope 1)'],
    ['(#inst 1)', '#inst needs a string, found a number', '1)'], ['', 'expected a query, found only blanks', ''], ['(a) (b)', 'expected the end of the text after the first form, found a (b …) form', '(b)'], ['"\\q"', 'unknown escape \\q in a string', '\\q"'],
    ['(#_)', '#_ leaves out the form after it, and there is none', '#_)'], ['##Nope', 'unknown value ##Nope: expected ##Inf, ##-Inf or ##NaN', '##Nope'],
  ])('%s', (text, message, at) => { expect(refusal(text)).toEqual({ message: `XTQL: ${message}`, at }); });

  test('a literal without such a value', () => {
    expect(refusal('(a #xt/date "2020-02-30")')).toMatchObject({ at: '"2020-02-30")' });
    expect(refusal('(a 9223372036854775808)')).toMatchObject({ at: '9223372036854775808)' });
  });

  test.each(['[', '#_ ', '#inst '])('%s without end', (text) => { expect(refusal(text.repeat(100_000)).message).toBe('XTQL is nested too deeply: at most 500'); });
});
