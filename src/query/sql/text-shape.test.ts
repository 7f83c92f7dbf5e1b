/** Texts of one shape, and where things stand in them. */
import { describe, expect, test } from 'vitest';
import { tokenize } from './lexer.ts';
import { placeIn, shapeOf, slotValue, type TextShape } from './text-shape.ts';

const shape = (text: string): TextShape => shapeOf(text, tokenize(text));

describe('texts have one shape', () => {
  test.each([
    ['whatever their numbers and strings are', "SELECT 1, 2.5, 'x' FROM t", "SELECT 1234, 0.125, 'it''s' FROM t"],
    ['if the same literals are equal', 'SELECT a + 1 FROM t GROUP BY a + 1', 'SELECT a + 20 FROM t GROUP BY a + 20'],
  ])('%s', (_, a, b) => { expect(shape(a).key).toBe(shape(b).key); });
});

describe('texts have shapes of their own', () => {
  test.each([
    ['if other literals are equal', 'SELECT a + 1 FROM t GROUP BY a + 1', 'SELECT a + 1 FROM t GROUP BY a + 2'],
    ['if literals are of other kinds', 'SELECT 1', 'SELECT 1.0'],
    ['if one may not fit', 'SELECT 1', 'SELECT 9223372036854775808'],
    ['if one may be malformed', "SELECT E'a'", "SELECT E'\\z'"],
    ['if numbers are part of names, parameters or quotations', 'SELECT a1, $1, "x 1"', 'SELECT a2, $1, "x 1"'],
    ['if comments differ', 'SELECT /* 1 */ 1', 'SELECT /* 2 */ 1'],
    ['if signs differ', 'SELECT -1', 'SELECT 1'],
  ])('%s', (_, a, b) => { expect(shape(a).key).not.toBe(shape(b).key); });
});

test('a slot has the value of its literal', () => {
  const one = shape("SELECT 7, 2.5, 'it''s', 007, 1e3, ''");
  expect(one.written.map((_, slot) => slotValue(one, slot, false))).toEqual([7n, 2.5, "it's", 7n, 1000, '']);
  expect([slotValue(one, 0, true), slotValue(one, 1, true)]).toEqual([-7n, -2.5]);
});

test('what stands behind literals of other lengths is found again', () => {
  const [a, b] = ["SELECT 1 / x, 'a' || y", "SELECT 12345 / x, 'abc' || y"];
  for (const what of ['SELECT', '/', 'x', '||', 'y']) expect(placeIn(shape(b), shape(a), a.indexOf(what))).toBe(b.indexOf(what));
  for (const literal of [0, 1]) expect(placeIn(shape(b), shape(a), shape(a).starts[literal] as number)).toBe(shape(b).starts[literal]);
});
