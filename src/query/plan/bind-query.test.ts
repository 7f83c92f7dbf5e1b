import { describe, expect, test } from 'vitest';
import { EngineError } from '../../base/errors.ts';
import { ednOfColumnType } from '../../data/types/edn.ts';
import type { Value } from '../../data/types/value.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { childPlans } from './plan-tree.ts';
import { bindText, explainText, runText } from './test-support.ts';

const columnsOf = (sql: string): string[] => bindText(sql).columns.map((column) => `${column.name} ${ednOfColumnType(column.type)}`);
const namesOf = (sql: string): string[] => bindText(sql).columns.map((column) => column.name);

function refusal(sql: string): { readonly code: string; readonly message: string; readonly at: string; readonly hint: string | undefined } {
  try {
    bindText(sql);
  } catch (error) {
    if (error instanceof EngineError) return { code: error.code, message: error.message, at: sql.slice(error.position ?? sql.length), hint: error.hint };
    throw error;
  }
  throw new Error(`nothing is wrong with ${sql}`);
}

describe('names', () => {
  test('a column is found in the innermost query first', async () => {
    expect(await runText('SELECT (SELECT _id FROM parts WHERE doc = 3) AS x FROM docs WHERE _id = 1')).toEqual([[3n]]);
  });

  test('an unknown column says where, and what may be meant', () => {
    expect(refusal('SELECT tag FROM docs')).toMatchObject({ code: 'undefined-column', at: 'tag FROM docs', hint: 'Perhaps you meant tags.' });
  });

  test('an unknown table says where, and what may be meant', () => {
    expect(refusal('SELECT 1 FROM doc')).toMatchObject({ code: 'undefined-table', at: 'doc', hint: 'Perhaps you meant docs.' });
  });

  test('a column of two tables needs its table', () => {
    expect(refusal('SELECT _id FROM docs, parts')).toMatchObject({ code: 'ambiguous-column', hint: 'Write the table\'s name before it, as in docs._id.' });
  });

  test('the same output name twice is refused', () => {
    expect(refusal('SELECT a, b AS a FROM docs').message).toBe('Duplicate column projection: a');
  });

  test('items without a name of their own are numbered by position', () => {
    expect(namesOf('SELECT a, a + 1, (s).k, COUNT(*) FROM docs')).toEqual(['a', '_column_2', 'k', '_column_4']);
  });

  test('a path goes through tables, columns and fields', async () => {
    expect(await runText('SELECT docs.s.k AS x, public.docs.a AS y FROM docs WHERE _id = 3')).toEqual([[2n, null]]);
  });
});

describe('a scan', () => {
  const scans = (plan: LogicalPlan): string[][] => (plan.kind === 'scan' ? [plan.columns.map((column) => column.source)] : childPlans(plan).flatMap(scans));

  test.each([
    ["SELECT b FROM docs WHERE a > 1 AND _id = 1", [['_id', 'a', 'b']]],
    ['SELECT 1 AS one FROM docs', [[]]],
    ['SELECT * FROM parts', [['_id', 'doc', 'v']]],
    ['SELECT d.b FROM docs d JOIN parts p ON p.doc = d._id', [['_id', 'b'], ['doc']]],
    ['SELECT doc FROM parts WHERE _valid_time CONTAINS _system_from', [['doc', '_valid_from', '_valid_to', '_system_from']]],
    ['SELECT b FROM docs AS d(b, a)', [['b']]],
  ])('begins with the columns that are read, in the order of the table: %s', (sql, columns) => {
    expect(scans(bindText(sql).plan)).toEqual(columns);
  });

  test('has what subqueries read of it from inside', () => {
    expect(scans(bindText('SELECT (SELECT v FROM parts WHERE doc = d._id) AS v FROM docs AS d').plan)).toEqual([['_id']]);
  });
});

test('ARRAY makes integers of OIDs and ARRAY_AGG keeps them: some drivers read int4[], some oid[]', async () => {
  const sql = 'SELECT ARRAY(SELECT doc::oid FROM parts WHERE _id < 3) AS made, (SELECT array_agg(doc::oid) FROM parts) AS collected';
  expect(columnsOf(sql)).toEqual(['made [:list [:? :i32]]', 'collected [:? :list [:? :oid]]']);
  expect((await runText(sql))[0]?.[0]).toEqual([{ kind: 'int', bits: 32, value: 1 }, { kind: 'int', bits: 32, value: 1 }]);
});

describe('star', () => {
  test('temporal columns are not part of it, but can be named', () => {
    expect(namesOf('SELECT *, _valid_from FROM parts')).toEqual(['_id', 'doc', 'v', '_valid_from']);
  });

  test('EXCLUDE and RENAME', () => {
    expect(namesOf('SELECT * EXCLUDE (tags, s) RENAME a AS amount FROM docs')).toEqual(['_id', 'amount', 'b']);
  });

  test('an explicit item stands instead of the starred one of its name', async () => {
    expect(await runText('SELECT *, v * 2 AS v FROM parts WHERE _id = 1')).toEqual([[1n, 1n, 3]]);
  });

  test('USING brings the merged column once', () => {
    expect(namesOf('SELECT * EXCLUDE (doc, v, w) FROM parts JOIN big USING (_id)')).toEqual(['_id']);
  });
});

describe('types', () => {
  test('UNNEST needs the type of its list', () => {
    expect(() => columnsOf('SELECT x FROM UNNEST($1) AS u(x)')).toThrow('The elements of $1 are of no known type');
    expect(columnsOf('SELECT x FROM UNNEST($1::bigint[]) AS u(x)')).toEqual(['x [:? :i64]']);
  });

  test('an outer join makes the other side nullable', () => {
    expect(columnsOf('SELECT d._id AS d, p._id AS p FROM docs d LEFT JOIN parts p ON d._id = p.doc')).toEqual(['d :i64', 'p [:? :i64]']);
  });

  test('COALESCE ends at the first argument that is never NULL', () => {
    expect(columnsOf('SELECT COALESCE(a, 1, b) AS x FROM docs')).toEqual(['x :i64']);
  });

  test('a scalar subquery may be NULL, EXISTS may not', () => {
    expect(columnsOf('SELECT (SELECT 1) AS x, EXISTS (SELECT 1) AS y')).toEqual(['x [:? :i64]', 'y :bool']);
  });

  test('ORDER BY refuses a column of values that have no common order', () => {
    expect(refusal('SELECT a FROM docs UNION SELECT b FROM docs ORDER BY 1').message).toBe('compare not applicable to types i64 and utf8');
  });
});

describe('grouping', () => {
  test('without GROUP BY, columns outside aggregates are the keys', async () => {
    expect(await runText('SELECT a, COUNT(*) AS n FROM docs ORDER BY a')).toEqual([[10n, 2n], [20n, 1n], [30n, 1n], [null, 1n]]);
  });

  test('an expression of GROUP BY is recognised in the select list', async () => {
    expect(await runText('SELECT a / 10 + 1 AS x, COUNT(*) AS n FROM docs WHERE a < 20 GROUP BY a / 10')).toEqual([[2n, 2n]]);
  });

  test('an alias and a position can be grouped by', async () => {
    const expected = [[null, 1n], ['x', 2n], ['y', 1n], ['z', 1n]];
    const sorted = (rows: readonly (readonly Value[])[]): unknown => [...rows].sort((left, right) => String(left[0] ?? '').localeCompare(String(right[0] ?? '')));
    expect(sorted(await runText('SELECT b AS k, COUNT(*) AS n FROM docs GROUP BY k'))).toEqual(expected);
    expect(sorted(await runText('SELECT b AS k, COUNT(*) AS n FROM docs GROUP BY 1'))).toEqual(expected);
    expect(sorted(await runText('SELECT b AS k, COUNT(*) AS n FROM docs GROUP BY ALL'))).toEqual(expected);
  });

  test('a column that is neither grouped nor aggregated is refused', () => {
    expect(refusal('SELECT a, b FROM docs GROUP BY a')).toMatchObject({ code: 'grouping-error', message: 'Missing grouping columns: b', at: 'b FROM docs GROUP BY a' });
  });

  test('no rows give one row without keys, none with', async () => {
    expect(await runText('SELECT COUNT(*) AS n FROM docs WHERE a > 99')).toEqual([[0n]]);
    expect(await runText('SELECT COUNT(*) AS n FROM docs WHERE a > 99 GROUP BY a')).toEqual([]);
  });

  test('ROLLUP gives totals with NULL keys, and GROUPING tells them from NULLs of the data', async () => {
    expect(await runText('SELECT a, GROUPING(a) AS g, COUNT(*) AS n FROM docs GROUP BY ROLLUP (a) ORDER BY g, a')).toEqual([[10n, 0n, 2n], [20n, 0n, 1n], [30n, 0n, 1n], [null, 0n, 1n], [null, 1n, 5n]]);
  });

  test('aggregates and windows have their places', () => {
    expect(refusal('SELECT 1 FROM docs WHERE COUNT(*) > 1').code).toBe('grouping-error');
    expect(refusal('SELECT a, MAX(a) AS m FROM docs GROUP BY 2')).toMatchObject({ code: 'grouping-error', at: '2' });
    expect(refusal('SELECT a, MAX(a) + 1 AS m FROM docs GROUP BY m')).toMatchObject({ code: 'grouping-error', at: 'm' });
    expect(refusal('SELECT a, ROW_NUMBER() OVER () AS n FROM docs GROUP BY 2')).toMatchObject({ code: 'windowing-error', at: '2' });
    expect(refusal('SELECT 1 FROM docs WHERE ROW_NUMBER() OVER () = 1').code).toBe('windowing-error');
  });
});

describe('order and limit', () => {
  test('an output name goes before a column of FROM', async () => {
    expect(await runText('SELECT _id, -_id AS a FROM parts ORDER BY a LIMIT 1')).toEqual([[6n, -6n]]);
  });

  test('what is sorted by need not be selected', async () => {
    expect(await runText('SELECT _id FROM docs WHERE a IS NOT NULL ORDER BY a DESC, _id LIMIT 2')).toEqual([[5n], [2n]]);
  });

  test('NULLs sort high, and DESC turns them with the rest', async () => {
    expect(await runText('SELECT a FROM docs ORDER BY a LIMIT 1 OFFSET 4')).toEqual([[null]]);
    expect(await runText('SELECT a FROM docs ORDER BY a DESC LIMIT 1')).toEqual([[null]]);
    expect(await runText('SELECT a FROM docs ORDER BY a NULLS FIRST LIMIT 1')).toEqual([[null]]);
    expect(await runText('SELECT a FROM docs ORDER BY a DESC NULLS FIRST LIMIT 1')).toEqual([[30n]]);
  });

  test('an ordinal out of range is refused', () => {
    expect(refusal('SELECT a FROM docs ORDER BY 2')).toMatchObject({ code: 'invalid-column-reference', at: '2' });
  });

  test('DISTINCT ON keeps the first row of each group in the order asked for', async () => {
    expect(await runText('SELECT DISTINCT ON (a) a, _id FROM docs WHERE a < 30 ORDER BY a, _id DESC')).toEqual([[10n, 4n], [20n, 2n]]);
  });
});

describe('set operations', () => {
  test('columns go by position, names come from the left', () => {
    expect(columnsOf('SELECT _id AS x FROM docs UNION ALL SELECT v FROM parts')).toEqual(['x #{:f64 :null :i64}']);
  });

  test('different widths are refused', () => {
    expect(refusal('SELECT 1 UNION SELECT 1, 2').message).toBe('Column count mismatch on UNION set operation: expected 1, given 2');
  });

  test('INTERSECT finds no NULL, UNION and EXCEPT take NULLs as equal', async () => {
    expect(await runText('SELECT a FROM docs WHERE a IS NULL INTERSECT SELECT a FROM docs')).toEqual([]);
    expect(await runText('SELECT a FROM docs WHERE a IS NULL UNION SELECT a FROM docs WHERE a IS NULL')).toEqual([[null]]);
    expect(await runText('SELECT a FROM docs WHERE a IS NULL EXCEPT SELECT a FROM docs')).toEqual([]);
  });
});

describe('common tables', () => {
  test('they shadow tables, and later ones see earlier ones', async () => {
    expect(await runText('WITH docs AS (SELECT 7 AS z), q AS (SELECT z + 1 AS z FROM docs) SELECT z FROM q')).toEqual([[8n]]);
  });

  test('a recursive one runs until nothing is new', async () => {
    expect(await runText('WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT SUM(n) AS s, COUNT(*) AS c FROM r')).toEqual([[55n, 10n]]);
  });

  test('a recursive one may name itself only once', () => {
    expect(refusal('WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT x.n FROM r x, r y) SELECT * FROM r').code).toBe('invalid-recursion');
  });

  test.each([
    ['below an aggregate', 'SELECT COUNT(*) FROM r'], ['on the optional side of an outer join', 'SELECT r.n FROM docs AS d LEFT JOIN r ON d._id = r.n'],
    ['behind EXCEPT', '(SELECT a FROM docs EXCEPT SELECT n FROM r)'], ['in a subquery', 'SELECT a FROM docs WHERE a IN (SELECT n FROM r)'],
  ])('a recursive one may not name itself %s', (place, step) => {
    const { code, message } = refusal(`WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL ${step}) SELECT * FROM r`);
    expect([code, message]).toEqual(['invalid-recursion', `The recursive table r may not stand ${place} of its second query`]);
  });

  test('a period belongs to tables, not to common tables', () => {
    expect(refusal('WITH q AS (SELECT 1 AS a) SELECT * FROM q FOR ALL VALID_TIME').message).toBe('Period specifications not allowed on CTE reference: q');
  });
});

describe('periods', () => {
  test('a clause of the table goes before SETTING', () => {
    const text = explainText('SETTING DEFAULT VALID_TIME ALL SELECT d._id FROM docs d JOIN parts FOR VALID_TIME AS OF DATE \'2020-01-01\' AS p ON d._id = p.doc');
    expect(text).toMatch(/public\.docs columns \[_id\] valid all/u);
    expect(text).toMatch(/public\.parts columns \[doc\] valid as of 2020-01-01/u);
  });

  test('columns cannot stand in one', () => {
    expect(refusal('SELECT * FROM docs FOR VALID_TIME AS OF a').message).toBe('No column reference allowed in table period specification: a');
  });

  test('an axis stands only once', () => {
    expect(refusal('SELECT * FROM docs FOR ALL VALID_TIME FOR VALID_TIME AS OF NOW').message).toBe('Multiple time period specifications for VALID_TIME');
  });
});

describe('parameters', () => {
  const types = (sql: string): string[] => bindText(sql).parameters.map((type) => type?.kind ?? '-');

  test('a list that is compared item by item holds what it is compared with', () => {
    expect(bindText('SELECT a = ANY ($1) AS x FROM docs').parameters).toMatchObject([{ kind: 'list', element: { legs: [{ kind: 'int', bits: 64 }] } }]);
    expect(bindText('SELECT $1 = ANY ($2) AS x FROM docs').parameters).toMatchObject([{ kind: 'text' }, { kind: 'list', element: { legs: [{ kind: 'text' }] } }]);
  });

  test('take the type of what they are compared with, also when it comes later', () => {
    expect(types('SELECT * FROM docs WHERE $1 = $2 AND $2 < a')).toEqual(['int', 'int']);
    expect(types('SELECT * FROM parts WHERE v > $1 AND _id IN ($2, $3)')).toEqual(['float', 'int', 'int']);
  });

  test('take the type that the function needs', () => {
    expect(types('SELECT UPPER($1) AS x, ABS($2) AS y')).toEqual(['text', 'int']);
  });

  test('keep the type that was declared', () => {
    expect(bindText('SELECT $1 = a AS x FROM docs', { parameterTypes: [{ kind: 'text' }] }).parameters).toEqual([{ kind: 'text' }]);
  });

  test('take what the types of a column promote to, text where these have nothing in common', () => {
    const mixed = "(SELECT * FROM (VALUES (1, 1::SMALLINT, DATE '2020-01-01'), (2, 1.5, 'x')) AS t (_id, n, v)) AS t";
    expect(types(`SELECT 1 FROM ${mixed} WHERE n > $1 AND v = $2`)).toEqual(['float', 'text']);
  });

  test('are text where nothing says', () => {
    expect(types('SELECT $1 AS x')).toEqual(['text']);
  });

  test('LIMIT takes a number of rows', async () => {
    expect(await runText('SELECT _id FROM docs ORDER BY _id LIMIT $1', [2n])).toEqual([[1n], [2n]]);
  });
});

describe('conditions', () => {
  test.each([
    ['SELECT 1 FROM docs WHERE a', 'The argument of WHERE must be a condition (boolean), found i64'],
    ['SELECT 1 FROM docs JOIN parts ON parts.doc', 'The argument of ON must be a condition (boolean), found i64'],
    ['SELECT COUNT(*) FILTER (WHERE b) FROM docs', 'The argument of FILTER must be a condition (boolean), found utf8'],
    ["SELECT 1 FROM (VALUES (1), ('x')) AS t (v) WHERE NOT v", 'The argument of NOT must be a condition (boolean), found i64'],
  ])('%s', (sql, message) => { expect(refusal(sql)).toMatchObject({ code: 'datatype-mismatch', message }); });

  test('of several types raise for a row that is no boolean', async () => {
    const mixed = "(VALUES (1, TRUE), (2, 7), (3, NULL), (4, FALSE)) AS t (i, v)";
    expect(await runText(`SELECT i, v AND TRUE AS a, NOT v AS n, v IS TRUE AS t FROM ${mixed} WHERE i <> 2 ORDER BY i`))
      .toEqual([[1n, true, false, true], [3n, null, null, false], [4n, false, true, false]]);
    for (const condition of ['v', 'NOT v', 'v AND TRUE', 'v IS TRUE', 'CASE WHEN v THEN TRUE END']) {
      await expect(runText(`SELECT i FROM ${mixed} WHERE ${condition}`), condition).rejects.toThrow('A condition must be a boolean, found i64');
    }
  });
});

describe('functions', () => {
  test('are found in every schema that may have them', async () => {
    expect(await runText("SELECT pg_catalog.upper('a') AS a, public.upper('b') AS b, pg_catalog.version() AS c")).toEqual([['A', 'B', 'PostgreSQL 16']]);
    expect((await runText('SELECT xt.version() AS v'))[0]?.[0]).toMatch(/^Varve @ \d+\.\d+\.\d+/);
    expect(refusal("SELECT elsewhere.upper('a')")).toMatchObject({ code: 'undefined-function', message: 'Unknown function: elsewhere.upper' });
  });

  test('a series is of the type that its steps make', () => {
    expect(columnsOf("SELECT d, m FROM RANGE(DATE '2020-01-01', DATE '2020-01-03', INTERVAL '1' DAY) AS a (d), RANGE(DATE '2020-01-01', DATE '2020-03-01', INTERVAL '1' MONTH) AS b (m)"))
      .toEqual(['d [:timestamp-local :micro]', 'm [:date :day]']);
    expect(refusal("SELECT 1 FROM RANGE(DATE '2020-01-01', 7, INTERVAL '1' DAY) AS t")).toMatchObject({ message: 'there is no series from date to i64 by interval' });
  });
});

describe('pipelines', () => {
  test('each tail works on what the one before made', async () => {
    expect(await runText('FROM big SELECT doc, COUNT(*) AS n WHERE n > 42 SELECT COUNT(*) AS c')).toEqual([[6n]]);
  });

  test('without SELECT all columns come', () => {
    expect(namesOf('FROM parts WHERE v > 1')).toEqual(['_id', 'doc', 'v']);
  });
});
