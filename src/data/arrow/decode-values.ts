/** Checked Arrow arrays to values, one a row. What only a value can be wrong about (decimals, `varve.value` text) is checked here. */
import { must, unreachable } from '../../base/assert.ts';
import type { Decimal, Interval, Value } from '../types/value.ts';
import { UUID_BYTES, uuidAt } from '../vector/uuid-cells.ts';
import { bitIsSet, viewAs } from './array.ts';
import type { ArrowArray } from './array.ts';
import { fixedValue } from '../vector/chunk-value.ts';
import { BadValue } from './damage.ts';
import { fixedData } from './decode-fixed.ts';
import { fitsPrecision, legOf, NULL_MEANS } from './leg.ts';
import { textToValue } from './value-text.ts';

const decoder = new TextDecoder();

type Cells = (Value | undefined)[];

/** `undefined` is a field that a struct does not have. */
export function decodeValues(array: ArrowArray): Cells {
  if (array.dictionary !== undefined) return decodeDictionary(array, array.dictionary);
  const leg = legOf(array.field);
  const empty = array.field.metadata.get(NULL_MEANS) === 'absent' ? undefined : null;
  if (leg.kind === 'absent') return new Array<undefined>(array.length).fill(undefined);
  if (leg.kind === 'null') return new Array<Value | undefined>(array.length).fill(empty);
  if (leg.kind === 'union') return decodeUnion(array);
  const cells = decodeLeg(array);
  if (array.nullCount > 0) {
    const validity = array.buffers[0] as Uint8Array;
    for (let row = 0; row < array.length; row++) if (!bitIsSet(validity, row)) cells[row] = empty;
  }
  return cells;
}

/** Rows of the same index share one value. */
function decodeDictionary(array: ArrowArray, dictionary: ArrowArray): Cells {
  const indices = viewAs(Int32Array, array.buffers[1] as Uint8Array, array.length);
  const values = decodeValues(dictionary);
  const isNull = (row: number): boolean => array.nullCount > 0 && !bitIsSet(array.buffers[0] as Uint8Array, row);
  return Array.from({ length: array.length }, (_, row) => (isNull(row) ? null : values[indices[row] as number]));
}

function decodeUnion(array: ArrowArray): Cells {
  const legs = array.children.map(decodeValues);
  const types = array.buffers[0] as Uint8Array;
  const offsets = array.buffers[1] === undefined ? undefined : viewAs(Int32Array, array.buffers[1], array.length);
  return Array.from({ length: array.length }, (_, row) => (legs[types[row] as number] as Cells)[offsets === undefined ? row : (offsets[row] as number)]);
}

/** Rows under a NULL bit may hold anything within the type. */
function decodeLeg(array: ArrowArray): Cells {
  const leg = legOf(array.field);
  switch (leg.kind) {
    case 'bool': case 'int': case 'float': case 'date': case 'time': case 'timestamp': case 'timestamptz': case 'duration': {
      return Array.from(must(fixedData(array), 'data of a fixed-width type') as ArrayLike<number | bigint>, (cell) => fixedValue(leg, cell));
    }
    case 'oid': case 'regclass': case 'regproc': {
      const { kind } = leg;
      return Array.from(viewAs(Int32Array, array.buffers[1] as Uint8Array, array.length), (value) => ({ kind, value }));
    }
    case 'decimal': return decodeDecimals(array, leg);
    case 'interval': return decodeIntervals(array, leg.form);
    case 'uuid': return decodeWidth(array, UUID_BYTES, (bytes) => uuidAt(bytes, 0));
    case 'text': return decodeTexts(array, (text) => text);
    case 'uri': return decodeTexts(array, (text) => ({ kind: 'uri', text }));
    case 'keyword': return decodeTexts(array, (name) => ({ kind: 'keyword', name }));
    case 'value': case 'error': return decodeTexts(array, (text, row) => anyValue(array, text, row));
    case 'bytes': return array.field.type.kind === 'fixed-binary' ? decodeWidth(array, array.field.type.width, (bytes) => bytes.slice()) : decodeBytes(array);
    case 'period': return decodePeriods(array);
    case 'list': return decodeLists(array);
    case 'set': return decodeLists(array).map((items) => ({ kind: 'set', items: items as readonly Value[] }));
    case 'struct': return decodeStructs(array);
    case 'null': case 'absent': case 'union': throw new TypeError('a leg that has its own decoder');
    default: return unreachable(leg);
  }
}

function decodeDecimals(array: ArrowArray, { precision, scale }: { precision: number; scale: number }): Decimal[] {
  const { type } = array.field;
  const data = array.buffers[1] as Uint8Array;
  if (type.kind === 'int') return Array.from(viewAs(BigUint64Array, data, array.length), (unscaled) => ({ kind: 'decimal', unscaled, scale, precision }));
  const words = type.kind === 'decimal' && type.bits === 256 ? 4 : 2;
  const parts = viewAs(BigInt64Array, data, array.length * words);
  return Array.from({ length: array.length }, (_, row) => {
    let unscaled = parts[row * words + words - 1] as bigint;
    for (let word = words - 2; word >= 0; word--) unscaled = (unscaled << 64n) | BigInt.asUintN(64, parts[row * words + word] as bigint);
    if (!fitsPrecision(unscaled, precision)) {
      if (array.nullCount > 0 && !bitIsSet(array.buffers[0] as Uint8Array, row)) unscaled = 0n;
      else throw new BadValue(`row ${row}: ${unscaled} has more than ${precision} digits`);
    }
    return { kind: 'decimal', unscaled, scale, precision };
  });
}

function decodeIntervals(array: ArrowArray, form: Interval['form']): Interval[] {
  const data = array.buffers[1] as Uint8Array;
  const stored = array.field.type.kind === 'interval' ? array.field.type.form : 'month-day-nano';
  if (stored === 'year-month') return Array.from(viewAs(Int32Array, data, array.length), (months) => ({ kind: 'interval', form, months, days: 0, nanos: 0n }));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: array.length }, (_, row) => (stored === 'day-time'
    ? { kind: 'interval', form, months: 0, days: view.getInt32(row * 8, true), nanos: BigInt(view.getInt32(row * 8 + 4, true)) * 1_000_000n }
    : { kind: 'interval', form, months: view.getInt32(row * 16, true), days: view.getInt32(row * 16 + 4, true), nanos: view.getBigInt64(row * 16 + 8, true) }));
}

function decodeWidth(array: ArrowArray, width: number, make: (bytes: Uint8Array) => Value): Cells {
  const data = array.buffers[1] as Uint8Array;
  return Array.from({ length: array.length }, (_, row) => make(data.subarray(row * width, (row + 1) * width)));
}

function decodeBytes(array: ArrowArray): Cells {
  const offsets = viewAs(Int32Array, array.buffers[1] as Uint8Array, array.length + 1);
  const bytes = array.buffers[2] as Uint8Array;
  return Array.from({ length: array.length }, (_, row) => bytes.slice(offsets[row], offsets[row + 1]));
}

function decodeTexts(array: ArrowArray, make: (text: string, row: number) => Value): Cells {
  const offsets = viewAs(Int32Array, array.buffers[1] as Uint8Array, array.length + 1);
  const bytes = array.buffers[2] as Uint8Array;
  return Array.from({ length: array.length }, (_, row) => make(decoder.decode(bytes.subarray(offsets[row], offsets[row + 1])), row));
}

function anyValue(array: ArrowArray, text: string, row: number): Value {
  const value = textToValue(text);
  if (value !== undefined) return value;
  if (array.nullCount > 0 && !bitIsSet(array.buffers[0] as Uint8Array, row)) return null;
  throw new BadValue(`row ${row}: text that does not stand for a value`);
}

function decodePeriods(array: ArrowArray): Cells {
  const ends = array.children[0] as ArrowArray;
  const micros = viewAs(BigInt64Array, ends.buffers[1] as Uint8Array, ends.length);
  const end = (at: number): bigint | null => (ends.nullCount === 0 || bitIsSet(ends.buffers[0] as Uint8Array, at) ? (micros[at] as bigint) : null);
  return Array.from({ length: array.length }, (_, row) => ({ kind: 'period', from: end(row * 2), to: end(row * 2 + 1) }));
}

function decodeLists(array: ArrowArray): Cells {
  const items = decodeValues(array.children[0] as ArrowArray).map((item) => item ?? null);
  if (array.field.type.kind === 'fixed-list') {
    const { size } = array.field.type;
    return Array.from({ length: array.length }, (_, row) => items.slice(row * size, (row + 1) * size));
  }
  const offsets = viewAs(Int32Array, array.buffers[1] as Uint8Array, array.length + 1);
  return Array.from({ length: array.length }, (_, row) => items.slice(offsets[row], offsets[row + 1]));
}

function decodeStructs(array: ArrowArray): Cells {
  const names = array.children.map((child) => child.field.name);
  const columns = array.children.map(decodeValues);
  return Array.from({ length: array.length }, (_, row) => {
    const struct = new Map<string, Value>();
    for (let i = 0; i < names.length; i++) {
      const value = (columns[i] as Cells)[row];
      if (value !== undefined) struct.set(names[i] as string, value);
    }
    return struct;
  });
}
