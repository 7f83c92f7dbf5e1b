import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KernelMemory, Reservation, Scope } from '../vector/kernel-memory.ts';
import { kernelSource } from './templates.ts';
import { KERNEL_ROWS_MAX, loadKernels, type Kernels } from './load-kernels.ts';

type Type = 'i32' | 'i64' | 'f64';
type Scalar = bigint | number;

const memory = new KernelMemory({ blocks: 8, poison: true, rowsMin: 0 });
const scope = new Scope(new Reservation(memory, 8));
const kernels = loadKernels(memory) as Kernels;

const ARRAYS = { i32: Int32Array, i64: BigInt64Array, f64: Float64Array } as const;
const VALUES: Readonly<Record<Type, fc.Arbitrary<Scalar>>> = {
  i32: fc.oneof(fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)), fc.integer()),
  i64: fc.oneof(fc.constantFrom(0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 31n)), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-9n, 9n)),
  f64: fc.oneof(fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1.5), fc.double()),
};

/** A column in kernel memory: canaries stand behind it. */
function place(type: Type, values: readonly Scalar[]): { readonly address: number; readonly data: Int32Array | BigInt64Array | Float64Array } {
  const address = scope.allocate(Math.max(1, values.length * (type === 'i32' ? 4 : 8))) as number;
  const data = new ARRAYS[type](memory.memory.buffer, address, values.length);
  values.forEach((value, row) => { data[row] = value; });
  return { address, data };
}

function placeValid(valid: readonly boolean[]): number {
  const address = scope.allocate(Math.max(1, (valid.length + 7) >> 3)) as number;
  const bytes = new Uint8Array(memory.memory.buffer, address, (valid.length + 7) >> 3).fill(0);
  valid.forEach((isValid, row) => { if (isValid) bytes[row >> 3] = (bytes[row >> 3] as number) | (1 << (row & 7)); });
  return address;
}

/** Columns of one length, which rows are valid in each, and which are selected. */
interface Table { readonly a: readonly Scalar[]; readonly b: readonly Scalar[]; readonly aValid: readonly boolean[]; readonly bValid: readonly boolean[]; readonly selected: readonly number[]; readonly groups: readonly number[] }

const tableOf = (value: fc.Arbitrary<Scalar>): fc.Arbitrary<Table> => fc.tuple(
  fc.array(fc.tuple(value, value, fc.boolean(), fc.boolean(), fc.boolean(), fc.nat({ max: 3 })), { maxLength: 300, size: 'max' }), fc.integer({ min: 0, max: 19 }),
).map(([few, often]) => {
  const rows = often === 0 && few.length > 0 ? Array.from({ length: KERNEL_ROWS_MAX }, (_, row) => few[row % few.length] as (typeof few)[number]) : few;
  return {
    a: rows.map((row) => row[0]), b: rows.map((row) => row[1]), aValid: rows.map((row) => row[2]), bValid: rows.map((row) => row[3]),
    selected: [...rows.keys()].filter((row) => rows[row]?.[4] === true), groups: rows.map((row) => row[5]),
  };
});

const shape = fc.record({ vector: fc.boolean(), nulls: fc.boolean(), dense: fc.boolean() });
const rowsOf = (table: Table, dense: boolean): readonly number[] => (dense ? [...table.a.keys()] : table.selected);
const suffix = ({ nulls, dense }: { readonly nulls: boolean; readonly dense: boolean }): string => `${nulls ? '_nulls' : ''}${dense ? '' : '_sel'}`;

function run(name: string, args: readonly (Scalar)[]): number {
  const kernel = kernels.named(name);
  if (kernel === undefined) throw new Error(`there is no kernel ${name}: run npm run build`);
  return kernel(...args);
}

test('the built module is made of these templates', () => {
  const built = readFileSync(new URL('../../../dist/data/kernels/kernels.sha256', import.meta.url), 'utf8');
  expect(built, 'the kernels are older than their templates: run npm run build').toBe(createHash('sha256').update(kernelSource()).digest('hex'));
});

describe.each(['i32', 'i64', 'f64'] as const)('over %s', (type) => {
  const MEANING: Readonly<Record<string, (x: Scalar, y: Scalar) => boolean>> = {
    eq: (x, y) => x === y, ne: (x, y) => x !== y, lt: (x, y) => x < y, le: (x, y) => x <= y, gt: (x, y) => x > y, ge: (x, y) => x >= y,
  };

  test('a comparison selects the valid rows for which it holds', () => {
    fc.assert(fc.property(tableOf(VALUES[type]), VALUES[type], shape, (table, constant, { vector, nulls, dense }) => {
      const rows = rowsOf(table, dense);
      for (const [name, holds] of Object.entries(MEANING)) {
        const args: Scalar[] = [place(type, table.a).address];
        if (nulls) args.push(placeValid(table.aValid));
        args.push(vector ? place(type, table.b).address : constant);
        if (nulls && vector) args.push(placeValid(table.bValid));
        if (!dense) args.push(kernels.placeRows(Int32Array.from(rows)));
        const count = run(`select_${name}_${type}_${vector ? 'vector' : 'const'}${suffix({ nulls, dense })}`, [...args, rows.length, kernels.outAddress]);
        expect([...kernels.takeOut(count)]).toEqual(rows.filter((row) =>
          (!nulls || (table.aValid[row] && (!vector || table.bValid[row]))) && holds(table.a[row] as Scalar, vector ? table.b[row] as Scalar : constant)));
        scope.release();
      }
    }), { numRuns: 60 });
  });

  const EXACT: Readonly<Record<string, (x: bigint, y: bigint) => bigint>> = { add: (x, y) => x + y, subtract: (x, y) => x - y, multiply: (x, y) => x * y };
  const ROUNDED: Readonly<Record<string, (x: number, y: number) => number>> = { add: (x, y) => x + y, subtract: (x, y) => x - y, multiply: (x, y) => x * y };
  const bits = type === 'i32' ? 32 : 64;

  test('arithmetic gives each row its result, or names the first valid row that overflows', () => {
    fc.assert(fc.property(tableOf(VALUES[type]), VALUES[type], shape, fc.constantFrom('add', 'subtract', 'multiply'), fc.boolean(), (table, constant, { vector, nulls: wanted, dense }, name, mirror) => {
      const nulls = wanted && type !== 'f64';
      const mirrored = mirror && name === 'subtract' && !vector;
      const rows = rowsOf(table, dense);
      const out = place(type, table.a);
      const args: Scalar[] = [place(type, table.a).address, vector ? place(type, table.b).address : constant];
      if (nulls) args.push(placeValid(table.aValid));
      if (!dense) args.push(kernels.placeRows(Int32Array.from(rows)));
      if (type === 'i32') args.push(-(2n ** 31n), 2n ** 31n - 1n);
      const failed = run(`${name}_${type}_${mirrored ? 'mirrored' : vector ? 'vector' : 'const'}${suffix({ nulls, dense })}`, [...args, rows.length, out.address]);
      const resultOf = (row: number): Scalar => {
        const [x, y] = [table.a[row] as Scalar, vector ? table.b[row] as Scalar : constant];
        const [left, right] = mirrored ? [y, x] : [x, y];
        return type === 'f64' ? (ROUNDED[name] as (typeof ROUNDED)[string])(left as number, right as number) : (EXACT[name] as (typeof EXACT)[string])(BigInt(left), BigInt(right));
      };
      const isOverflow = (row: number): boolean => type !== 'f64' && BigInt.asIntN(bits, resultOf(row) as bigint) !== resultOf(row) && (!nulls || table.aValid[row] === true);
      const first = rows.find(isOverflow);
      expect(failed).toBe(first ?? -1);
      if (first === undefined) for (const row of rows) if (!nulls || table.aValid[row]) expect(type === 'i32' ? BigInt(out.data[row] as number) : out.data[row]).toEqual(resultOf(row));
      scope.release();
    }), { numRuns: 100 });
  });
});

/** What a fold leaves of the valid values of one group, in order. */
const ORACLE: Readonly<Record<string, (values: readonly Scalar[]) => Scalar>> = {
  sum_i64: (values) => values.reduce((sum: bigint, value) => sum + (value as bigint), 0n),
  sum_f64: (values) => values.reduce((sum: number, value) => sum + (value as number), 0),
  mean_i64: (values) => values.reduce((sum: number, value) => sum + Number(value), 0),
  min_i64: (values) => values.reduce((best, value) => (value < best ? value : best)),
  max_i64: (values) => values.reduce((best, value) => (value > best ? value : best)),
  min_f64: (values) => values.reduce((best, value) => (value < best || (Number.isNaN(best) && !Number.isNaN(value)) ? value : best)),
  max_f64: (values) => values.reduce((best, value) => (value > best || (Number.isNaN(value) && !Number.isNaN(best)) ? value : best)),
};

test.each(Object.keys(ORACLE))('%s folds the valid rows of each group, in order', (name) => {
  const type = name.endsWith('i64') ? 'i64' : 'f64';
  fc.assert(fc.property(tableOf(VALUES[type]), shape, ({ ...table }, { vector: grouped, nulls, dense }) => {
    const rows = rowsOf(table, dense);
    const args: Scalar[] = [place(type, table.a).address];
    if (nulls) args.push(placeValid(table.aValid));
    if (!dense) args.push(kernels.placeRows(Int32Array.from(rows)));
    args.push(rows.length);
    if (grouped) args.push(kernels.placeGroups(Int32Array.from(table.groups)));
    const columns = kernels.states.slice(0, name === 'sum_i64' ? 3 : 2);
    for (const column of columns) { column.fill(0, 0, 4); args.push(column.byteOffset); }
    run(`${name}${grouped ? '_grouped' : ''}${suffix({ nulls, dense })}`, args);
    const counts = columns.at(-1) as Float64Array;
    const first = columns[0] as Float64Array;
    for (const group of grouped ? [0, 1, 2, 3] : [0]) {
      const values = rows.filter((row) => (!nulls || table.aValid[row]) && (!grouped || table.groups[row] === group)).map((row) => table.a[row] as Scalar);
      expect(counts[group]).toBe(values.length);
      if (values.length === 0) continue;
      const found = name === 'sum_i64' ? BigInt(columns[1]?.[group] as number) * 2n ** 32n + BigInt(first[group] as number)
        : /^m.._i64/.test(name) ? new BigInt64Array(first.buffer, first.byteOffset, 4)[group] : first[group];
      expect(found).toEqual((ORACLE[name] as (typeof ORACLE)[string])(values));
    }
    scope.release();
  }), { numRuns: 60 });
});
