import { describe, expect, test } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import type { Value } from '../../data/types/value.ts';
import { bindContext, bindText, explainText, runText } from '../plan/test-support.ts';
import { parseStatement } from '../sql/parser.ts';
import { bindQuery } from '../plan/bind-statement.ts';

const run = (xtql: string, parameters: readonly Value[] = []): Promise<Value[][]> => runText(`XTQL ($$ ${xtql} $$${parameters.map((_, index) => `, $${index + 1}`).join('')})`, parameters);
const namesOf = (xtql: string): string[] => bindText(`XTQL $$ ${xtql} $$`).columns.map((column) => column.name);

/** In any order. */
const bag = async (rows: Promise<Value[][]>): Promise<Set<string>> => {
  const found = await rows;
  const print = (value: Value): string => JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item instanceof Map ? Object.fromEntries(item) : item));
  const texts = new Set(found.map((row) => row.map(print).join(' ')));
  expect(texts.size).toBe(found.length);
  return texts;
};

function refusal(xtql: string): { readonly code: string; readonly message: string; readonly at: string } {
  const sql = `SELECT * FROM (XTQL $q$ ${xtql} $q$) AS t`;
  const { statement } = parseStatement(sql);
  try {
    if (statement.kind === 'query') bindQuery(statement, { ...bindContext(), text: sql });
  } catch (error) {
    if (error instanceof EngineError) return { code: error.code, message: error.message, at: sql.slice(error.position, sql.indexOf(' $q$)')) };
    throw error;
  }
  throw new Error(`nothing is wrong with ${xtql}`);
}

describe('from', () => {
  test('columns become variables, expressions become conditions', async () => {
    expect(await bag(run('(from :docs [{:xt/id id :b "x"} a])'))).toEqual(new Set(['1 10', '5 30']));
  });

  test('two columns under one variable must be equal', async () => {
    expect(await run('(from :parts [{:xt/id same :doc same}])')).toEqual([[1n], [3n], [4n]]);
  });

  test('* brings the columns under their own names, beside what is bound', () => {
    expect(namesOf('(from :docs [{:a amount} *])')).toEqual(['amount', '_id', 'a', 'b', 'tags', 's']);
  });

  test('a column that the table does not have is NULL, a table that is not there has no rows', async () => {
    expect(await run('(-> (from :docs [xt/id nope]) (limit 1))')).toEqual([[1n, null]]);
    expect(await run('(from :nothing [xt/id a])')).toEqual([]);
  });

  test('temporal columns and periods can be bound', () => { expect(namesOf('(from :docs [xt/valid-from {:xt/valid-time p}])')).toEqual(['_valid_from', 'p']); });

  test('without columns there are still rows', async () => { expect(await run('(from :docs [])')).toEqual([[], [], [], [], []]); });
});

describe('rel', () => {
  test('documents, with absent keys NULL', async () => { expect(await run('(rel [{:a-b 1} {:c "x"}] [a-b c])')).toEqual([[1n, null], [null, 'x']]); });
  test('a parameter that is a list of documents', async () => {
    expect(await runText('XTQL ($$ (fn [docs] (rel docs [x y])) $$, [{x: 1}, {x: 2, y: 3}])')).toEqual([[1n, null], [2n, 3n]]);
  });
  test('a name that is no parameter is refused', () => { expect(refusal('(rel docs [x])')).toMatchObject({ code: 'undefined-column', at: 'docs [x])' }); });
});

describe('tails', () => {
  test.each<[string, Value[][]]>([
    ['(-> (rel [{:x 1} {:x 2}] [x]) (where (> x 1) (< x 3)))', [[2n]]],
    ['(-> (rel [{:x 1}] [x]) (with {:y (+ x 1)} {:x 5}))', [[5n, 2n]]],
    ['(-> (rel [{:x 1}] [x]) (with {:y 2} {:y 3}))', [[1n, 3n]]],
    ['(-> (rel [{:x 1 :y 2}] [x y]) (without :x :nope))', [[2n]]],
    ['(-> (rel [{:x 1 :y 2}] [x y]) (return y {:z (- x)}))', [[2n, -1n]]],
    ['(-> (rel [{:x [1 2]}] [x]) (unnest {:y x}) (return y))', [[1n], [2n]]],
    ['(-> (rel [{:x 1 :y [2 3]}] [x y]) (unnest {:x y}) (return x))', [[2n], [3n]]],
    ['(-> (rel [{:x 1} {:x nil} {:x 3}] [x]) (order-by {:val x :dir :desc}))', [[null], [3n], [1n]]],
    ['(-> (rel [{:x 1} {:x nil} {:x 3}] [x]) (order-by {:val x :nulls :first}))', [[null], [1n], [3n]]],
    ['(-> (rel [{:x 1} {:x 2} {:x 3}] [x]) (order-by (- x)) (offset 1) (limit 1))', [[2n]]],
    ['(-> (rel [{}] []) (unnest {:y (q (rel [{:x [1 2]}] [x]))}))', [[1n], [2n]]],
  ])('%s', async (xtql, rows) => { expect(await run(xtql)).toEqual(rows); });

  test.each(['(limit -1)', '(limit (+ 1 1))', '(limit x)', '(limit 1.0)'])('%s is no number of rows', (tail) => {
    expect(refusal(`(-> (rel [{:x 1}] [x]) ${tail})`)).toMatchObject({ code: 'invalid-row-count', message: 'Limit must be a non-negative integer literal or parameter' });
  });

  test('a parameter is a number of rows', async () => { expect(await run('(fn [n] (-> (rel [{:x 1} {:x 2} {:x 3}] [x]) (offset n)))', [2n])).toEqual([[3n]]); });
});

describe('aggregate', () => {
  test.each<[string, string[]]>([
    ['(-> (from :docs [a b]) (aggregate b {:total (* 2 (sum (+ a 1))) :n (row-count)}))', ['"x" 84 2', '"y" 42 1', '"z" null 1', 'null 22 1']],
    ['(-> (from :docs [a]) (aggregate {:key a} {:n (count a)}))', ['10 2', '20 1', '30 1', 'null 0']],
    ['(-> (from :docs [a]) (where false) (aggregate {:n (row-count) :s (sum a)}))', ['0 null']],
    ['(-> (from :docs [a]) (aggregate {:d (count-distinct a) :any (bool-or (= a 30))}))', ['3 true']],
    ['(fn [a] (-> (from :docs [a]) (aggregate a {:n (row-count)}) (where (= a 20))))', []],
  ])('%s', async (xtql, rows) => { expect(await bag(run(xtql, xtql.startsWith('(fn') ? [7n] : []))).toEqual(new Set(rows)); });

  test.each([
    ['{:x (+ a (sum a))}', 'Variables outside of aggregate expressions must be grouping columns: a', 'grouping-error'], ['{:x (sum (count a))}', 'Aggregate functions cannot be nested', 'grouping-error'],
    ['{:x (sum y)}', 'Not all variables in expression are in scope: y', 'undefined-column'], ['y', 'Not all variables in expression are in scope: y', 'undefined-column'],
  ])('%s is refused', (bindings, message, code) => { expect(refusal(`(-> (from :docs [a]) (aggregate ${bindings}))`)).toMatchObject({ message, code }); });

  test('aggregates stand nowhere else', () => { expect(refusal('(-> (from :docs [a]) (with {:x (sum a)}))')).toMatchObject({ code: 'grouping-error', at: '(sum a)}))' }); });
});

describe('unify', () => {
  test('shared variables join', async () => {
    expect(await bag(run('(unify (from :docs [{:xt/id d} b]) (from :parts [{:doc d} v]))'))).toEqual(new Set(['1 "x" 1.5', '1 "x" 2.5', '3 "z" null', '4 null 4.5']));
  });

  test('without a shared variable every row meets every other', async () => { expect(await run('(unify (rel [{:x 1} {:x 2}] [x]) (rel [{:y 3}] [y]))')).toEqual([[1n, 3n], [2n, 3n]]); });

  test('the order of clauses says nothing', async () => {
    expect(await run('(unify (where (= y 3)) (with {y (+ x 1)}) (unnest {x xs}) (with {xs [1 2 3]}))')).toEqual([[[1n, 2n, 3n], 2n, 3n]]);
  });

  test('a value for a variable that exists is a condition', async () => {
    expect(await run('(unify (rel [{:x 1 :y 2} {:x 1 :y 1}] [x y]) (with {y x}))')).toEqual([[1n, 1n]]);
    expect(await run('(unify (rel [{:x [1 2] :y 2}] [x y]) (unnest {y x}))')).toEqual([[[1n, 2n], 2n]]);
  });

  test('left-join keeps rows without a partner', async () => {
    expect(await bag(run('(-> (unify (from :docs [{:xt/id d}]) (left-join (from :parts [{:xt/id p :doc d}]) [p d])) (return d p))'))).toEqual(new Set(['1 1', '1 2', '2 null', '3 3', '4 4', '5 null']));
  });

  test('a correlated left-join unifies inside', async () => {
    expect(await bag(run('(-> (unify (from :docs [{:xt/id d}]) (left-join (fn [d] (-> (from :parts [{:xt/id p}]) (where (= p (+ d 3))))) [p])) (return d p))'))).toEqual(new Set(['1 4', '2 5', '3 6', '4 null', '5 null']));
  });

  test('join with arguments', async () => {
    expect(await run('(unify (with {x 3}) (join [(fn [doc] (from :parts [{:doc doc :xt/id p}])) x] [p]))')).toEqual([[3n, 3n]]);
  });

  test('clauses that nothing makes ready are refused', () => {
    expect(refusal('(unify (from :docs [a]) (where (= a c)))')).toMatchObject({ code: 'undefined-column', message: 'No available clauses: Not all variables in expression are in scope: c', at: 'c)))' });
  });
});

describe('subqueries', () => {
  test('exists? and its negation', async () => {
    expect(await bag(run('(-> (from :docs [{:xt/id d}]) (where (exists? (fn [d] (from :parts [{:doc d}])))))'))).toEqual(new Set(['1', '3', '4']));
    expect(await bag(run('(-> (from :docs [{:xt/id d}]) (where (not (exists? (fn [d] (from :parts [{:doc d}]))))))'))).toEqual(new Set(['2', '5']));
  });

  test('q is a value, pull a struct, pull* a list of structs or NULL', async () => {
    expect(await bag(run(`(-> (from :docs [{:xt/id d}]) (where (<= d 2))
      (with {:n (q (fn [d] (-> (from :parts [{:doc d}]) (aggregate {:n (row-count)}))))
             :one (pull (fn [d] (-> (from :parts [{:doc d :xt/id p}]) (limit 1))))
             :all (pull* (fn [d] (from :parts [{:doc d :xt/id p}])))}))`))).toEqual(new Set(['1 2 {"p":1} [{"p":1},{"p":2}]', '2 0 null null']));
  });

  test('arguments are expressions, subqueries among them', async () => {
    expect(await run('(-> (rel [{:x 1}] [x]) (with {:y (q [(fn [a] (rel [{:b a}] [b])) (+ x (q (rel [{:c 1}] [c])))])}))')).toEqual([[1n, 2n]]);
  });

  test('parameters reach into subqueries, variables do not', async () => {
    expect(await run('(fn [p] (-> (rel [{}] []) (with {:x (q (-> (rel [{}] []) (with {:y p})))})))', [4n])).toEqual([[4n]]);
    expect(refusal('(-> (rel [{:v 1}] [v]) (with {:x (q (-> (rel [{}] []) (with {:y v})))}))')).toMatchObject({ code: 'undefined-column', at: 'v})))}))' });
  });

  test('a bare column is a variable where a parameter has its name', async () => {
    expect(await run('(fn [x] (-> (rel [{:x 1}] [x]) (return x {:y x})))', [2n])).toEqual([[1n, 2n]]);
  });

  test('of two columns are no value', () => { expect(refusal('(-> (rel [{}] []) (with {:x (q (from :docs [a b]))}))').message).toBe('Scalar subquery must only return a single column, found 2'); });

  test('no apply is left of correlated ones', () => {
    expect(explainText('XTQL $$ (-> (from :docs [{:xt/id d}]) (where (exists? (fn [d] (from :parts [{:doc d}])))) (with {:all (pull* (fn [d] (from :parts [{:doc d} v])))})) $$')).not.toMatch(/apply/);
    expect(explainText('XTQL $$ (unify (from :docs [{:xt/id d} a]) (left-join (fn [a] (-> (from :parts [{:xt/id p}]) (where (< p a)))) [p])) $$')).not.toMatch(/apply/);
  });
});

describe('in SQL', () => {
  test('as a table, a value and the right side of IN', async () => {
    expect(await runText('SELECT t.b, d.a FROM (XTQL $$ (from :docs [{:xt/id i} b]) $$) AS t JOIN docs AS d ON d._id = t.i WHERE i = 2')).toEqual([['y', 20n]]);
    expect(await runText('SELECT (XTQL ($$ (fn [x] (rel [{:y (+ x 1)}] [y])) $$, d._id)) AS y FROM docs AS d WHERE _id = 5')).toEqual([[6n]]);
    expect(await runText('SELECT _id FROM docs WHERE _id IN (XTQL $$ (rel [{:x 1} {:x 9}] [x]) $$)')).toEqual([[1n]]);
  });

  test('untyped parameters take their type from their place', () => {
    expect(bindText('XTQL ($$ (fn [x n] (-> (from :docs [{:a x} b]) (limit n))) $$, $1, $2)').parameters).toEqual([{ kind: 'int', bits: 64 }, { kind: 'int', bits: 64 }]);
    expect(bindText('XTQL ($$ (fn [x] (-> (from :parts [v]) (where (< v x)))) $$, $1)').parameters).toEqual([{ kind: 'float', bits: 64 }]);
  });

  test('as many arguments as parameters', () => {
    expect(() => bindText('XTQL ($$ (fn [x] (from :docs [{:a x}])) $$)')).toThrow('XTQL takes 1 arguments, as many as its fn has parameters; found 0');
  });

  test('places in the text are places in the statement', () => {
    expect(refusal('(-> (from :docs [a]) (where (= a aa)))')).toMatchObject({ at: 'aa)))' });
    const sql = "XTQL '(-> (from :docs [a]) (where (= \"o''clock\" aa)))'";
    const { statement } = parseStatement(sql);
    const bind = (): unknown => (statement.kind === 'query' ? bindQuery(statement, { ...bindContext(), text: sql }) : undefined);
    expect(bind).toThrow(expect.objectContaining({ position: sql.indexOf('aa)))') }) as Error);
  });
});
