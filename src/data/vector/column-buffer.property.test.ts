import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FLOAT64, INT32, INT64, type Type } from '../types/type.ts';
import type { Value } from '../types/value.ts';
import type { ColumnChunk } from './chunk.ts';
import { admitColumn } from './admit.ts';
import { ColumnBuffer } from './column-buffer.ts';
import { KernelMemory, Reservation, Scope } from './kernel-memory.ts';
import { vectorReader } from './reader.ts';
import type { Vector } from './vector.ts';

const memory = new KernelMemory({ blocks: 4, poison: true, rowsMin: 0 });

function flatChunk(type: Type, values: readonly Value[]): ColumnChunk {
  const validity = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => { if (value !== null) validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7)); });
  const numbers = values.map((value) => (value === null ? 0 : typeof value === 'object' ? (value as { value: number }).value : value));
  const data = type.kind === 'float' ? Float64Array.from(numbers as number[]) : type === INT64 ? BigInt64Array.from(numbers, (value) => BigInt(value as bigint)) : Int32Array.from(numbers as number[]);
  return { form: 'fixed', type, data, validity: values.includes(null) ? validity : null };
}

function textChunk(values: readonly (string | null)[]): ColumnChunk {
  const parts = values.map((value) => Buffer.from(value ?? ''));
  const offsets = Int32Array.from([0, ...parts.keys()], (_, row) => parts.slice(0, row).reduce((sum, bytes) => sum + bytes.length, 0));
  const validity = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => { if (value !== null) validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7)); });
  return { form: 'text', offsets, bytes: Buffer.concat(parts), validity: values.includes(null) ? validity : null };
}

const part = fc.oneof(
  fc.array(fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)), { maxLength: 30 }).map((values) => ({ values, chunk: flatChunk(INT64, values) })),
  fc.array(fc.option(fc.double()), { maxLength: 30 }).map((values) => ({ values, chunk: flatChunk(FLOAT64, values) })),
  fc.array(fc.option(fc.integer().map((value): Value => ({ kind: 'int', bits: 32, value }))), { maxLength: 30 }).map((values) => ({ values, chunk: flatChunk(INT32, values) })),
  fc.array(fc.constantFrom<Value>(null, 'x', 1n, true), { maxLength: 30 }).map((values) => ({ values, chunk: { form: 'values', values } as ColumnChunk })),
  fc.array(fc.option(fc.string({ unit: 'grapheme', maxLength: 40 })), { maxLength: 30 }).map((values) => ({ values, chunk: textChunk(values) })),
  fc.nat({ max: 20 }).map((count) => ({ values: new Array<Value>(count).fill(null), chunk: { form: 'constant', value: null } as ColumnChunk })),
);

test('rows of any vectors read back, whatever forms were mixed', () => {
  fc.assert(fc.property(fc.array(part, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (parts, random) => {
    const scope = new Scope(new Reservation(memory, 4));
    const buffer = new ColumnBuffer();
    const expected: Value[] = [];
    for (const { values, chunk } of parts) {
      const rows = Int32Array.from(values.keys()).filter(() => (random.next().value as number) % 3 > 0);
      buffer.append(admitColumn(chunk, values.length, scope), rows);
      for (const row of rows) expected.push(values[row] as Value);
      scope.release();
    }
    const all = Int32Array.from([...expected.keys(), -1]);
    const read = (vector: Vector): Value[] => Array.from(all.keys(), vectorReader(vector));
    expect(buffer.length).toBe(expected.length);
    expect(Array.from(expected.keys(), vectorReader(buffer.asVector()))).toEqual(expected);
    expect(read(buffer.gather(all, scope, true))).toEqual([...expected, null]);
    scope.release();
  }));
  expect(memory.blocksFree).toBe(memory.blocks);
});
