/** Scans: periods, filter, and the bounds that let a source skip rows. */
import type { BoundExpression } from './expression.ts';
import { anyExpression } from './expression-tree.ts';
import type { LogicalPlan, TemporalFilter } from './logical-plan.ts';
import type { PhysicalBound, PhysicalPeriod } from './physical-plan.ts';
import { filterOf } from './planned.ts';
import type { Planned } from './planned.ts';
import { singleLeg } from '../../data/types/type.ts';
import type { ColumnType, Type } from '../../data/types/type.ts';
import { must } from '../../base/assert.ts';

type Scan = LogicalPlan & { readonly kind: 'scan' };

export function planScan(plan: Scan): Planned {
  return {
    columns: plan.columns,
    plan: {
      columns: plan.columns, kind: 'TableScan', database: plan.database, schema: plan.schema, table: plan.table, sources: plan.columns.map((column) => column.source),
      valid: period(plan.valid), system: period(plan.system), clampValid: plan.clampValid, bounds: boundsOf(plan), filter: filterOf(plan.filters, plan.columns),
    },
  };
}

const period = (filter: TemporalFilter | undefined): PhysicalPeriod | undefined => filter;

const FLIPPED: Readonly<Record<string, PhysicalBound['op']>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const isConstant = (expression: BoundExpression): boolean =>
  expression.kind === 'literal' || expression.kind === 'parameter' || (expression.kind === 'cast' && isConstant(expression.arg));

/** Conjuncts of the filter that compare a column with a constant of its own kind. */
export function boundsOf(plan: Scan): readonly PhysicalBound[] {
  const bounds: PhysicalBound[] = [];
  const sourceOf = (expression: BoundExpression): string | undefined => (expression.kind === 'column' ? plan.columns.find((column) => column.id === expression.id)?.source : undefined);
  for (const filter of plan.filters) {
    if (filter.kind === 'call' && filter.args.length === 2 && FLIPPED[filter.name] !== undefined) {
      const [left, right] = filter.args as readonly [BoundExpression, BoundExpression];
      const leftSource = sourceOf(left);
      const rightSource = sourceOf(right);
      if (leftSource !== undefined && isConstant(right) && sameKind(left.type, right.type)) bounds.push({ column: leftSource, op: filter.name as PhysicalBound['op'], values: [right] });
      else if (rightSource !== undefined && isConstant(left) && sameKind(right.type, left.type)) bounds.push({ column: rightSource, op: must(FLIPPED[filter.name], 'a comparison'), values: [left] });
    }
    if (filter.kind === 'in-list' && !filter.negated) {
      const source = sourceOf(filter.arg);
      if (source !== undefined && filter.items.every((item) => isConstant(item) && sameKind(filter.arg.type, item.type))) bounds.push({ column: source, op: 'in', values: filter.items });
    }
  }
  return bounds;
}

const BOUND_KINDS = new Set<Type['kind']>(['int', 'text', 'uuid', 'keyword', 'date', 'timestamptz']);

/** A constant of one kind, and a column in which no other kind could be equal to it. */
function sameKind(column: ColumnType, constant: ColumnType): boolean {
  const leg = singleLeg(constant);
  if (leg === undefined || !BOUND_KINDS.has(leg.kind)) return false;
  return column.legs.every((other) => other.kind === leg.kind || !comparable(other.kind, leg.kind));
}

const NUMBERS = new Set<Type['kind']>(['int', 'float', 'decimal', 'oid', 'regclass', 'regproc']);
const TIMES = new Set<Type['kind']>(['date', 'timestamp', 'timestamptz']);
const comparable = (a: Type['kind'], b: Type['kind']): boolean => (NUMBERS.has(a) && NUMBERS.has(b)) || (TIMES.has(a) && TIMES.has(b));

export const hasColumn = (expression: BoundExpression): boolean => anyExpression(expression, (node) => node.kind === 'column');
