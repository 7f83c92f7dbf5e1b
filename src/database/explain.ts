/** Rows of EXPLAIN and EXPLAIN ANALYZE: one for each operator. */
import { type Duration, type Value } from '../data/types/value.ts';
import { INT64, KEYWORD, notNull, nullable, TEXT } from '../data/types/type.ts';
import type { Type } from '../data/types/type.ts';
import type { PlanMeasures } from '../query/exec/measures.ts';
import type { PhysicalPlan } from '../query/plan/physical-plan.ts';
import { type PlanLine, planLines } from '../query/plan/print-plan.ts';
import type { OutputColumn } from './session.ts';

const STRUCT: Type = { kind: 'struct', fields: [] };
const DURATION: Type = { kind: 'duration', unit: 'us' };
const OPERATOR_COLUMNS: readonly OutputColumn[] = [{ name: 'depth', type: notNull(TEXT) }, { name: 'op', type: notNull(KEYWORD) }];

export const EXPLAIN_COLUMNS: readonly OutputColumn[] = [...OPERATOR_COLUMNS, { name: 'explain', type: notNull(STRUCT) }];

export const ANALYZE_COLUMNS: readonly OutputColumn[] = [
  ...OPERATOR_COLUMNS,
  { name: 'attributes', type: nullable(STRUCT) },
  { name: 'total_time', type: notNull(DURATION) }, { name: 'time_to_first_page', type: nullable(DURATION) },
  { name: 'page_count', type: notNull(INT64) }, { name: 'row_count', type: notNull(INT64) },
  { name: 'pushdowns', type: nullable({ kind: 'list', element: nullable(STRUCT) }) },
];

const operatorCells = ({ depth, operator }: PlanLine): Value[] => [`${'  '.repeat(depth)}->`, { kind: 'keyword', name: operator.replaceAll(' ', '-').toLowerCase() }];

export const explainRows = (plan: PhysicalPlan): readonly (readonly Value[])[] => planLines(plan).map((line) => [...operatorCells(line), new Map<string, Value>(line.details)]);

/** After the plan has run. Times include those of the operators below. */
export const analyzeRows = (plan: PhysicalPlan, measures: PlanMeasures, databaseName: string): readonly (readonly Value[])[] => planLines(plan).map((line) => {
  const { totalMs, firstBatchMs, batchCount, rowCount } = measures.of(line.plan);
  return [
    ...operatorCells(line), attributes(line, measures, databaseName), micros(totalMs), firstBatchMs === undefined ? null : micros(firstBatchMs),
    BigInt(batchCount), BigInt(rowCount), pushdowns(line.plan),
  ];
});

/** What EXPLAIN says of the operator; of scans also where the rows came from, and how many. NULL where there is nothing to say. */
function attributes({ plan, details }: PlanLine, measures: PlanMeasures, databaseName: string): Value {
  const scan: readonly (readonly [string, Value])[] = plan.kind !== 'TableScan' ? []
    : [['scan_db', plan.database ?? databaseName], ['scan_rows_read', BigInt(measures.of(plan).scannedRowCount)]];
  return details.length + scan.length === 0 ? null : new Map<string, Value>([...details, ...scan]);
}

/** Conditions that the table was asked with, so that it could pass over rows; NULL where there were none. */
const pushdowns = (plan: PhysicalPlan): Value => (plan.kind !== 'TableScan' || plan.bounds.length === 0 ? null
  : plan.bounds.map(({ column, op }) => new Map<string, Value>([['column', column], ['op', op]])));

const micros = (ms: number): Duration => ({ kind: 'duration', unit: 'us', value: BigInt(Math.round(ms * 1000)) });
