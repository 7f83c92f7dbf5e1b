/** Data buffers of fixed-width types as the `fixed` form of chunks has them. */
import { bitIsSet, viewAs } from './array.ts';
import type { ArrowArray } from './array.ts';
import { BadValue } from './damage.ts';
import { legOf } from './leg.ts';

/** The data of a column that has the `fixed` form; undefined for others. */
export function fixedData(array: ArrowArray): Uint8Array | Int32Array | BigInt64Array | Float64Array | undefined {
  const { field, length } = array;
  const { type } = field;
  const leg = legOf(field);
  const data = array.buffers[1] as Uint8Array;
  switch (leg.kind) {
    case 'bool': return Uint8Array.from({ length }, (_, row) => (bitIsSet(data, row) ? 1 : 0));
    case 'int': return type.kind === 'int' ? integers(data, length, type.bits, type.signed) : undefined;
    case 'float': return leg.bits === 64 ? viewAs(Float64Array, data, length) : Float64Array.from(viewAs(Float32Array, data, length));
    case 'date': return viewAs(Int32Array, data, length);
    case 'time': return times(array, leg.unit);
    case 'timestamp': case 'timestamptz': case 'duration': return viewAs(BigInt64Array, data, length);
    default: return undefined;
  }
}

function integers(data: Uint8Array, length: number, bits: 8 | 16 | 32 | 64, signed: boolean): Int32Array | BigInt64Array {
  switch (bits) {
    case 8: return Int32Array.from(signed ? viewAs(Int8Array, data, length) : data.subarray(0, length));
    case 16: return Int32Array.from(signed ? viewAs(Int16Array, data, length) : viewAs(Uint16Array, data, length));
    case 32: return signed ? viewAs(Int32Array, data, length) : BigInt64Array.from(viewAs(Uint32Array, data, length), BigInt);
    case 64: return viewAs(BigInt64Array, data, length);
  }
}

const DAY_LENGTHS = { s: 86_400n, ms: 86_400_000n, us: 86_400_000_000n, ns: 86_400_000_000_000n } as const;

function times(array: ArrowArray, unit: keyof typeof DAY_LENGTHS): BigInt64Array {
  const data = array.buffers[1] as Uint8Array;
  const is32 = unit === 's' || unit === 'ms';
  const times = is32 ? BigInt64Array.from(viewAs(Int32Array, data, array.length), BigInt) : viewAs(BigInt64Array, data, array.length);
  const limit = DAY_LENGTHS[unit];
  for (let row = 0; row < array.length; row++) {
    const time = times[row] as bigint;
    if ((time < 0n || time >= limit) && (array.nullCount === 0 || bitIsSet(array.buffers[0] as Uint8Array, row))) {
      throw new BadValue(`row ${row}: ${time} ${unit} is no time of day`);
    }
  }
  return times;
}
