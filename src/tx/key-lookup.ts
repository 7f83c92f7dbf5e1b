/**
 * The one fast path: `SELECT columns FROM t WHERE _id = x`, as of now. No operators, no promises; where rows lie in files, or anything else
 * is asked, the general engine answers.
 */
import { MICROS_MAX, type TableSource } from '../catalog/table-source.ts';
import type { Value } from '../data/types/value.ts';
import type { RowChunk } from '../data/vector/chunk.ts';
import type { BoundExpression } from '../query/plan/expression.ts';
import type { PhysicalPlan } from '../query/plan/physical-plan.ts';

export interface KeyLookup {
  readonly schema: string;
  readonly table: string;
  /** Columns of the table, in the order of the result. */
  readonly sources: readonly string[];
  /** What `_id` is compared with: a parameter's index or a value. */
  readonly key: { readonly parameter: number } | { readonly value: Value };
}

/** The lookup that a plan is, or undefined. */
export function keyLookupOf(plan: PhysicalPlan): KeyLookup | undefined {
  const scan = plan.kind === 'Project' ? plan.input : plan;
  if (scan.kind !== 'TableScan' || scan.database !== undefined || scan.valid !== undefined || scan.system !== undefined || scan.clampValid || scan.bounds.length !== 1) return undefined;
  const key = scan.filter === undefined ? undefined : keyOf(scan.filter, scan.sources);
  if (key === undefined || scan.bounds[0]?.op !== '=' || scan.bounds[0].column !== '_id') return undefined;
  const sources = plan.kind === 'Project' ? plan.expressions.map((expression) => (expression.kind === 'input' ? scan.sources[expression.index] : undefined)) : scan.sources;
  return sources.every((name) => name !== undefined) ? { schema: scan.schema, table: scan.table, sources, key } : undefined;
}

/** `_id = constant` and nothing else, in either order. */
function keyOf(filter: BoundExpression, sources: readonly string[]): KeyLookup['key'] | undefined {
  if (filter.kind !== 'call' || filter.name !== '=' || filter.args.length !== 2) return undefined;
  const [a, b] = filter.args as readonly [BoundExpression, BoundExpression];
  const [column, constant] = a.kind === 'input' ? [a, b] : [b, a];
  if (column.kind !== 'input' || sources[column.index] !== '_id') return undefined;
  if (constant.kind === 'literal') return { value: constant.value };
  return constant.kind === 'parameter' && constant.index >= 0 ? { parameter: constant.index } : undefined;
}

/** Rows as chunks, or undefined when the general engine must answer. Times are µs. */
export function lookUp(lookup: KeyLookup, source: TableSource, parameters: readonly Value[], validMicros: bigint, systemMicros: bigint): readonly RowChunk[] | undefined {
  const value = 'value' in lookup.key ? lookup.key.value : (parameters[lookup.key.parameter] ?? null);
  if (typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  if (validMicros >= MICROS_MAX || systemMicros >= MICROS_MAX) return undefined;
  return source.lookUp?.({
    columns: lookup.sources,
    valid: { from: validMicros, to: validMicros + 1n },
    system: { from: systemMicros, to: systemMicros + 1n },
    clampValid: false,
    bounds: [{ column: '_id', op: '=', value }],
  });
}
