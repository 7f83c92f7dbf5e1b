/**
 * PATCH: each record beside the stored pieces of its `_id` in the portion.
 *
 *   sort by ordinal, _valid_from
 *     └─ project ordinal, patch, portion, matched, clamped times, old columns
 *          └─ left join on patch._id = t._id
 *               ├─ values (0, {…}), (1, {…})
 *               └─ scan t FOR VALID_TIME FROM x TO y
 */
import { EngineError } from '../../base/errors.ts';
import { BOOL, INT64, INSTANT, notNull, nullable, withNull } from '../../data/types/type.ts';
import type { Patch } from '../sql/ast.ts';
import { bindExtent, clampedFrom, clampedTo } from './bind-extent.ts';
import { documentRows, fieldOfDocument } from './bind-record.ts';
import { boundQuery } from './bind-statement.ts';
import { scanTable } from './bind-table.ts';
import type { Binder } from './binder.ts';
import { makeCall } from './call-type.ts';
import { coalesceType } from './coalesce-type.ts';
import type { BoundDml } from './dml.ts';
import { PATCH_DOCUMENTS, targetName, targetShapeIfAny } from './dml-target.ts';
import type { BoundExpression } from './expression.ts';
import type { LogicalPlan, PlanColumn } from './logical-plan.ts';
import { columnRef } from './plan-tree.ts';
import { bindReturning } from './returning.ts';
import type { ScopeEntry } from './scope.ts';

const NULL_INSTANT: BoundExpression = { kind: 'literal', value: null, type: nullable(INSTANT) };
const FALSE: BoundExpression = { kind: 'literal', value: false, type: notNull(BOOL) };

export function bindPatch(binder: Binder, statement: Patch): () => BoundDml {
  if (statement.extent?.kind === 'all') throw new EngineError('syntax-error', 'PATCH takes FOR VALID_TIME FROM … TO …', { position: statement.extent.start });
  const target = targetName(binder, statement.table);
  const shape = targetShapeIfAny(binder, target);
  const extent = bindExtent(binder, statement.extent);
  const documents = documentRows(binder, target, shape, statement.records, { action: PATCH_DOCUMENTS, allowed: ['_id'] });
  const ordinal = binder.newColumn('ordinal', notNull(INT64));
  const values: LogicalPlan = documents.plan.kind !== 'values' ? documents.plan : {
    ...documents.plan, columns: [ordinal, documents.document],
    rows: documents.plan.rows.map((row, index) => [{ kind: 'literal', value: BigInt(index), type: notNull(INT64) }, ...row]),
  };
  const patch = columnRef(documents.document);
  const id = fieldOfDocument(patch, '_id', shape, documents.isOpen);
  const scan = shape === undefined ? undefined : scanTable(binder, shape, { valid: extent.filter, system: undefined, clampValid: false }, statement.start);
  const stored = (name: string): BoundExpression | undefined => {
    const column = scan?.column(name);
    return column === undefined ? undefined : columnRef({ ...column, type: withNull(column.type) });
  };
  const storedId = scan?.column('_id');
  const input: LogicalPlan = scan === undefined || storedId === undefined ? values
    : { kind: 'join', join: 'left', left: values, right: scan.plan, condition: makeCall('=', [id, columnRef(storedId)]) };
  const from = stored('_valid_from');
  const to = stored('_valid_to');
  const matched: BoundExpression = from === undefined ? FALSE : { kind: 'is-null', arg: from, negated: true, type: notNull(BOOL) };
  const whenMatched = (value: BoundExpression): BoundExpression => ({ kind: 'case', branches: [{ when: matched, then: value }], otherwise: NULL_INSTANT, type: nullable(INSTANT) });
  const documentColumns = [...(shape?.columns.keys() ?? [])].filter((name) => name !== '_id');
  const fixed: { output: PlanColumn; expression: BoundExpression }[] = [];
  const add = (name: string, expression: BoundExpression): void => { fixed.push({ output: binder.newColumn(name, expression.type), expression }); };
  add('ordinal', columnRef(ordinal));
  add('patch', patch);
  add('portion_from', extent.from);
  add('portion_to', extent.to);
  add('matched', matched);
  add('_valid_from', from === undefined ? NULL_INSTANT : whenMatched(clampedFrom(from, extent)));
  add('_valid_to', to === undefined ? NULL_INSTANT : whenMatched(clampedTo(to, extent)));
  for (const name of documentColumns) add(name, stored(name) ?? NULL_INSTANT);
  const row = [...new Set(['_id', ...documents.keys, ...documentColumns])].map((name): ScopeEntry => {
    const old = stored(name);
    const args = [fieldOfDocument(patch, name, shape, documents.isOpen), ...(old === undefined ? [] : [old])];
    const expression: BoundExpression = { kind: 'coalesce', args, type: coalesceType(args) };
    return { table: target.table, name, expression: () => expression, hidden: false, qualifiedOnly: false };
  });
  const returned = bindReturning(binder, statement.returning, row);
  const projected: LogicalPlan = { kind: 'project', input, columns: [...fixed, ...returned] };
  const keys = [0, 5].flatMap((index) => (fixed[index] === undefined ? [] : [{ expression: columnRef(fixed[index].output), descending: false, nullsFirst: true }]));
  const plan: LogicalPlan = { kind: 'sort', input: projected, keys };
  return () => ({ kind: 'patch', ...target, source: boundQuery(binder, plan), returning: returned.length === 0 ? undefined : { firstColumn: fixed.length }, documentColumns });
}
