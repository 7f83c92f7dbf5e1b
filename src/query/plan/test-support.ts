/** For tests of the planner: tables, and SQL text to bound, printed and executed plans. */
import type { TableSource } from '../../catalog/table-source.ts';
import type { Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { EVALUATION, runPlan, testCatalog, testContext, testSource } from '../exec/test-support.ts';
import { parseStatement } from '../sql/parser.ts';
import { bindDml } from './bind-dml.ts';
import type { DmlStatement } from './bind-dml.ts';
import { bindQuery } from './bind-statement.ts';
import type { BindContext, BindNotice, BoundQuery } from './bound-query.ts';
import type { BoundDml } from './dml.ts';
import type { LogicalPlan } from './logical-plan.ts';
import { optimize } from './optimize.ts';
import { planPhysical } from './plan-physical.ts';
import { printPlan } from './print-plan.ts';
import { ruleContext } from './rules/rule.ts';
import type { Rule } from './rules/rule.ts';

/** `docs` has NULLs, lists and structs; `parts.doc` refers to `docs._id`; `big` is estimated large. */
export const TABLES: readonly TableSource[] = [
  testSource('docs', {
    columns: {
      _id: [1n, 2n, 3n, 4n, 5n], a: [10n, 20n, null, 10n, 30n], b: ['x', 'y', 'z', null, 'x'],
      tags: [['p', 'q'], [], ['r'], null, ['p']], s: [new Map([['k', 1n]]), null, new Map([['k', 2n]]), null, new Map([['k', null]])],
    },
  }),
  testSource('parts', { columns: { _id: [1n, 2n, 3n, 4n, 5n, 6n], doc: [1n, 1n, 3n, 4n, null, 9n], v: [1.5, 2.5, null, 4.5, 5.5, 2.5] } }),
  testSource('big', { columns: { _id: Array.from({ length: 300 }, (_, index) => BigInt(index)), doc: Array.from({ length: 300 }, (_, index) => BigInt(index % 7)), w: Array.from({ length: 300 }, (_, index) => BigInt(index % 11)) } }),
];

export interface BindOptions { readonly parameterTypes?: readonly (Type | undefined)[]; readonly columnHint?: BindContext['columnHint']; readonly notices?: BindNotice[] }

export function bindContext(options: BindOptions = {}): BindContext {
  return {
    catalog: testCatalog(...TABLES), defaultSchema: 'public', parameterTypes: options.parameterTypes ?? [], columnHint: options.columnHint ?? (() => undefined),
    evaluation: EVALUATION, onNotice: (notice) => { options.notices?.push(notice); },
  };
}

export function bindText(sql: string, options: BindOptions = {}): BoundQuery {
  const { statement } = parseStatement(sql);
  if (statement.kind !== 'query') throw new Error('not a query');
  return bindQuery(statement, bindContext(options));
}

export const bindDmlText = (sql: string, options: BindOptions = {}): BoundDml => bindDml(parseStatement(sql).statement as DmlStatement, bindContext(options));

/** The optimised plan as text. */
export const explainText = (sql: string, options: BindOptions = {}): string => printPlan(planPhysical(optimize(bindText(sql, options), EVALUATION)));

/** The plan after these rules only. */
export function applyRules(sql: string, rules: readonly Rule[]): LogicalPlan {
  const bound = bindText(sql);
  const context = ruleContext(bound);
  return rules.reduce((current, rule) => rule.apply(current, context), bound.plan);
}

export const printRules = (sql: string, rules: readonly Rule[]): string => printPlan(planPhysical(applyRules(sql, rules)));

export const runRules = (sql: string, rules: readonly Rule[]): Promise<Value[][]> => runPlan(planPhysical(applyRules(sql, rules)), testContext({ catalog: testCatalog(...TABLES) }));

export const runText = (sql: string, parameters: readonly Value[] = [], options: BindOptions = {}): Promise<Value[][]> =>
  runPlan(planPhysical(optimize(bindText(sql, options), EVALUATION)), testContext({ catalog: testCatalog(...TABLES), parameters }));
