/**
 * Operators over a million rows of flat int64 and float64 columns. Prints the least processor time of the rounds, in ms, with compiled kernels and with loops.
 * Run: node scripts/with-node.mjs src/query/exec/exec.bench.ts
 */
import { CancelFlag } from '../../base/cancel.ts';
import type { Scan, TableSource } from '../../catalog/table-source.ts';
import { BOOL, type ColumnType, FLOAT64, INT64, notNull, TEXT, type Type } from '../../data/types/type.ts';
import type { ColumnChunk, RowChunk } from '../../data/vector/chunk.ts';
import { KernelMemory } from '../../data/vector/kernel-memory.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { PhysicalAggregate, PhysicalPlan } from '../plan/physical-plan.ts';
import { executePlan } from './execute.ts';
import { call, columnsOf, input, literal, testCatalog, testContext } from './test-support.ts';

const ROUNDS = 9;
const CHUNK = 4096;
const INT = notNull(INT64);
const DOUBLE = notNull(FLOAT64);

type Make = (row: number) => bigint | number | string;

function columnChunk(type: Type, make: Make, from: number, count: number): ColumnChunk {
  const rows = Array.from({ length: count }, (_, row) => make(from + row));
  if (type.kind === 'int') return { form: 'fixed', type, data: BigInt64Array.from(rows as bigint[]), validity: null };
  if (type.kind === 'float') return { form: 'fixed', type, data: Float64Array.from(rows as number[]), validity: null };
  const parts = rows.map((row) => Buffer.from(row as string));
  const offsets = new Int32Array(count + 1);
  parts.forEach((part, row) => { offsets[row + 1] = (offsets[row] as number) + part.length; });
  return { form: 'text', offsets, bytes: Buffer.concat(parts), validity: null };
}

/** A table whose chunks are made once and handed out again and again. */
function tableOf(name: string, rowCount: number, columns: Readonly<Record<string, readonly [Type, Make]>>): TableSource {
  const chunks: Record<string, ColumnChunk>[] = [];
  for (let from = 0; from < rowCount; from += CHUNK) {
    const count = Math.min(CHUNK, rowCount - from);
    chunks.push(Object.fromEntries(Object.entries(columns).map(([column, [type, make]]) => [column, columnChunk(type, make, from, count)])));
  }
  const types = new Map(Object.entries(columns).map(([column, [type]]): [string, ColumnType] => [column, notNull(type)]));
  return {
    shape: { schema: 'public', name, columns: types, shapeVersion: 1, temporal: true, rowEstimate: rowCount },
    scan(request): Scan {
      async function* rows(): AsyncGenerator<RowChunk> {
        for (let index = 0; index < chunks.length; index++) {
          yield { rowCount: Math.min(CHUNK, rowCount - index * CHUNK), columns: request.columns.map((column) => (chunks[index] as Record<string, ColumnChunk>)[column] as ColumnChunk) };
        }
      }
      return { residual: [], [Symbol.asyncIterator]: () => rows() };
    },
  };
}

const scramble = (row: number): number => (Math.imul(row, 2654435761) >>> 0) % 1_000_000;
const big = tableOf('big', 1_000_000, {
  id: [INT64, (row) => BigInt(row)], key: [INT64, (row) => BigInt(scramble(row) % 100_000)], few: [INT64, (row) => BigInt(row % 4)], hundred: [INT64, (row) => BigInt(scramble(row) % 100)],
  x: [INT64, (row) => BigInt(scramble(row))], d: [FLOAT64, (row) => scramble(row) / 7], s: [TEXT, (row) => `group ${row % 1000}`],
});
const small = tableOf('small', 100_000, { id: [INT64, (row) => BigInt(row)], v: [INT64, (row) => BigInt(row * 2)] });

const scan = (table: TableSource, columns: readonly string[], filter?: BoundExpression): PhysicalPlan => ({
  kind: 'TableScan', schema: 'public', table: table.shape.name, sources: columns, valid: undefined, system: undefined, clampValid: false, bounds: [], filter,
  columns: columns.map((name) => ({ name, type: table.shape.columns.get(name) as ColumnType })),
});
const aggregate = (name: string, args: readonly BoundExpression[]): PhysicalAggregate => ({ name, args, distinct: false, filter: undefined, orderBy: [], type: INT });
const group = (plan: PhysicalPlan, groupBy: readonly BoundExpression[], aggregates: readonly PhysicalAggregate[]): PhysicalPlan =>
  ({ kind: 'HashAggregate', input: plan, columns: columnsOf(...groupBy.map(() => INT), ...aggregates.map(() => INT)), groupBy, aggregates });
const count = (plan: PhysicalPlan): PhysicalPlan => group(plan, [], [aggregate('count', [])]);
const key = (index: number, type: ColumnType = INT) => ({ expression: input(index, type), descending: false, nullsFirst: false });

const PLANS: Readonly<Record<string, PhysicalPlan>> = {
  'count(*)': count(scan(big, ['id'])),
  'sum(x) where x < 10 %': group(scan(big, ['x'], call('<', [input(0, INT), literal(100_000n)], notNull(BOOL))), [], [aggregate('sum', [input(0, INT)])]),
  'sum(x), sum(d), avg(d), min(x)': group(scan(big, ['x', 'd']), [], [aggregate('sum', [input(0, INT)]), aggregate('sum', [input(1, DOUBLE)]), aggregate('avg', [input(1, DOUBLE)]), aggregate('min', [input(0, INT)])]),
  'group by 4 keys': group(scan(big, ['few', 'x', 'd']), [input(0, INT)], [aggregate('sum', [input(1, INT)]), aggregate('avg', [input(2, DOUBLE)]), aggregate('count', [])]),
  'group by 100 k keys': group(scan(big, ['key', 'x']), [input(0, INT)], [aggregate('sum', [input(1, INT)])]),
  'group by 1000 texts': group(scan(big, ['s', 'x']), [input(0, notNull(TEXT))], [aggregate('sum', [input(1, INT)])]),
  'group by int and text': group(scan(big, ['few', 's', 'x']), [input(0, INT), input(1, notNull(TEXT))], [aggregate('sum', [input(2, INT)])]),
  'join 1 M with 100 k': count({ kind: 'HashJoin', join: 'inner', left: scan(big, ['key', 'x']), right: scan(small, ['id', 'v']), leftKeys: [input(0, INT)], rightKeys: [input(0, INT)], residual: undefined, columns: columnsOf(INT, INT, INT, INT) }),
  'semi join 1 M with 100 k': count({ kind: 'HashJoin', join: 'semi', left: scan(big, ['x']), right: scan(small, ['id']), leftKeys: [input(0, INT)], rightKeys: [input(0, INT)], residual: undefined, columns: columnsOf(INT) }),
  'sort 1 M by int64': count({ kind: 'Sort', input: scan(big, ['x', 'd']), columns: columnsOf(INT, DOUBLE), keys: [key(0)] }),
  'sort 1 M by text, int64': count({ kind: 'Sort', input: scan(big, ['s', 'x']), columns: columnsOf(notNull(TEXT), INT), keys: [key(0, notNull(TEXT)), key(1)] }),
  'top 10 of 1 M': count({ kind: 'TopK', input: scan(big, ['x', 'd']), columns: columnsOf(INT, DOUBLE), keys: [key(0)], limit: literal(10n), offset: undefined }),
  'distinct 100 k': count({ kind: 'Distinct', input: scan(big, ['key']), columns: columnsOf(INT) }),
  'sum(x * few) where x < 50 % and d > 10 %': group(scan(big, ['x', 'few', 'd'], { kind: 'and', args: [call('<', [input(0, INT), literal(500_000n)], notNull(BOOL)), call('>', [input(2, DOUBLE), literal(14_285)], notNull(BOOL))], type: notNull(BOOL) }), [], [aggregate('sum', [call('*', [input(0, INT), input(1, INT)], INT)])]),
  'group by 100 keys': group(scan(big, ['hundred', 'x']), [input(0, INT)], [aggregate('sum', [input(1, INT)])]),
  'x * 2 + 7 > 1000000': count({ kind: 'Filter', input: scan(big, ['x']), columns: columnsOf(INT), predicate: call('>', [call('+', [call('*', [input(0, INT), literal(2n)], INT), literal(7n)], INT), literal(1_000_000n)], notNull(BOOL)) }),
  'sum(x + 1)': group(scan(big, ['x']), [], [aggregate('sum', [call('+', [input(0, INT), literal(1n)], INT)])]),
  'cross join 2 k x 1 k': count({ kind: 'NestedLoopJoin', join: 'inner', left: { kind: 'Limit', input: scan(small, ['id']), limit: literal(2000n), offset: undefined, columns: columnsOf(INT) }, right: { kind: 'Limit', input: scan(small, ['id']), limit: literal(1000n), offset: undefined, columns: columnsOf(INT) }, condition: undefined, columns: columnsOf(INT, INT) }),
  'row_number over (partition by few order by x)': count({ kind: 'Window', input: scan(big, ['few', 'x']), columns: columnsOf(INT, INT, INT), calls: [{ name: 'row_number', args: [], partitionBy: [input(0, INT)], orderBy: [key(1)], frame: undefined, ignoreNulls: false, filter: undefined, type: INT }] }),
};

const MEMORIES = [new KernelMemory({ blocks: 64 }), new KernelMemory({ blocks: 64, kernels: false })] as const;
const only = process.argv[2];

async function timeOf(plan: PhysicalPlan, memory: KernelMemory): Promise<number> {
  const started = process.cpuUsage();
  for await (const batch of executePlan(plan, testContext({ catalog: testCatalog(big, small), memory, cancel: new CancelFlag() }))) void batch;
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

const inMs = (ms: number): string => ms.toFixed(1).padStart(8);

// In turns and the fastest of each, so that what else the machine does falls on both alike.
console.log(' kernels   loops  ratio   ms');
for (const [name, plan] of Object.entries(PLANS)) {
  if (only !== undefined && !name.includes(only)) continue;
  const best = [Infinity, Infinity] as [number, number];
  for (let round = 0; round < ROUNDS; round++) {
    for (const which of [0, 1] as const) best[which] = Math.min(best[which], await timeOf(plan, MEMORIES[which]));
  }
  console.log(`${inMs(best[0])}${inMs(best[1])}  ${(best[1] / best[0]).toFixed(2)}   ${name}`);
}
