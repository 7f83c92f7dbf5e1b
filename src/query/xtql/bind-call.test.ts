import { describe, expect, test } from 'vitest';
import type { Value } from '../../data/types/value.ts';
import { bindText, runText } from '../plan/test-support.ts';

/** The value of an expression over x = 7, s = "hello", xs = [1 2 3], n = nil. */
async function evaluate(expression: string): Promise<Value | undefined> {
  const [row] = await runText(`XTQL $$ (-> (rel [{:x 7 :s "hello" :xs [1 2 3] :n nil :m {:k {:j 1}}}] [x s xs n m]) (return {:r ${expression}})) $$`);
  return row?.[0];
}

describe('conditions', () => {
  test.each<[string, Value]>([
    ['(if true 1 2)', 1n], ['(if n 1 2)', 2n], ['(if x 1 2)', 1n], ['(if false 1)', null], ['(case x 1 "a" 7 "b" "c")', 'b'], ['(case n 1 "a" "c")', 'c'], ['(case x 1 "a")', null],
    ['(cond (< x 5) "low" (< x 10) "mid" "high")', 'mid'], ['(cond false 1)', null], ['(let [y (+ x 1)] (* y y))', 64n], ['(if-some [y n] y "none")', 'none'], ['(if-some [y x] (+ y 1) 0)', 8n],
    ['(coalesce n nil x)', 7n], ['(null-if x 7)', null], ['(nil? n)', true], ['(true? n)', false], ['(false? false)', true], ['(boolean n)', false], ['(boolean x)', true],
    ['(and true n)', null], ['(and false n)', false], ['(or n true)', true], ['(not false)', true], ['(and)', true],
  ])('%s', async (expression, value) => { expect(await evaluate(expression)).toEqual(value); });
});

describe('operators take any number of arguments', () => {
  test.each<[string, Value]>([
    ['(+ x 1 2)', 10n], ['(- x 1 2)', 4n], ['(- x)', -7n], ['(* 2 3 x)', 42n], ['(+ x)', 7n], ['(< 1 x 9)', true], ['(< 1 9 x)', false], ['(= x 7 7)', true], ['(= x)', true], ['(not= x 7 8)', true], ['(!= x 7)', false], ['(<> x 8)', true],
    ['(mod -7 3)', 2n], ['(concat s " " s)', 'hello hello'], ['(concat s n)', null], ['(greatest 1 x 3)', 7n], ['(bit-and 6 3)', 2n], ['(bit-not 0)', -1n],
  ])('%s', async (expression, value) => { expect(await evaluate(expression)).toEqual(value); });
});

describe('functions by their Lisp names', () => {
  test.each<[string, Value]>([
    ['(like s "h%")', true], ['(like-regex s #"l+o$")', true], ['(like-regex s "L" "i")', true], ['(substring s 2 3)', 'ell'], ['(position "l" s)', { kind: 'int', bits: 32, value: 3 }], ['(trim-leading "xxa" "x")', 'a'],
    ['(upper s)', 'HELLO'], ['(str s x)', 'hello7'], ['(nth xs 0)', 1n], ['(cardinality xs)', { kind: 'int', bits: 32, value: 3 }], ['(double x)', 7], ['(long "12")', 12n], ['(cast "12" :i64)', 12n],
    ['(extract "YEAR" #xt/date "2020-05-06")', { kind: 'int', bits: 32, value: 2020 }], ['(date-trunc "MONTH" #xt/date "2020-05-06")', { kind: 'date', days: 18383 }],
    ['(contains? (period #inst "2020-01-01Z" nil) #inst "2020-02-01Z")', true], ['(strictly-overlaps? (period #inst "2020-01-01Z" nil) (period #inst "2019-01-01Z" nil))', false],
    ['(. (. m k) j)', 1n], ['(. x k)', null], ['[x (+ x 1)]', [7n, 8n]], ['{:a-b x}', new Map([['a_b', 7n]])], ['#{1 2}', { kind: 'set', items: [1n, 2n] }], ['(keyword "a")', { kind: 'keyword', name: 'a' }],
  ])('%s', async (expression, value) => { expect(await evaluate(expression)).toEqual(value); });

  test.each([
    ['(nope x)', 'Unknown function: nope'], ['(not true false)', 'not takes 1 argument, found 2'], ['(if true)', 'if takes 2 to 3 arguments, found 1'], ['(cast 1 :nope)', 'cast needs a type it knows'],
    ['(and x true)', 'The argument of and must be a condition (boolean), found i64'], ['#{x}', 'Sets of anything but literals are not available'],
    [Array.from({ length: 40 }).reduce<string>((body) => `(let [x (+ x x)] ${body})`, 'x'), 'The values of let and the arguments of fn stand for too large an expression'],
    [`(+ ${'1 '.repeat(501)})`, 'Too many arguments of +: at most 500'],
  ])('%s is refused', (expression, message) => {
    expect(() => bindText(`XTQL $$ (-> (rel [{:x 1}] [x]) (return {:r ${expression}})) $$`)).toThrow(message);
  });
});
