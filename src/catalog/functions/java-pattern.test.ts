import { describe, expect, test } from 'vitest';
import { compilePattern } from './java-pattern.ts';

const finds = (pattern: string, text: string, flags = ''): boolean => compilePattern(pattern, flags).test(text);

describe('a Java pattern', () => {
  test.each<[pattern: string, text: string, expected: boolean]>([
    ['b+c', 'abbc', true], ['^\\d{4}-\\d\\d$', '2020-01', true], ['\\Qa.b\\E', 'a.b', true], ['\\Qa.b\\E', 'axb', false],
    ['a$', 'ba\n', true], ['a\\z', 'ba\n', false], ['a\\Z', 'ba\n', true], ['\\Aa', 'ba', false], ['a.c', 'a\nc', false],
    ['[a-z&&[^b]]', 'b', false], ['[a-z&&[^b]]', 'c', true], ['[a[0-9]]', '7', true], ['[(){}|/-]', '|', true], ['[a\\-z]', '-', true], ['[]a]', ']', true], ['[^\\s]', ' ', false],
    ['\\p{Alpha}+', 'abc', true], ['\\p{Lu}', 'É', true], ['\\P{L}', 'a', false], ['[\\p{Digit}_]', '_', true], ['\\h', '\u00a0', true], ['\\R', '\r\n', true],
    ['a++b', 'aaab', true], ['a++ab', 'aaab', false], ['(?>a*)b', 'aab', true], ['(?>a*)a', 'aaa', false], ['(a)\\1', 'aa', true], ['(?<x>a)\\k<x>', 'aa', true],
    ['(?i)ABC', 'abc', true], ['(?:ab)+', 'abab', true], ['\\x41\\u0042', 'AB', true], ['\\x{1f600}', '\u{1f600}', true], ['^.$', '\u{1f600}', true], ['a{2,}', 'aa', true], ['x-y_"\' ', 'x-y_"\' ', true],
  ])('%j in %j: %s', (pattern, text, expected) => { expect(finds(pattern, text)).toBe(expected); });

  test('heeds its flags', () => {
    expect(finds('ABC', 'xabcx', 'i')).toBe(true);
    expect(finds('a.c', 'a\nc', 's')).toBe(true);
    expect(finds('^b$', 'a\nb\nc', 'm')).toBe(true);
    expect(finds('^b$', 'a\nb\nc')).toBe(false);
  });

  test.each(['(', '[a', 'a\\', '(?<a', '*', 'a{2,1}', '\\y', '\\p', '\\xZ', '(?Qa)', '(a)++'])('that is none is refused: %j', (pattern) => {
    expect(() => compilePattern(pattern, '')).toThrow('Invalid regular expression');
  });

  test('with an unknown flag is refused', () => { expect(() => compilePattern('a', 'q')).toThrow("Unknown regular expression flag 'q'"); });
});
