/** Rows of EXPLAIN: one for each operator. */
import { KEYWORD, notNull, TEXT } from '../data/types/type.ts';
import type { Value } from '../data/types/value.ts';
import type { PhysicalPlan } from '../query/plan/physical-plan.ts';
import { planLines } from '../query/plan/print-plan.ts';
import type { OutputColumn } from './session.ts';

export const EXPLAIN_COLUMNS: readonly OutputColumn[] = [
  { name: 'depth', type: notNull(TEXT) }, { name: 'op', type: notNull(KEYWORD) }, { name: 'explain', type: notNull({ kind: 'struct', fields: [] }) },
];

export const explainRows = (plan: PhysicalPlan): readonly (readonly Value[])[] => planLines(plan).map(({ depth, operator, details }) => [
  `${'  '.repeat(depth)}->`, { kind: 'keyword', name: operator.replaceAll(' ', '-').toLowerCase() }, new Map<string, Value>(details.map(([name, value]) => [name, value])),
]);
