import { describe, expect, test } from 'vitest';
import { INT64, notNull } from '../../data/types/type.ts';
import { jointSelectivity, joinSelectivity, valueCounts } from './estimate.ts';
import type { BoundExpression } from './expression.ts';
import { booleanType } from './expression-tree.ts';
import type { LogicalPlan } from './logical-plan.ts';

const INT = notNull(INT64);
type Scan = LogicalPlan & { readonly kind: 'scan' };

const scan = (table: string, rowEstimate: number, names: Readonly<Record<string, number>>): Scan => ({
  kind: 'scan', schema: 'public', table, columns: Object.entries(names).map(([name, id]) => ({ id, name, type: INT, source: name })),
  valid: undefined, system: undefined, clampValid: false, filters: [], rowEstimate,
});
function column(plan: Scan, name: string): BoundExpression {
  const found = plan.columns.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return { kind: 'column', id: found.id, name, type: INT };
}
const equal = (a: BoundExpression, b: BoundExpression): BoundExpression => ({ kind: 'call', name: '=', args: [a, b], type: booleanType(false) });

const customer = scan('customer', 15_000, { _id: 1, nation: 2 });
const supplier = scan('supplier', 1000, { _id: 3, nation: 4 });
const nation = scan('nation', 25, { _id: 5 });
const offer = scan('offer', 80_000, { part: 6, supplier: 7 });
const item = scan('item', 600_000, { part: 8, supplier: 9 });

describe('equalities', () => {
  test('columns that are equal to an _id have no more values than its table has rows', () => {
    const conditions = [equal(column(customer, 'nation'), column(supplier, 'nation')), equal(column(supplier, 'nation'), column(nation, '_id'))];
    const counts = valueCounts(conditions, [customer, supplier, nation]);
    expect(joinSelectivity(conditions[0] as BoundExpression, customer, supplier, counts)).toBe(1 / 25);
    expect(joinSelectivity(conditions[0] as BoundExpression, customer, supplier)).toBe(1 / 15_000);
  });

  test('two that come together are no two independent ones: each row of the larger side finds its match', () => {
    const conditions = [equal(column(item, 'part'), column(offer, 'part')), equal(column(item, 'supplier'), column(offer, 'supplier'))];
    expect(600_000 * 80_000 * jointSelectivity(conditions, item, offer)).toBeCloseTo(600_000);
  });

  test('a chain of two relations has no bound without an _id', () => {
    expect(valueCounts([equal(column(customer, 'nation'), column(supplier, 'nation'))], [customer, supplier]).size).toBe(0);
  });
});
