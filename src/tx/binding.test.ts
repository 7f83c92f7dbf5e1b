import { expect, test } from 'vitest';
import { declaredTypeOf } from './binding.ts';

test.each<[string, unknown]>([
  ['BIGINT', { kind: 'int', bits: 64 }], ['int8', { kind: 'int', bits: 64 }], ['text', { kind: 'text' }], ['double precision', { kind: 'float', bits: 64 }],
  [' Double  Precision ', { kind: 'float', bits: 64 }], ['numeric(10, 2)', { kind: 'decimal', precision: 10, scale: 2 }],
  ['timestamp with time zone', { kind: 'timestamptz', unit: 'us', zone: 'UTC' }], ['timestamp(3) with time zone', { kind: 'timestamptz', unit: 'us', zone: 'UTC' }],
  ['no_such_type', undefined], ['bigint[]', undefined], ['', undefined],
])('CREATE TABLE with %j declares what a cast to it would give', (text, type) => { expect(declaredTypeOf(text)).toEqual(type); });
