/** For tests of operators: tables over arrays, short ways to write expressions, and a run of a plan to rows. */
import { CancelFlag } from '../../base/cancel.ts';
import { SeededRandom } from '../../base/random.ts';
import type { EvaluationContext } from '../../catalog/function.ts';
import { NO_SETTINGS } from '../../catalog/test-context.ts';
import type { CatalogView, Scan, ScanRequest, TableSource } from '../../catalog/table-source.ts';
import { columnTypeOfValue, joinAll } from '../../data/types/column-type.ts';
import { BOOL, type ColumnType, nullable } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { rowsOf } from '../../data/vector/batch.ts';
import type { ColumnChunk, RowChunk } from '../../data/vector/chunk.ts';
import { KernelMemory } from '../../data/vector/kernel-memory.ts';
import type { BoundExpression } from '../plan/expression.ts';
import type { OutputColumn, PhysicalPlan } from '../plan/physical-plan.ts';
import type { ExecutionContext } from './context.ts';
import { executePlan } from './execute.ts';

export const EVALUATION: EvaluationContext = {
  clockMicros: 1_600_000_000_000_000n, zone: 'UTC', user: 'test', database: 'test', searchPath: 'public', settings: NO_SETTINGS,
  snapshotToken: () => '', awaitToken: () => '', random: new SeededRandom(1), tableOid: () => undefined, tableName: () => undefined, viewText: () => undefined, sleep: () => undefined,
};

export const MEMORY = new KernelMemory({ blocks: 32, poison: true, rowsMin: 0 });

/** int64s that are not NULL and doubles as flat chunks; everything else as values. */
function chunkOf(values: readonly Value[]): ColumnChunk {
  const validity = values.includes(null) ? new Uint8Array((values.length + 7) >> 3) : null;
  if (validity !== null) values.forEach((value, row) => { if (value !== null) validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7)); });
  const present = values.filter((value) => value !== null);
  if (present.length > 0 && present.every((value) => typeof value === 'bigint')) {
    return { form: 'fixed', type: { kind: 'int', bits: 64 }, data: BigInt64Array.from(values, (value) => (value as bigint | null) ?? 0n), validity };
  }
  if (present.length > 0 && present.every((value) => typeof value === 'number')) {
    return { form: 'fixed', type: { kind: 'float', bits: 64 }, data: Float64Array.from(values, (value) => (value as number | null) ?? 0), validity };
  }
  if (present.length > 0 && present.every((value) => typeof value === 'string')) return textChunk(values as readonly (string | null)[], validity);
  return { form: 'values', values };
}

function textChunk(values: readonly (string | null)[], validity: Uint8Array | null): ColumnChunk {
  const parts = values.map((value) => Buffer.from(value ?? ''));
  const offsets = new Int32Array(values.length + 1);
  parts.forEach((part, row) => { offsets[row + 1] = (offsets[row] as number) + part.length; });
  return { form: 'text', offsets, bytes: Buffer.concat(parts), validity };
}

export interface TestTable { readonly columns: Readonly<Record<string, readonly Value[]>>; readonly chunkRows?: number }

/** A table of `public` over arrays. `requests` collects what was asked for. */
export function testSource(name: string, table: TestTable, requests: ScanRequest[] = []): TableSource {
  const names = Object.keys(table.columns);
  const rowCount = table.columns[names[0] as string]?.length ?? 0;
  const types = new Map(names.map((column): [string, ColumnType] => [column, joinAll((table.columns[column] as readonly Value[]).map(columnTypeOfValue))]));
  return {
    shape: { schema: 'public', name, columns: types, shapeVersion: 1, temporal: true, rowEstimate: rowCount },
    scan(request, cancel): Scan {
      requests.push(request);
      async function* chunks(): AsyncGenerator<RowChunk> {
        const size = table.chunkRows ?? 4096;
        for (let from = 0; from < rowCount; from += size) {
          cancel.check();
          const to = Math.min(from + size, rowCount);
          yield { rowCount: to - from, columns: request.columns.map((column) => chunkOf((table.columns[column] ?? new Array<Value>(rowCount).fill(null)).slice(from, to))) };
        }
      }
      return { residual: request.bounds, [Symbol.asyncIterator]: () => chunks() };
    },
  };
}

export const testCatalog = (...sources: readonly TableSource[]): CatalogView => ({
  databaseName: 'test',
  table: (schema, name) => sources.find((source) => source.shape.schema === schema && source.shape.name === name),
  tables: () => sources,
});

export function testContext(options: Partial<ExecutionContext> = {}): ExecutionContext {
  return {
    catalog: testCatalog(), parameters: [], evaluation: EVALUATION, cancel: new CancelFlag(), memory: MEMORY,
    basis: { validMicros: 1_600_000_000_000_000n, systemMicros: 1_600_000_000_000_000n }, ...options,
  };
}

export async function runPlan(plan: PhysicalPlan, context: ExecutionContext = testContext()): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const batch of executePlan(plan, context)) rows.push(...rowsOf(batch));
  return rows;
}

export const literal = (value: Value): BoundExpression => ({ kind: 'literal', value, type: columnTypeOfValue(value) });
export const input = (index: number, type: ColumnType): BoundExpression => ({ kind: 'input', index, name: `c${index}`, type });
export const call = (name: string, args: readonly BoundExpression[], type: ColumnType = nullable(BOOL)): BoundExpression => ({ kind: 'call', name, args, type });
export const columnsOf = (...types: readonly ColumnType[]): OutputColumn[] => types.map((type, index) => ({ name: `c${index}`, type }));

/** A scan of all columns of a test table. */
export function scanOf(source: TableSource, filter?: BoundExpression): PhysicalPlan {
  const entries = [...source.shape.columns];
  return {
    kind: 'TableScan', schema: 'public', table: source.shape.name, sources: entries.map(([name]) => name),
    columns: entries.map(([name, type]) => ({ name, type })), valid: undefined, system: undefined, clampValid: false, bounds: [], filter,
  };
}

/** Literal rows. */
export function valuesOf(rows: readonly (readonly Value[])[], types: readonly ColumnType[]): PhysicalPlan {
  return { kind: 'Values', columns: columnsOf(...types), rows: rows.map((row) => row.map((value, index) => ({ kind: 'literal', value, type: types[index] as ColumnType }))) };
}
