/** Literals that become parameters: only where nobody asks for their value. */
import { describe, expect, test } from 'vitest';
import { must } from '../../base/assert.ts';
import type { ArgumentType } from '../../catalog/function.ts';
import { lookupScalar } from '../../catalog/registry.ts';
import { BOOL, DATE, FLOAT64, INSTANT, INT32, INT64, TEXT, type Type, UUID } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { tokenize } from '../sql/lexer.ts';
import { parseTokens } from '../sql/parser.ts';
import { shapeOf } from '../sql/text-shape.ts';
import { bindQuery } from './bind-statement.ts';
import { LIFTING_CALLS } from './lifted-literals.ts';
import { bindContext } from './test-support.ts';

const REGCLASS: Type = { kind: 'regclass' };
const OTHERS: readonly Type[] = [BOOL, INT32, INT64, FLOAT64, TEXT, DATE, INSTANT, UUID, REGCLASS, { kind: 'timestamp', unit: 'us' }, { kind: 'decimal', precision: 10, scale: 2 }, { kind: 'keyword' }, { kind: 'interval', form: 'month-day-micro' }];

const LITERALS: readonly (readonly [Type, Value])[] = [[INT64, 7n], [FLOAT64, 2.5], [TEXT, '2020-01-01']];

test.each([...LIFTING_CALLS])('%s does the same whatever the value of a number beside it is, or of a text beside texts', (name) => {
  const { resolve } = must(lookupScalar(name), 'a function');
  const overload = (...args: readonly ArgumentType[]): unknown => {
    try {
      const found = resolve(args);
      return found === undefined ? undefined : [found.result, found.mayRaise, found.kernel, String(found.call)];
    } catch (error) { return String(error); }
  };
  for (const [type, value] of LITERALS) {
    for (const other of type === TEXT ? [TEXT] : OTHERS) {
      expect(overload({ type, literal: value }, { type: other })).toEqual(overload({ type }, { type: other }));
      expect(overload({ type: other }, { type, literal: value })).toEqual(overload({ type: other }, { type }));
    }
  }
});

function literalsOf(text: string): { readonly lifted: readonly string[]; readonly pinned: readonly string[] } {
  const tokens = tokenize(text);
  const shape = shapeOf(text, tokens);
  const { statement } = must(parseTokens(text, tokens, true)[0], 'a statement');
  if (statement.kind !== 'query') throw new Error('a query');
  const { literals } = bindQuery(statement, { ...bindContext(), lifting: { shape, parametersBefore: 0 } });
  const { lifted, pinned } = must(literals, 'a query that was bound for its shape');
  return { lifted: lifted.map(({ slot, isNegative }) => `${isNegative ? '-' : ''}${shape.written[slot]}`), pinned: pinned.map((slot) => must(shape.written[slot], 'a slot')) };
}

describe('a literal is lifted', () => {
  test.each([
    ['beside what is computed from rows', "SELECT a + 2 FROM docs WHERE a > 17 AND b = 'x' AND a BETWEEN -3 AND 4.5", ['17', "'x'", '-3', '4.5', '2'], []],
    ['in IN lists and row values', 'SELECT a FROM docs WHERE a IN (1, 2, 3) AND (a, _id) < (4, 5)', ['1', '2', '3', '4', '5'], []],
    ['as a result of CASE', "SELECT CASE a WHEN 1 THEN 'one' ELSE 'many' END FROM docs", ['1', "'one'", "'many'"], []],
    ['once for those that are written alike', 'SELECT a + 1 FROM docs GROUP BY a + 1', ['1'], []],
  ])('%s', (_, text, lifted, pinned) => {
    expect(literalsOf(text)).toEqual({ lifted, pinned });
  });
});

describe('a literal is pinned', () => {
  test.each([
    ['as a place in the select list', 'SELECT a, a + 5 FROM docs ORDER BY 2', ['5'], ['2']],
    ['also where another one written alike is lifted', 'SELECT a, a + 2 FROM docs ORDER BY 2', ['2'], ['2']],
    ['as a number of rows', 'SELECT a FROM docs WHERE a > 1 LIMIT 10 OFFSET 20', ['1'], ['10', '20']],
    ['as an argument', "SELECT date_trunc('day', _valid_from), round(a, 2), b LIKE 'x%' FROM docs", [], ["'day'", '2', "'x%'"]],
    ['among constants, which are computed once', 'SELECT a FROM docs WHERE a > 2 * 3 AND 1 = 1', [], ['2', '3', '1']],
    ['beside a point in time, as which it is read', "SELECT a FROM docs WHERE _valid_from > '2020-01-01'", [], ["'2020-01-01'"]],
    ['in typed literals and types', "SELECT a FROM docs WHERE _valid_from > DATE '2020-01-01' AND CAST(a AS DECIMAL(10, 2)) > 7", ['7'], ["'2020-01-01'", '10', '2']],
    ['in clauses of time', "SELECT a FROM docs FOR VALID_TIME AS OF TIMESTAMP '2020-01-01 00:00:00Z'", [], ["'2020-01-01 00:00:00Z'"]],
  ])('%s', (_, text, lifted, pinned) => {
    expect(literalsOf(text)).toEqual({ lifted, pinned });
  });
});
