import { describe, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import { rules } from './optimize.ts';
import { DECORRELATE } from './rules/decorrelate.ts';
import { LIFT_SUBQUERIES } from './rules/lift-subqueries.ts';
import { applyRules, runRules } from './test-support.ts';
import { EVALUATION } from '../exec/test-support.ts';
import { childPlans } from './plan-tree.ts';
import type { LogicalPlan } from './logical-plan.ts';
import type { Value } from '../../data/types/value.ts';

/** Queries whose answers must not depend on the rules. Rows are compared as bags unless the query sorts them. */
const QUERIES: readonly string[] = [
  'SELECT _id FROM docs d WHERE EXISTS (SELECT 1 FROM parts p WHERE p.doc = d._id)',
  'SELECT _id FROM docs d WHERE NOT EXISTS (SELECT 1 FROM parts p WHERE p.doc = d._id AND p.v > 2)',
  'SELECT _id FROM docs d WHERE EXISTS (SELECT 1 FROM parts p WHERE p.doc < d._id LIMIT 1)',
  'SELECT _id FROM docs d WHERE a IN (SELECT doc * 10 FROM parts)',
  'SELECT _id FROM docs d WHERE a NOT IN (SELECT doc * 10 FROM parts WHERE doc IS NOT NULL)',
  'SELECT _id FROM docs d WHERE a NOT IN (SELECT doc * 10 FROM parts)',
  'SELECT _id FROM docs d WHERE _id NOT IN (SELECT p.doc FROM parts p WHERE p._id = d.a)',
  'SELECT _id, a IN (SELECT doc * 10 FROM parts p WHERE p._id <> d._id) AS m FROM docs d',
  'SELECT _id, NOT EXISTS (SELECT 1 FROM parts p WHERE p.doc = d._id) AS m FROM docs d',
  'SELECT _id FROM docs d WHERE a > ALL (SELECT v FROM parts p WHERE p.doc = d._id)',
  'SELECT _id FROM docs d WHERE a < ANY (SELECT w FROM big WHERE big.doc = d._id) OR b = \'x\'',
  'SELECT _id, (SELECT COUNT(*) FROM parts p WHERE p.doc = d._id) AS n FROM docs d',
  'SELECT _id, (SELECT COUNT(*) + 1 FROM parts p WHERE p.doc > d._id) AS n FROM docs d',
  'SELECT _id, (SELECT SUM(v) FROM parts p WHERE p.doc = d._id) AS n FROM docs d',
  'SELECT _id, (SELECT MAX(p.v) FROM parts p WHERE p.doc = d._id GROUP BY p.doc) AS n FROM docs d',
  'SELECT _id, (SELECT COUNT(*) FROM parts p WHERE p.doc = d._id HAVING COUNT(*) > 1) AS n FROM docs d',
  'SELECT _id, (SELECT p.v FROM parts p WHERE p.doc = d._id ORDER BY p.v DESC LIMIT 1) AS n FROM docs d',
  'SELECT _id, (SELECT p.v FROM parts p WHERE p.doc = d._id ORDER BY p._id LIMIT 1 OFFSET 1) AS n FROM docs d',
  'SELECT _id, (SELECT d.a + 1) AS n FROM docs d',
  'SELECT _id, (SELECT MAX(x) FROM (VALUES (d.a), (d._id)) AS t(x)) AS n FROM docs d',
  'SELECT _id, (SELECT SUM(x) FROM (SELECT p.v AS x FROM parts p WHERE p.doc = d._id UNION ALL SELECT 100.0 FROM big WHERE big._id = d._id) AS u) AS n FROM docs d',
  'SELECT _id, ARRAY(SELECT p._id FROM parts p WHERE p.doc = d._id ORDER BY p._id DESC) AS n FROM docs d',
  'SELECT _id, NEST_MANY(SELECT p._id, p.v FROM parts p WHERE p.doc = d._id ORDER BY p._id) AS n FROM docs d',
  'SELECT _id, NEST_ONE(SELECT p.v, d.b FROM parts p WHERE p.doc = d._id AND p._id <> 1) AS n FROM docs d',
  'SELECT _id, (SELECT COUNT(DISTINCT t) FROM UNNEST(d.tags) AS u(t)) AS n FROM docs d',
  'SELECT d._id, l.n FROM docs d, LATERAL (SELECT COUNT(*) AS n FROM parts p WHERE p.doc = d._id) AS l',
  'SELECT d._id, l.v FROM docs d LEFT JOIN LATERAL (SELECT v FROM parts p WHERE p.doc = d._id AND v > 2) AS l ON TRUE',
  'SELECT d._id, p._id AS p FROM docs d LEFT JOIN parts p ON p.doc = d._id AND EXISTS (SELECT 1 FROM big WHERE big._id = p._id + d._id)',
  'SELECT d._id FROM docs d WHERE (SELECT COUNT(*) FROM parts p WHERE p.doc = d._id) = (SELECT MIN(w) FROM big WHERE big.doc = d._id)',
  'SELECT _id FROM docs d WHERE EXISTS (SELECT 1 FROM parts p WHERE p.doc = d._id AND EXISTS (SELECT 1 FROM big WHERE big._id = p._id AND big.doc = d._id))',
  'SELECT _id, (SELECT (SELECT COUNT(*) FROM big WHERE big.doc = p.doc AND big.w = d._id) FROM parts p WHERE p._id = d._id) AS n FROM docs d',
  'SELECT d.a, COUNT(*) AS n, (SELECT MAX(v) FROM parts p WHERE p.doc = d.a / 10) AS m FROM docs d GROUP BY d.a',
  'SELECT _id, (SELECT ROW_NUMBER() OVER (ORDER BY p._id DESC) FROM parts p WHERE p.doc = d._id ORDER BY p._id LIMIT 1) AS n FROM docs d',
  'SELECT b, COUNT(*) AS n FROM docs d GROUP BY b HAVING COUNT(*) > (SELECT COUNT(*) FROM parts p WHERE p.v > 5)',
  'SELECT d._id, p.v FROM docs d LEFT JOIN parts p ON p.doc = d._id WHERE p.v > 2',
  'SELECT d._id, p.v FROM docs d LEFT JOIN parts p ON p.doc = d._id AND d.a > 10 WHERE p.v IS NULL',
  'SELECT d._id, p._id AS p FROM docs d FULL JOIN parts p ON p.doc = d._id AND p.v > 2',
  'SELECT d._id, x._id AS x, p._id AS p FROM docs d, big x, parts p WHERE d._id = x.doc AND x._id = p._id AND (d.a = 10 AND p.v > 1 OR d.a = 10 AND x.w = 3)',
  'SELECT x.doc, COUNT(*) AS n FROM big x JOIN docs d ON d._id = x.doc GROUP BY x.doc HAVING x.doc > 2',
  'SELECT * FROM (SELECT doc, w, ROW_NUMBER() OVER (PARTITION BY doc ORDER BY _id) AS n FROM big) AS q WHERE doc = 3 AND n < 4',
  'SELECT * FROM (SELECT _id, doc FROM parts UNION ALL SELECT _id, doc FROM big) AS q WHERE _id < 3',
  'SELECT * FROM (SELECT DISTINCT doc FROM big) AS q WHERE doc > 4',
  'SELECT d._id, p._id AS p FROM docs d JOIN parts p ON d._id = p.doc WHERE d.a IN (SELECT w * 2 FROM big) AND p._id NOT IN (SELECT _id FROM big WHERE w = 1)',
  'SELECT d._id, p._id AS p FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE NOT EXISTS (SELECT 1 FROM big WHERE big.doc = p._id)',
  'SELECT x FROM GENERATE_SERIES(10, 1, -2) AS g(x) OFFSET 2 LIMIT 2',
  'SELECT x FROM GENERATE_SERIES(1, 5) AS g(x) OFFSET 7',
  'SELECT d._id, t FROM docs d, UNNEST(d.tags) AS u(t) WHERE d.a = 10 AND t = \'p\'',
  'WITH q AS MATERIALIZED (SELECT doc, SUM(w) AS s FROM big GROUP BY doc) SELECT x.doc, y.s FROM q x JOIN q y ON x.doc = y.doc + 1',
  'SELECT a, b, GROUPING(a) AS g, COUNT(*) AS n FROM docs GROUP BY GROUPING SETS ((a, b), (a), ())',
];

const text = (value: Value): string => JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item instanceof Map ? [...(item as Map<unknown, unknown>)] : item));
const bag = (rows: readonly (readonly Value[])[]): string[] => rows.map((row) => row.map(text).join(' | ')).sort();

/** Subqueries as applies that run for each outer row: what the other rules are measured against. */
const NAIVE = [LIFT_SUBQUERIES];

const anyApply = (plan: LogicalPlan): boolean => plan.kind === 'apply' || childPlans(plan).some(anyApply);

describe('rules do not change answers', () => {
  test.each(QUERIES)('%s', async (sql) => {
    const naive = bag(await runRules(sql, NAIVE));
    expect(bag(await runRules(sql, [LIFT_SUBQUERIES, DECORRELATE]))).toEqual(naive);
    expect(bag(await runRules(sql, rules(EVALUATION)))).toEqual(naive);
  });

  test('no apply is left of any of them', () => {
    expect(QUERIES.filter((sql) => anyApply(applyRules(sql, rules(EVALUATION))))).toEqual([]);
  });
});

test('a fingerprint tells int64 from float64 and leaves positions out', () => {
  const one = { kind: 'literal', value: 1n, type: { legs: [], nullable: false } } as const;
  expect(fingerprint(one)).not.toBe(fingerprint({ ...one, value: 1 }));
  expect(fingerprint({ kind: 'call', name: '+', args: [one], type: one.type, position: 3 })).toBe(fingerprint({ kind: 'call', name: '+', args: [one], type: one.type, position: 9 }));
});
