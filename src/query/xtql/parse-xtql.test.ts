import { describe, expect, test } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { columnName, tableName } from './name.ts';
import { parseXtql } from './parse-xtql.ts';

function refusal(text: string): { readonly message: string; readonly at: string } {
  try {
    parseXtql(text);
  } catch (error) {
    if (error instanceof EngineError) return { message: error.message, at: text.slice(error.position) };
    throw error;
  }
  throw new Error(`nothing is wrong with ${text}`);
}

describe('names', () => {
  test.each([
    ['first-name', 'first_name'], ['xt/id', '_id'], ['xt/valid-from', '_valid_from'], ['_id', '_id'], ['person/name', 'person$name'], ['Bar.Foo/hello-world', 'bar$foo$hello_world'], ['committed?', 'committed?'], ['/', '/'],
  ])('the column of %s is %s', (written, name) => { expect(columnName(written)).toBe(name); });

  test('tables: a namespace is a schema', () => {
    expect(tableName('xt-docs')).toEqual({ database: undefined, schema: undefined, table: 'xt_docs' });
    expect(tableName('foo.bar/the-docs')).toEqual({ database: undefined, schema: 'foo.bar', table: 'the_docs' });
    expect(tableName('xt/txs')).toMatchObject({ schema: 'xt', table: 'txs' });
  });
});

describe('trees', () => {
  test('a pipeline of a source and tails', () => {
    expect(parseXtql('(-> (from :docs [{:xt/id id} *]) (without :a-b) (limit 2))')).toMatchObject({
      kind: 'pipeline', head: { kind: 'from', star: true, bind: [{ name: '_id', expression: { kind: 'name', name: 'id' } }] },
      tails: [{ kind: 'without', columns: ['a_b'] }, { kind: 'limit', count: { kind: 'literal', value: 2n } }],
    });
  });

  test('periods: from and to are open on one side', () => {
    expect(parseXtql('(from {:db :other-db :table :docs} {:bind [] :for-valid-time (from 1) :for-system-time :all-time})')).toMatchObject({
      table: { database: 'other_db', table: 'docs' }, valid: { kind: 'in', from: { value: 1n }, to: undefined }, system: { kind: 'all' },
    });
  });

  test('arguments of a subquery: given, or the variables of the parameters', () => {
    expect(parseXtql('(unify (join [(fn [a] (from :docs [])) 1] [x]) (left-join (fn [b] (from :docs [])) [y]))')).toMatchObject({
      clauses: [{ kind: 'join', subquery: { args: [{ kind: 'literal', value: 1n }] } }, { kind: 'left-join', subquery: { args: [{ kind: 'name', name: 'b' }] } }],
    });
  });
});

describe('refusals', () => {
  test('too many steps', () => {
    expect(refusal(`(-> (from :docs [a]) ${'(limit 1)'.repeat(501)})`).message).toBe('Too many tails in a pipeline: at most 500');
    expect(refusal(`(unify ${'(with {a 1})'.repeat(501)})`).message).toBe('Too many clauses in unify: at most 500');
  });

  test.each([
    ['[1]', 'Malformed query: expected a list such as (from :table [column]), found a vector', '[1]'], ['(1 2)', 'Malformed query: expected the name of an operator, found a number', '1 2)'],
    ['(->)', 'Pipeline must contain at least one operator', '(->)'], ['(nope :docs [])', 'Unknown query op: nope', '(nope :docs [])'],
    ['(from docs [name])', '`table` must be a keyword or map, found the symbol docs', 'docs [name])'], ['(from {:db :x} [name])', '`table` key must be present in `table` map, as a keyword', '{:db :x} [name])'],
    ['(from :docs)', 'Missing bind: (from :table […]) says which columns are wanted', '(from :docs)'], ['(from :docs {:bind 1})', 'Malformed bind: expected a vector, found a number', '1})'],
    ['(from :docs {:bind [] :as 1})', 'Invalid keys provided to option map: the keyword :as', ':as 1})'], ['(from :docs [{a b}])', 'Attribute in bind spec must be keyword: expected a keyword, found the symbol a', 'a b}])'],
    ['(from :docs {:bind [] :for-valid-time (in 1)})', 'Malformed temporal filter: expected :all-time, (at t), (in a b), (from a) or (to b), found a (in …) form', '(in 1)})'],
    ['(rel [{:a 1}])', '`rel` takes exactly 3 arguments: (rel documents bindings)', '(rel [{:a 1}])'], ['(rel 1 [a])', '`rel` takes a param or an explicit relation: expected a parameter or a vector of maps, found a number', '1 [a])'],
    ['(unify)', 'Unify must contain at least one sub clause', '(unify)'], ['(unify (from :docs [*]))', '* is not a valid in from when inside a unify context', '(from :docs [*]))'], ['(unify (limit 1))', 'Unknown unify clause: limit', '(limit 1))'],
    ['(unify (with {:a 1}))', 'Attribute in var spec must be symbol: expected a symbol, found the keyword :a', ':a 1}))'],
    ['(-> (from :docs []) (where))', 'Where must contain at least one predicate', '(where))'], ['(-> (from :docs []) (limit 1 2))', 'Limit can only take a single value, found 2', '(limit 1 2))'],
    ['(-> (from :docs []) (without a))', 'Columns must be keywords in without, found the symbol a', 'a))'], ['(-> (from :docs []) (unnest {:a b :c d}))', 'Unnest takes only a single binding', '(unnest {:a b :c d}))'],
    ['(-> (from :docs []) (order-by {:dir :asc}))', 'order-by :val missing', '{:dir :asc}))'], ['(-> (from :docs []) (order-by {:val a :dir :up}))', 'Malformed order-by direction: expected :asc or :desc, found the keyword :up', ':up}))'],
    ['(fn [1] (from :docs []))', 'Malformed fn params: expected a vector of symbols, found a vector', '[1] (from :docs []))'], ['(-> (from :docs []) (where (q [(fn [a] (from :docs [])) 1 2])))', 'Subquery arity error: the query takes 1 arguments, found 2', '[(fn [a] (from :docs [])) 1 2])))'],
    ['(-> (from :docs []) (where ()))', 'Malformed call: expected the name of a function, found nothing', '()))'], ['(-> (from :docs []) (where (. a)))', 'Malformed get: expected (. value field)', '(. a)))'],
    ['(-> (from :docs []) (where (let [a] a)))', 'Malformed let: expected (let [name value] body)', '(let [a] a)))'], ['(union-all (from :docs []))', 'union-all is not available', '(union-all (from :docs []))'],
  ])('%s', (text, message, at) => { expect(refusal(text)).toEqual({ message, at }); });
});
