import { expect, test } from 'vitest';
import { printRules, runRules } from '../test-support.ts';
import { LIFT_SUBQUERIES } from './lift-subqueries.ts';
import { PRUNE_COLUMNS } from './prune-columns.ts';
import { PUSH_PREDICATES } from './push-predicates.ts';
import { SPLIT_DISJUNCTIONS } from './split-disjunctions.ts';

const after = (sql: string): string => printRules(sql, [SPLIT_DISJUNCTIONS, PUSH_PREDICATES, PRUNE_COLUMNS]);

test('what every branch says of a table becomes a condition of its scan', () => {
  const text = after("SELECT d._id FROM docs d, parts p WHERE d._id = p.doc AND (d.a = 10 AND p.v > 2.0 OR d.b = 'x' AND p.v < 1.0)");
  expect(text).toContain("columns [_id, a, b] filter a = 10 or b = 'x'");
  expect(text).toContain('filter v > 2.0 or v < 1.0');
  expect(text).toMatch(/HashJoin inner .*\(a = 10 and v > 2.0\) or \(b = 'x' and v < 1.0\)/u);
});

test('a table that one branch does not speak of gets no condition', () => {
  const text = after('SELECT d._id FROM docs d, parts p WHERE d._id = p.doc AND (d.a = 10 AND p.v > 2.0 OR d.a = 20)');
  expect(text).toContain('filter a = 10 or a = 20');
  expect(text).toMatch(/TableScan table public.parts columns \[doc, v\]$/mu);
});

test('what may raise is not taken out of its branch', () => {
  const text = after('SELECT d._id FROM docs d, parts p WHERE d._id = p.doc AND (10 / d.a > 1 AND p.v > 2.0 OR d.a = 20 AND p.v < 1.0)');
  expect(text).toMatch(/TableScan table public.docs columns \[_id, a\]$/mu);
  expect(text).toContain('filter v > 2.0 or v < 1.0');
});

test('the side of a left join that may be missing is one relation with the other', () => {
  const sql = 'SELECT d._id, p._id AS p, x._id AS x FROM docs d LEFT JOIN parts p ON d._id = p.doc, big x WHERE x._id = d._id AND (p.v IS NULL AND x.w = 2 OR d.a = 10 AND x.w < 5)';
  expect(after(sql)).toContain('filter w = 2 or w < 5');
  expect(after(sql)).toContain('HashJoin left');
});

test('rows are the same with and without the rule', async () => {
  const conditions = ['d.a = 10 AND p.v > 2.0 OR d.a IS NULL AND p.v < 9.0', 'd.a = 10 AND p.v > 2.0 OR d.a > 10', "d.b = 'x' AND p.doc = 1 OR d.b <> 'x' AND (p.v = 2.5 OR p._id = 4)", 'NOT (d.a = 10 AND p.v > 2.0 OR d.a = 20 AND p.v > 1.0)'];
  for (const condition of conditions) {
    for (const from of ['docs d, parts p', 'docs d LEFT JOIN parts p ON d._id = p.doc', 'docs d JOIN parts p ON d._id >= p.doc']) {
      const sql = `SELECT d._id, p._id AS p FROM ${from} WHERE ${condition} ORDER BY 1, 2`;
      expect(await runRules(sql, [LIFT_SUBQUERIES, SPLIT_DISJUNCTIONS, PUSH_PREDICATES]), sql).toEqual(await runRules(sql, [LIFT_SUBQUERIES]));
    }
  }
});
