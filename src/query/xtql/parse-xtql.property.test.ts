import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { columnName } from './name.ts';
import { parseXtql } from './parse-xtql.ts';

const WORDS = ['(', ')', '[', ']', '{', '}', '#{', '#_', '->', 'from', 'rel', 'unify', 'where', 'with', 'return', 'aggregate', 'order-by', 'limit', 'join', 'left-join', 'unnest', 'without', 'fn', 'q', 'pull*', 'exists?', ':docs', ':a', 'a', '*', '1', '"s"', 'nil', '#inst', 'let', '.', ';', '\n'];

test('any text is a query or an error with a place in the text', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(' '))), (text) => {
    try {
      parseXtql(text);
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
      const { position } = error as EngineError;
      expect(position).toBeGreaterThanOrEqual(0);
      expect(position).toBeLessThanOrEqual(text.length);
    }
  }), { numRuns: 2000 });
});

test('the name of a name is the name', () => {
  const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9.?-]{0,8}$/);
  fc.assert(fc.property(word, word, (space, local) => {
    const name = columnName(`${space}/${local}`);
    expect(columnName(name)).toBe(name);
    expect(name).not.toMatch(/[-/.A-Z]/);
  }));
});
