import { describe, expect, test } from 'vitest';
import { ednOfColumnType } from '../../data/types/edn.ts';
import type { Value } from '../../data/types/value.ts';
import { ShapeTracker } from './shape-tracker.ts';

const document = (fields: Record<string, Value>): Map<string, Value> => new Map(Object.entries(fields));
const show = (tracker: ShapeTracker): string => Array.from(tracker.types(), ([name, type]) => `${name} ${ednOfColumnType(type)}`).join(', ');

describe('shape of a table', () => {
  test('lists _id first, then the columns by name', () => {
    const tracker = new ShapeTracker();
    tracker.add(document({ b: 1n, _id: 1n, Z: true, a: 'x' }));
    expect([...tracker.types().keys()]).toEqual(['_id', 'Z', 'a', 'b']);
  });

  test('a column is nullable once any document lacks it or has it NULL', () => {
    const tracker = new ShapeTracker();
    tracker.add(document({ _id: 1n, a: 1n, b: 2n, c: 3n }));
    tracker.add(document({ _id: 2n, a: 1n, c: null, d: 1n }));
    expect(show(tracker)).toBe('_id :i64, a :i64, b [:? :i64], c [:? :i64], d [:? :i64]');
  });

  test('legs are collected, and the same ones again change nothing', () => {
    const tracker = new ShapeTracker();
    tracker.add(document({ _id: 1n, a: 1n }));
    tracker.add(document({ _id: 'x', a: [1n] }));
    const types = tracker.types();
    expect(show(tracker)).toBe('_id #{:utf8 :i64}, a #{[:list :i64] :i64}');
    tracker.add(document({ _id: 2n, a: [2n] }));
    tracker.add(document({ a: 5n, _id: 'y' }));
    expect(tracker.isDirty).toBe(false);
    expect(tracker.types()).toBe(types);
    tracker.add(document({ _id: 2n, a: ['t'] }));
    expect(tracker.isDirty).toBe(true);
  });

  test('tells tagged values of one kind but other parameters apart', () => {
    const tracker = new ShapeTracker();
    tracker.add(document({ _id: 1n, at: { kind: 'timestamp', unit: 'us', value: 1n } }));
    tracker.add(document({ _id: 1n, at: { kind: 'timestamp', unit: 'ns', value: 1n } }));
    tracker.add(document({ _id: 1n, at: { kind: 'timestamp', unit: 'us', value: 2n } }));
    expect(tracker.types().get('at')?.legs).toEqual([{ kind: 'timestamp', unit: 'us' }, { kind: 'timestamp', unit: 'ns' }]);
  });

  test('declared columns have no type until a document has them', () => {
    const tracker = new ShapeTracker();
    tracker.declare('_id');
    tracker.declare('a');
    expect(tracker.types().get('a')).toEqual({ legs: [], nullable: false });
    tracker.add(document({ _id: 1n, a: 1n }));
    expect(tracker.types().get('a')).toEqual({ legs: [{ kind: 'int', bits: 64 }], nullable: false });
  });

  test('a copy grows by itself', () => {
    const tracker = new ShapeTracker();
    tracker.add(document({ _id: 1n }));
    const copy = ShapeTracker.from(tracker.types(), true);
    copy.add(document({ _id: 1n, a: 1n }));
    expect([...tracker.types().keys()]).toEqual(['_id']);
    expect(show(copy)).toBe('_id :i64, a [:? :i64]');
  });
});
