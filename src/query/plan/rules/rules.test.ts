import { describe, expect, test } from 'vitest';
import { EVALUATION } from '../../exec/test-support.ts';
import { applyRules, explainText, printRules } from '../test-support.ts';
import { DECORRELATE } from './decorrelate.ts';
import { foldConstants } from './fold-constants.ts';
import { LIFT_SUBQUERIES } from './lift-subqueries.ts';
import { ORDER_JOINS } from './order-joins.ts';
import { PRUNE_COLUMNS } from './prune-columns.ts';
import { PUSH_PREDICATES } from './push-predicates.ts';
import { PUSH_SEMI_JOINS } from './push-semi-joins.ts';
import { SKIP_SERIES } from './skip-series.ts';
import { ruleContext } from './rule.ts';
import type { Rule } from './rule.ts';

/** The plan after the rules, with unread columns dropped so that the text shows what the rule did. */
const after = (sql: string, ...rules: readonly Rule[]): string => printRules(sql, [...rules, PRUNE_COLUMNS]);
const lines = (text: string): string => text.replace(/^\n/u, '').replace(/\n\s*$/u, '').replaceAll(/^ {6}/gmu, '');

describe('lift-subqueries', () => {
  test('EXISTS alone becomes a semi join, its negation an anti join', () => {
    expect(after('SELECT _id FROM docs WHERE EXISTS (SELECT 1 FROM parts) AND NOT EXISTS (SELECT 1 FROM big)', LIFT_SUBQUERIES)).toBe(lines(`
      Apply anti correlation []
        Apply semi correlation []
          TableScan table public.docs columns [_id]
          TableScan table public.parts columns []
        TableScan table public.big columns []`));
  });

  test('under OR a subquery is a mark, so that the other branch still counts', () => {
    expect(after('SELECT _id FROM docs WHERE b = \'x\' OR _id IN (SELECT doc FROM parts)', LIFT_SUBQUERIES)).toContain('Apply mark correlation [] on _id = doc');
  });

  test('NOT IN over what may be NULL is no anti join', () => {
    expect(after('SELECT _id FROM docs WHERE a NOT IN (SELECT doc FROM parts)', LIFT_SUBQUERIES)).toContain('Apply mark');
    expect(after('SELECT _id FROM docs WHERE _id NOT IN (SELECT _id FROM parts)', LIFT_SUBQUERIES)).toContain('Apply anti');
  });

  test('a subquery that may raise and that only some rows need is computed for those', () => {
    const text = after('SELECT CASE WHEN a <> 10 THEN (SELECT MAX(_id / (docs.a - 10)) FROM parts) END AS x FROM docs', LIFT_SUBQUERIES);
    expect(text).toMatch(/Project columns \[.*guard: a <> 10 is true\]/u);
    expect(text).toMatch(/HashAggregate aggregates \[max.*\n(.*\n)?.*Filter predicate needed = /u);
  });

  test('the operand of IN is computed before the subquery, so that the comparison can be a key', () => {
    expect(after('SELECT _id FROM docs WHERE 60 / a IN (SELECT doc FROM parts WHERE v > 1)', LIFT_SUBQUERIES, DECORRELATE)).toMatch(/HashJoin semi on operand = doc\n\s+Project columns \[.*operand: 60 \/ a\]/u);
    const text = after('SELECT a = 0 OR 60 / a IN (SELECT doc FROM parts WHERE v > 1) AS x FROM docs', LIFT_SUBQUERIES, DECORRELATE);
    expect(text).toContain('HashJoin mark on operand = doc');
    expect(text).toMatch(/operand: case when guard then 60 \/ a else NULL end/u);
  });

  test('one that cannot raise is not guarded', () => {
    expect(after('SELECT CASE WHEN a <> 10 THEN (SELECT MAX(_id) FROM parts) END AS x FROM docs', LIFT_SUBQUERIES)).not.toContain('guard');
  });

  test('a condition that may raise stays behind the subquery before it', () => {
    expect(after('SELECT _id FROM docs WHERE EXISTS (SELECT 1 FROM parts) AND 60 / a > 1', LIFT_SUBQUERIES)).toMatch(/Filter predicate 60 \/ a > 1\n\s+Apply semi/u);
  });

  test('conditions without subqueries are tested below', () => {
    expect(after('SELECT _id FROM docs WHERE EXISTS (SELECT 1 FROM parts) AND a = 10', LIFT_SUBQUERIES)).toMatch(/Apply semi.*\n.*Filter predicate a = 10/u);
  });
});

describe('decorrelate', () => {
  test('equalities go up and become the join', () => {
    expect(after('SELECT _id FROM docs WHERE EXISTS (SELECT 1 FROM parts WHERE doc = docs._id AND v > 2)', LIFT_SUBQUERIES, DECORRELATE)).toBe(lines(`
      HashJoin semi on _id = doc
        TableScan table public.docs columns [_id]
        Project columns [doc: doc]
          Filter predicate v > 2
            TableScan table public.parts columns [doc, v]`));
  });

  test('an aggregate without groups keeps its row for no input: COUNT is 0', () => {
    const text = after('SELECT _id, (SELECT COUNT(*) FROM parts WHERE doc = docs._id) AS n FROM docs', LIFT_SUBQUERIES, DECORRELATE);
    expect(text).toContain('coalesce(count, 0)');
    expect(text).toContain('HashJoin left on _id = key');
  });

  test('what cannot go up is computed for each distinct outer value', () => {
    const text = after('SELECT _id, (SELECT v FROM parts WHERE doc < docs._id ORDER BY v LIMIT 1) AS n FROM docs', LIFT_SUBQUERIES, DECORRELATE);
    expect(text).toContain('Window calls [row_number() over (_id, v)]');
    expect(text).not.toContain('Apply');
  });

  test('LIMIT under EXISTS is no obstacle, LIMIT under a value is', () => {
    expect(after('SELECT _id FROM docs WHERE EXISTS (SELECT 1 FROM parts WHERE doc = docs._id LIMIT 1)', LIFT_SUBQUERIES, DECORRELATE)).not.toContain('Window');
    expect(after('SELECT (SELECT v FROM parts WHERE doc = docs._id LIMIT 1) AS n FROM docs', LIFT_SUBQUERIES, DECORRELATE)).toContain('Window');
  });
});

describe('decorrelate what may raise', () => {
  test('a condition does not go up past it, so rows that the condition rejects are not computed', () => {
    const text = after('SELECT (SELECT 60 / v FROM parts WHERE doc = docs._id) AS x FROM docs', LIFT_SUBQUERIES, DECORRELATE);
    expect(text).toMatch(/60 \/ v.*\n(.*\n)*?.*Filter predicate doc = _id/u);
  });

  test('conditions on the outer side go below a lateral item first', () => {
    const text = after('SELECT d._id, q.x FROM docs AS d, LATERAL (SELECT 60 / d.a AS x) AS q WHERE d.a <> 10', LIFT_SUBQUERIES, DECORRELATE);
    expect(text).toMatch(/With.*\n\s+Filter predicate a <> 10/u);
  });
});

describe('push-predicates', () => {
  test('conditions go to their tables, equalities into the join', () => {
    expect(after('SELECT d._id FROM docs d, parts p WHERE d._id = p.doc AND d.a = 10 AND p.v > 2', PUSH_PREDICATES)).toBe(lines(`
      Project columns [_id: _id]
        HashJoin inner on _id = doc
          TableScan table public.docs columns [_id, a] filter a = 10 bounds [a =]
          TableScan table public.parts columns [doc, v] filter v > 2`));
  });

  test('IS NULL on the optional side stays above a left join', () => {
    expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE p.v IS NULL', PUSH_PREDICATES)).toMatch(/Filter predicate v is null\n\s+HashJoin left/u);
  });

  test('a condition that NULL cannot meet makes the left join inner', () => {
    expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE p.v > 2', PUSH_PREDICATES)).toContain('HashJoin inner');
  });

  test('COALESCE may meet NULL, so the left join stays', () => {
    expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE COALESCE(p.v, 3.0) > 2', PUSH_PREDICATES)).toContain('HashJoin left');
  });

  test('a negation of what NULL cannot meet may be met', () => {
    expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE NOT (p.v > 2 AND d.a = 10)', PUSH_PREDICATES)).toContain('HashJoin left');
    expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE (p.v IS NOT NULL) = FALSE', PUSH_PREDICATES)).toContain('HashJoin left');
  });

  test('a condition that may raise stays above the join that may reject its row', () => {
    expect(after('SELECT d._id FROM docs d, parts p WHERE 10 / d.a > 1 AND d._id = p.doc', PUSH_PREDICATES)).toMatch(/Filter predicate 10 \/ a > 1\n\s+HashJoin/u);
  });

  test('an equality that may raise is the key of a join that has no other, and waits where there is one', () => {
    expect(after('SELECT d._id FROM docs d, parts p WHERE d._id = 60 / p._id', PUSH_PREDICATES)).toContain('HashJoin inner on _id = 60 / _id');
    expect(after('SELECT d._id FROM docs d, parts p WHERE d._id = 60 / p._id AND d._id = p.doc', PUSH_PREDICATES)).toMatch(/Filter predicate _id = 60 \/ _id\n\s+HashJoin inner on _id = doc/u);
    expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = 60 / p._id AND d._id = p.doc', PUSH_PREDICATES)).toContain('HashJoin left on _id = doc residual _id = 60 / _id');
    expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id < p.doc AND d._id = 60 / p._id', PUSH_PREDICATES)).toContain('NestedLoopJoin');
  });

  test('one that can only overflow is a key beside others, in whichever join connects its sides', () => {
    expect(after('SELECT d._id FROM docs d, parts p WHERE d._id = p._id + 1 AND d._id = p.doc', PUSH_PREDICATES)).toContain('HashJoin inner on _id = _id + 1 and _id = doc');
    expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id < p.doc AND d._id = p._id + 1', PUSH_PREDICATES)).toContain('HashJoin left on _id = _id + 1 residual _id < doc');
    const text = after('SELECT d._id FROM docs d, parts p, big b WHERE d._id = p._id * 2 AND b.doc = d.a', PUSH_PREDICATES);
    expect(text).toContain('HashJoin inner on _id = _id * 2');
    expect(text).not.toContain('NestedLoopJoin');
  });

  test('conditions that cannot raise come first', () => {
    expect(after('SELECT _id FROM docs WHERE 10 / a > 1 AND b = \'x\'', PUSH_PREDICATES)).toContain('filter b = \'x\' and 10 / a > 1');
  });

  test('a condition on a key goes below the grouping, one on an aggregate does not', () => {
    expect(after('SELECT doc, COUNT(*) AS n FROM big GROUP BY doc HAVING doc > 2 AND COUNT(*) > 3', PUSH_PREDICATES)).toBe(lines(`
      Filter predicate count > 3
        HashAggregate by [doc] aggregates [count()]
          TableScan table public.big columns [doc] filter doc > 2 bounds [doc >]`));
  });

  test('nothing goes below a LIMIT', () => {
    expect(after('SELECT * FROM (SELECT _id FROM docs LIMIT 2) AS q WHERE _id > 1', PUSH_PREDICATES)).toMatch(/^Filter/u);
  });
});

describe('order-joins', () => {
  test('the large table is probed, small results are built', () => {
    expect(after('SELECT d._id FROM big x, parts p, docs d WHERE x._id = p._id AND p.doc = d._id', PUSH_PREDICATES, ORDER_JOINS)).toBe(lines(`
      Project columns [_id: _id]
        HashJoin inner on _id = _id
          TableScan table public.big columns [_id]
          HashJoin inner on doc = _id
            TableScan table public.parts columns [_id, doc]
            TableScan table public.docs columns [_id]`));
  });

  test('aggregations and projections read from the joins, whatever their order; others are given what they had', () => {
    expect(after('SELECT SUM(p.v) AS n FROM docs d, parts p WHERE p.doc = d._id', PUSH_PREDICATES, ORDER_JOINS)).toMatch(/HashAggregate.*\n\s+HashJoin inner on doc = _id\n\s+TableScan table public.parts/u);
    const text = after('SELECT d._id FROM docs d, parts p WHERE p.doc = d._id AND d.a IN (SELECT w FROM big)', LIFT_SUBQUERIES, DECORRELATE, PUSH_PREDICATES, ORDER_JOINS);
    expect(text).toMatch(/HashJoin semi on a = w\n\s+Project columns \[_id: _id, a: a\]\n\s+HashJoin inner on doc = _id/u);
  });

  test('joins that are in the chosen order stay the same plan', () => {
    const plan = applyRules('SELECT d._id FROM parts p, docs d WHERE p.doc = d._id', [PUSH_PREDICATES]);
    expect(ORDER_JOINS.apply(plan, ruleContext({ lastIds: { column: 100, plan: 100 } }))).toBe(plan);
  });

  test('outer joins are not reordered', () => {
    expect(after('SELECT d._id FROM parts p LEFT JOIN big x ON x._id = p._id LEFT JOIN docs d ON d._id = x.doc', ORDER_JOINS)).toMatch(/HashJoin left on doc = _id\n\s+HashJoin left on _id = _id/u);
  });
});

describe('push-semi-joins', () => {
  test('a semi join with few rows goes to the table that it is about', () => {
    const text = after('SELECT x._id FROM big x JOIN parts p ON x.doc = p.doc WHERE x.w IN (SELECT a FROM docs)', LIFT_SUBQUERIES, DECORRELATE, PUSH_PREDICATES, PUSH_SEMI_JOINS);
    expect(text).toMatch(/HashJoin inner on doc = doc\n\s+HashJoin semi on w = a/u);
  });

  test('one with more rows than what it filters stays above the joins', () => {
    const text = after('SELECT d._id FROM docs d JOIN parts p ON d._id = p.doc WHERE d.a IN (SELECT w FROM big)', LIFT_SUBQUERIES, DECORRELATE, PUSH_PREDICATES, PUSH_SEMI_JOINS);
    expect(text).toMatch(/HashJoin semi on a = w\n(.*\n)?\s+HashJoin inner/u);
  });

  test('one that reads both sides stays above the join', () => {
    const text = after('SELECT d._id FROM docs d JOIN parts p ON d._id = p.doc WHERE EXISTS (SELECT 1 FROM big WHERE big._id = d._id AND big.doc = p._id)', LIFT_SUBQUERIES, DECORRELATE, PUSH_PREDICATES, PUSH_SEMI_JOINS);
    expect(text).toMatch(/HashJoin semi.*\n\s+HashJoin inner/u);
  });

  test('one about the optional side stays above a left join', () => {
    const text = after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE NOT EXISTS (SELECT 1 FROM big WHERE big.doc = p._id)', LIFT_SUBQUERIES, DECORRELATE, PUSH_PREDICATES, PUSH_SEMI_JOINS);
    expect(text).toMatch(/HashJoin anti.*\n\s+HashJoin left/u);
  });
});

describe('skip-series', () => {
  test('OFFSET begins the series later', () => {
    expect(after('SELECT g.x FROM GENERATE_SERIES(1, 200, 2) AS g(x) OFFSET 10 LIMIT 5', SKIP_SERIES)).toContain('Series from 21 to 200 step 2');
  });

  test('rows that a condition drops are not counted, so the series begins where it does', () => {
    expect(after('SELECT g.x FROM GENERATE_SERIES(1, 200) AS g(x) WHERE g.x > 3 OFFSET 10', SKIP_SERIES)).toContain('Series from 1 to 200');
  });
});

describe('prune-columns', () => {
  test('a scan asks only for what is read', () => {
    expect(printRules('SELECT b FROM (SELECT *, a + 1 AS c FROM docs) AS q WHERE b = \'x\'', [PRUNE_COLUMNS])).toContain('columns [b]\n'.trimEnd());
  });

  test('UNION compares whole rows, so it keeps columns that nobody reads', () => {
    expect(printRules('SELECT _id FROM (SELECT _id, v FROM parts UNION SELECT _id, w FROM big) AS q', [PRUNE_COLUMNS])).toContain('public.parts columns [_id, v]');
  });
});

describe('fold-constants', () => {
  const fold = foldConstants(EVALUATION);

  test('a constant is computed once', () => {
    expect(after('SELECT _id FROM docs WHERE a = 5 + 5 AND TRUE', fold)).toContain('Filter predicate a = 10');
  });

  test('a constant that raises stays, so that it raises only for a row', () => {
    expect(after('SELECT _id FROM docs WHERE a = 1 / 0', fold)).toContain('a = 1 / 0');
  });

  test('what all branches of OR demand stands before it', () => {
    expect(after('SELECT d._id FROM docs d, parts p WHERE (d._id = p.doc AND p.v > 2) OR (d._id = p.doc AND d.a = 10)', fold)).toContain('_id = doc and (v > 2 or a = 10)');
  });

  test('constants of subqueries too', () => {
    expect(after('SELECT _id FROM docs WHERE EXISTS (SELECT 1 FROM parts WHERE doc = docs._id AND _id < 2 + 3)', fold, LIFT_SUBQUERIES)).toContain('_id < 5');
  });

  test('current time is not a constant of the plan', () => {
    expect(after('SELECT CURRENT_TIMESTAMP AS t', fold)).toContain('current_timestamp()');
  });

  test('a condition that is never true makes no scan', () => {
    expect(explainText('SELECT _id FROM docs WHERE 1 = 2')).not.toContain('TableScan');
  });
});

test('ORDER BY with LIMIT keeps only the rows it needs', () => {
  expect(explainText('SELECT _id FROM docs ORDER BY a DESC LIMIT 2')).toContain('TopK by [_order_1 desc] limit 2');
});

test('_id comparisons with constants of its kind are bounds, others are not', () => {
  expect(explainText('SELECT a FROM docs WHERE _id = $1')).toContain('bounds [_id =]');
  expect(explainText('SELECT a FROM docs WHERE _id IN (1, 2)')).toContain('bounds [_id in]');
  expect(explainText('SELECT a FROM docs WHERE _id = 1.5')).not.toContain('bounds');
});
