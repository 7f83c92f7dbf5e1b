import { describe, expect, test } from 'vitest';
import { ednOfColumnType } from './edn.ts';
import { BOOL, DATE, FLOAT64, INSTANT, INT64, notNull, NULL_TYPE, nullable, TEXT, TIMESTAMP_US, UUID } from './type.ts';
import type { ColumnType, Type } from './type.ts';

const union = (isNullable: boolean, ...legs: Type[]): ColumnType => ({ legs, nullable: isNullable });
const list = (element: ColumnType): Type => ({ kind: 'list', element });
const decimal = (precision: number, scale: number): Type => ({ kind: 'decimal', precision, scale });

describe('a column type in EDN', () => {
  test.each<[ColumnType, string]>([
    [notNull(INT64), ':i64'], [nullable(TEXT), '[:? :utf8]'], [NULL_TYPE, ':null'], [union(false), ':nothing'],
    [notNull(INSTANT), ':instant'], [nullable(TIMESTAMP_US), '[:? :timestamp-local :micro]'], [nullable(DATE), '[:? :date :day]'],
    [notNull({ kind: 'timestamptz', unit: 'us', zone: 'Z' }), '[:timestamp-tz :micro "Z"]'], [notNull(decimal(10, 2)), '[:decimal 10 2 128]'], [notNull(decimal(38, 0)), '[:decimal 38 0 256]'],
    [nullable(list(notNull(INT64))), '[:? :list :i64]'], [notNull(list(nullable(INT64))), '[:list [:? :i64]]'],
    [notNull({ kind: 'struct', fields: [{ name: 'x', type: notNull(INT64) }, { name: 'y', type: nullable(TEXT) }] }), '[:struct {"x" :i64, "y" [:? :utf8]}]'],
  ])('is written as it is: %#', (type, expected) => { expect(ednOfColumnType(type)).toBe(expected); });

  // Orders as a Clojure set shows them.
  test.each<[ColumnType, string]>([
    [union(true, INT64, FLOAT64), '#{:f64 :null :i64}'],
    [union(true, INT64, BOOL), '#{:null :bool :i64}'],
    [union(true, INT64, TEXT, list(notNull(INT64))), '#{:utf8 [:list :i64] :null :i64}'],
    [union(true, UUID, decimal(5, 0), decimal(10, 2), decimal(32, 2), decimal(32, 0)), '#{[:decimal 32 2 128] [:decimal 10 2 128] [:decimal 5 0 128] :null [:decimal 32 0 128] :uuid}'],
    [union(false, { kind: 'interval', form: 'year-month' }, BOOL, { kind: 'interval', form: 'month-day-micro' }), '#{[:interval :month-day-micro] :bool [:interval :year-month]}'],
    [union(true, { kind: 'timestamptz', unit: 'us', zone: 'Z' }, { kind: 'timestamptz', unit: 'us', zone: '+02:00' }), '#{:null [:timestamp-tz :micro "+02:00"] [:timestamp-tz :micro "Z"]}'],
    [union(true, INT64, { kind: 'struct', fields: [{ name: 'x', type: union(false, TEXT, INT64) }, { name: 'y', type: nullable(TEXT) }, { name: 'z', type: nullable({ kind: 'struct', fields: [{ name: 'u', type: notNull(INT64) }] }) }] }), '#{[:struct {"x" #{:utf8 :i64}, "y" [:? :utf8], "z" [:? :struct {"u" :i64}]}] :null :i64}'],
  ])('is a set where it has several legs, in the order of hash tries: %#', (type, expected) => {
    expect(ednOfColumnType(type)).toBe(expected);
    expect(ednOfColumnType({ ...type, legs: [...type.legs].reverse() })).toBe(expected);
  });
});
