import { expect, test } from 'vitest';
import { printRules } from '../test-support.ts';
import { COMPARE_PERIODS } from './compare-periods.ts';
import { LIFT_SUBQUERIES } from './lift-subqueries.ts';
import { PRUNE_COLUMNS } from './prune-columns.ts';
import { PUSH_PREDICATES } from './push-predicates.ts';

const after = (sql: string): string => printRules(sql, [LIFT_SUBQUERIES, COMPARE_PERIODS, PUSH_PREDICATES, PRUNE_COLUMNS]);
const X = "TIMESTAMP '2020-01-01T00:00:00Z'";

test('the period of a row that contains an instant becomes comparisons, which go down to its table', () => {
  expect(after(`SELECT d._id FROM docs FOR ALL VALID_TIME d JOIN parts p ON d._valid_time CONTAINS ${X} AND d._id = p.doc`))
    .toMatch(/public\.docs .*filter _valid_from <= .* and \(_valid_to > .* or _valid_to is null\)/u);
});

test('an overlap of two rows becomes the condition of their join', () => {
  expect(after('SELECT d._id FROM docs FOR ALL VALID_TIME d JOIN parts FOR ALL VALID_TIME p ON d._valid_time OVERLAPS p._valid_time'))
    .toMatch(/NestedLoopJoin inner on \(_valid_to > _valid_from or _valid_to is null\) and \(_valid_to > _valid_from or _valid_to is null\)/u);
});

test.each([
  ['a negation', `NOT d._valid_time CONTAINS ${X}`],
  ['a period of other columns', `PERIOD(d._valid_from, d._system_to) CONTAINS ${X}`],
  ['a date, which is read in the zone of the session', "d._valid_time CONTAINS DATE '2020-01-01'"],
  ['an instant that is computed', `d._valid_time CONTAINS (${X} + INTERVAL '1' DAY)`],
])('%s stays as it is', (_, condition) => {
  expect(after(`SELECT d._id FROM docs FOR ALL VALID_TIME d WHERE ${condition}`)).toMatch(/contains\(/u);
});

test('a mark, which may be NULL, keeps its condition', () => {
  expect(after('SELECT d._id FROM docs d WHERE d.a = 10 OR d.a IN (SELECT p.v FROM parts FOR ALL VALID_TIME p WHERE p._valid_time OVERLAPS d._valid_time)')).toContain('Apply mark');
});

test('rows that an outer join may not have found are not compared by their ends', () => {
  expect(after('SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE d._valid_time OVERLAPS p._valid_time')).toContain('overlaps(');
  expect(after(`SELECT d._id FROM docs d LEFT JOIN parts p ON d._id = p.doc WHERE p._valid_time CONTAINS ${X}`)).toContain('_valid_from <= ');
});
