/** Columns of states by group, and readers of argument vectors that loops over them share. */
import { nullReader, vectorReader } from '../../../data/vector/reader.ts';
import { dataOf, type FlatVector, type Vector } from '../../../data/vector/vector.ts';

export const TWO_32 = 4294967296;

/** Doubles by group, 0 at first; grows with the number of groups. An int64 state is kept in the same bytes. */
export class StateColumn {
  data = new Float64Array(16);
  words = new Int32Array(this.data.buffer);

  reserve(count: number): Float64Array {
    if (count > this.data.length) {
      const grown = new Float64Array(Math.max(count, this.data.length * 2));
      this.words = new Int32Array(grown.buffer);
      this.words.set(new Int32Array(this.data.buffer));
      this.data = grown;
    }
    return this.data;
  }

  at(group: number): number { return this.data[group] ?? 0; }

  int64At(group: number): bigint {
    return (BigInt(this.words[group * 2 + 1] ?? 0) << 32n) | BigInt((this.words[group * 2] ?? 0) >>> 0);
  }
}

export const flatInt64 = (vector: Vector): FlatVector | null => (vector.form === 'flat' && vector.physical === 'i64' ? vector : null);
export const flatFloat64 = (vector: Vector): FlatVector | null => (vector.form === 'flat' && vector.physical === 'f64' ? vector : null);
export const halvesOf = (vector: FlatVector): Int32Array => { const data = dataOf(vector); return new Int32Array(data.buffer, data.byteOffset, data.length * 2); };
export const lowOf = (value: bigint): number => Number(BigInt.asUintN(32, value));
export const highOf = (value: bigint): number => Number(BigInt.asIntN(32, value >> 32n));

/** Rows as doubles; int64 and float64 in any form. */
export function doubleReader(vector: Vector): { readonly read: (row: number) => number; readonly isNull: ((row: number) => boolean) | null } {
  const flat = flatFloat64(vector);
  if (flat !== null) {
    const data = dataOf(flat) as Float64Array;
    return { read: (row) => data[row] as number, isNull: nullReader(vector) };
  }
  const long = flatInt64(vector);
  if (long !== null) {
    const halves = halvesOf(long);
    return { read: (row) => (halves[row * 2 + 1] as number) * TWO_32 + ((halves[row * 2] as number) >>> 0), isNull: nullReader(vector) };
  }
  const read = vectorReader(vector);
  return { read: (row) => Number(read(row)), isNull: nullReader(vector) };
}
