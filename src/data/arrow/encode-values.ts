/** Values to Arrow arrays, by the field's structure: unions take each value to its leg, structs and lists recurse. */
import { Buffer } from 'node:buffer';
import { assert, must } from '../../base/assert.ts';
import type { Decimal, Interval, PeriodValue, SmallInt, Tagged, Uuid, Value } from '../types/value.ts';
import { bytesOf, NO_BYTES, ValidityBuilder } from './array.ts';
import type { ArrowArray } from './array.ts';
import type { ArrowField } from './field.ts';
import { conform } from './conform.ts';
import { legKey, legKeyOfValue, legOf } from './leg.ts';
import type { Leg } from './leg.ts';
import { valueToText } from './value-text.ts';

/** `undefined` is a field that a struct does not have. */
export type Cells = readonly (Value | undefined)[];

export function encodeValues(field: ArrowField, cells: Cells): ArrowArray {
  assert(field.dictionary === null, 'dictionaries are encoded by their own function');
  const leg = legOf(field);
  if (leg.kind === 'union') return encodeUnion(field, cells);
  if (leg.kind === 'null' || leg.kind === 'absent') return encodeNulls(field, cells);
  const validity = new ValidityBuilder(cells.length);
  cells.forEach((cell, row) => { if (cell === null || cell === undefined) validity.setNull(row); });
  assert(field.nullable || validity.nullCount === 0, 'a column without NULL has no NULL');
  const { buffers, children } = encodeLeg(field, leg, conform(leg, cells));
  // An empty struct has no bytes but these bits to vouch for its length.
  const bits = leg.kind === 'struct' && children.length === 0 ? validity.bits : validity.finish();
  return { field, length: cells.length, nullCount: validity.nullCount, buffers: [bits, ...buffers], children };
}

interface Body { readonly buffers: readonly Uint8Array[]; readonly children: readonly ArrowArray[] }

const flat = (...buffers: readonly Uint8Array[]): Body => ({ buffers, children: [] });

function encodeNulls(field: ArrowField, cells: Cells): ArrowArray {
  const buffers = field.type.kind === 'bool' ? [new Uint8Array((cells.length + 7) >> 3), new Uint8Array((cells.length + 7) >> 3)] : [];
  return { field, length: cells.length, nullCount: cells.length, buffers, children: [] };
}

function encodeUnion(field: ArrowField, cells: Cells): ArrowArray {
  const childOf = new Map(field.children.map((child, i) => [legKey(legOf(child)), i]));
  const rest = childOf.get('value');
  const types = new Uint8Array(cells.length);
  const offsets = new Int32Array(cells.length);
  const legs: (Value | undefined)[][] = field.children.map(() => []);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    const child = must(childOf.get(legKeyOfValue(cell)) ?? rest, 'a leg for every value of a union');
    const leg = legs[child] as (Value | undefined)[];
    types[row] = child;
    offsets[row] = leg.length;
    leg.push(cell);
  }
  const children = field.children.map((child, i) => encodeValues(child, legs[i] as Cells));
  return { field, length: cells.length, nullCount: 0, buffers: [types, bytesOf(offsets)], children };
}

function encodeLeg(field: ArrowField, leg: Leg, cells: Cells): Body {
  switch (leg.kind) {
    case 'bool': return flat(fillBits(cells));
    case 'int': return flat(fillInt(leg.bits, cells));
    case 'oid': case 'regclass': case 'regproc': return flat(fillNumbers(new Int32Array(cells.length), cells, (cell) => (cell as { value: number }).value));
    case 'float': return flat(leg.bits === 64
      ? fillNumbers(new Float64Array(cells.length), cells, (cell) => cell as number)
      : fillNumbers(new Float32Array(cells.length), cells, (cell) => (cell as { value: number }).value));
    case 'date': return flat(fillNumbers(new Int32Array(cells.length), cells, (cell) => (cell as { days: number }).days));
    case 'time': return flat(leg.unit === 's' || leg.unit === 'ms'
      ? fillNumbers(new Int32Array(cells.length), cells, (cell) => Number((cell as { value: bigint }).value))
      : fillLongs(cells, (cell) => (cell as { value: bigint }).value));
    case 'timestamp': case 'timestamptz': case 'duration': return flat(fillLongs(cells, (cell) => (cell as { value: bigint }).value));
    case 'decimal': return flat(fillDecimals(field, cells as readonly (Decimal | null | undefined)[]));
    case 'interval': return flat(fillIntervals(leg.form, cells as readonly (Interval | null | undefined)[]));
    case 'uuid': return flat(fillUuids(cells as readonly (Uuid | null | undefined)[]));
    case 'text': return flat(...fillTexts(cells, (cell) => cell as string));
    case 'uri': return flat(...fillTexts(cells, (cell) => (cell as { text: string }).text));
    case 'keyword': return flat(...fillTexts(cells, (cell) => (cell as { name: string }).name));
    case 'value': case 'error': return flat(...fillTexts(cells, valueToText));
    case 'bytes': return flat(...concatenate(cells.map((cell) => (cell as Uint8Array | null | undefined) ?? NO_BYTES)));
    case 'period': return encodePeriods(field, cells as readonly (PeriodValue | null | undefined)[]);
    case 'list': return encodeLists(field, cells, (cell) => cell as readonly Value[]);
    case 'set': return encodeLists(field, cells, (cell) => (cell as { items: readonly Value[] }).items);
    case 'struct': return encodeStructs(field, cells as readonly (ReadonlyMap<string, Value> | null | undefined)[]);
    default: throw new TypeError(`no encoding for ${leg.kind}`);
  }
}

const isPresent = (cell: Value | undefined): cell is Exclude<Value, null> => cell !== null && cell !== undefined;

function fillBits(cells: Cells): Uint8Array {
  const bits = new Uint8Array((cells.length + 7) >> 3);
  for (let row = 0; row < cells.length; row++) if (cells[row] === true) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  return bits;
}

function fillInt(bits: 8 | 16 | 32 | 64, cells: Cells): Uint8Array {
  if (bits === 64) return fillLongs(cells, (cell) => cell as bigint);
  const out = bits === 8 ? new Int8Array(cells.length) : bits === 16 ? new Int16Array(cells.length) : new Int32Array(cells.length);
  return fillNumbers(out, cells, (cell) => (cell as SmallInt).value);
}

function fillNumbers(out: Int8Array | Int16Array | Int32Array | Float32Array | Float64Array, cells: Cells, read: (cell: Value) => number): Uint8Array {
  for (let row = 0; row < cells.length; row++) { const cell = cells[row]; if (isPresent(cell)) out[row] = read(cell); }
  return bytesOf(out);
}

function fillLongs(cells: Cells, read: (cell: Value) => bigint): Uint8Array {
  const out = new BigInt64Array(cells.length);
  for (let row = 0; row < cells.length; row++) { const cell = cells[row]; if (isPresent(cell)) out[row] = read(cell); }
  return bytesOf(out);
}

function fillDecimals(field: ArrowField, cells: readonly (Decimal | null | undefined)[]): Uint8Array {
  const words = field.type.kind === 'decimal' && field.type.bits === 256 ? 4 : 2;
  const out = new BigInt64Array(cells.length * words);
  for (let row = 0; row < cells.length; row++) {
    let rest = cells[row]?.unscaled ?? 0n;
    for (let word = 0; word < words; word++) { out[row * words + word] = BigInt.asIntN(64, rest); rest >>= 64n; }
  }
  return bytesOf(out);
}

function fillIntervals(form: Interval['form'], cells: readonly (Interval | null | undefined)[]): Uint8Array {
  if (form === 'year-month') return bytesOf(Int32Array.from(cells, (cell) => cell?.months ?? 0));
  const bytes = new Uint8Array(cells.length * 16);
  const view = new DataView(bytes.buffer);
  cells.forEach((cell, row) => {
    if (!cell) return;
    view.setInt32(row * 16, cell.months, true);
    view.setInt32(row * 16 + 4, cell.days, true);
    view.setBigInt64(row * 16 + 8, cell.nanos, true);
  });
  return bytes;
}

function fillUuids(cells: readonly (Uuid | null | undefined)[]): Uint8Array {
  const out = new Uint8Array(cells.length * 16);
  cells.forEach((cell, row) => { if (cell) out.set(Buffer.from(cell.text.replaceAll('-', ''), 'hex'), row * 16); });
  return out;
}

function fillTexts(cells: Cells, read: (cell: Tagged | string) => string): [Uint8Array, Uint8Array] {
  return concatenate(cells.map((cell) => (isPresent(cell) ? Buffer.from(read(cell as Tagged | string), 'utf8') : NO_BYTES)));
}

/** Offsets and bytes. */
function concatenate(parts: readonly Uint8Array[]): [Uint8Array, Uint8Array] {
  const offsets = new Int32Array(parts.length + 1);
  const byteCount = parts.reduce((sum, part) => sum + part.length, 0);
  assert(byteCount <= 0x7fffffff, 'the bytes of one array are within 2 GiB');
  const bytes = new Uint8Array(byteCount);
  let at = 0;
  parts.forEach((part, row) => { bytes.set(part, at); at += part.length; offsets[row + 1] = at; });
  return [bytesOf(offsets), bytes];
}

function encodePeriods(field: ArrowField, cells: readonly (PeriodValue | null | undefined)[]): Body {
  const item = must(field.children[0], 'a period has an item field');
  const validity = new ValidityBuilder(cells.length * 2);
  const ends = new BigInt64Array(cells.length * 2);
  cells.forEach((cell, row) => {
    [cell?.from ?? null, cell?.to ?? null].forEach((end, i) => { if (end === null) validity.setNull(row * 2 + i); else ends[row * 2 + i] = end; });
  });
  const child = { field: item, length: ends.length, nullCount: validity.nullCount, buffers: [validity.finish(), bytesOf(ends)], children: [] };
  return { buffers: [], children: [child] };
}

function encodeLists(field: ArrowField, cells: Cells, itemsOf: (cell: Value) => readonly Value[]): Body {
  const offsets = new Int32Array(cells.length + 1);
  const items: Value[] = [];
  cells.forEach((cell, row) => {
    if (isPresent(cell)) for (const item of itemsOf(cell)) items.push(item);
    offsets[row + 1] = items.length;
  });
  return { buffers: [bytesOf(offsets)], children: [encodeValues(must(field.children[0], 'a list has an item field'), items)] };
}

function encodeStructs(field: ArrowField, cells: readonly (ReadonlyMap<string, Value> | null | undefined)[]): Body {
  const children = field.children.map((child) => encodeValues(child, cells.map((cell) => partOf(cell, child))));
  return { buffers: [], children };
}

function partOf(cell: ReadonlyMap<string, Value> | null | undefined, child: ArrowField): Value | undefined {
  // Below a NULL struct any value will do; a field that may not be NULL gets the emptiest there is.
  if (!cell) return child.nullable ? null : fillerFor(child);
  return cell.get(child.name);
}

/** Some value of a field that is never NULL. */
function fillerFor(field: ArrowField): Value | undefined {
  const leg = legOf(field);
  switch (leg.kind) {
    case 'union': return fillerFor(must(field.children[0], 'a union has legs'));
    case 'null': return null;
    case 'absent': return undefined;
    case 'bool': return false;
    case 'int': return leg.bits === 64 ? 0n : { kind: 'int', bits: leg.bits, value: 0 };
    case 'float': return leg.bits === 64 ? 0 : { kind: 'float32', value: 0 };
    case 'decimal': return { kind: 'decimal', unscaled: 0n, scale: leg.scale, precision: leg.precision };
    case 'text': return '';
    case 'bytes': return NO_BYTES;
    case 'uuid': return { kind: 'uuid', text: '00000000-0000-0000-0000-000000000000' };
    case 'uri': return { kind: 'uri', text: '' };
    case 'keyword': return { kind: 'keyword', name: '' };
    case 'date': return { kind: 'date', days: 0 };
    case 'time': case 'timestamp': case 'duration': return { kind: leg.kind, unit: leg.unit, value: 0n };
    case 'timestamptz': return { kind: 'timestamptz', unit: leg.unit, value: 0n, zone: leg.zone };
    case 'interval': return { kind: 'interval', form: leg.form, months: 0, days: 0, nanos: 0n };
    case 'period': return { kind: 'period', from: null, to: null };
    case 'list': return [];
    case 'set': return { kind: 'set', items: [] };
    case 'struct': return new Map(field.children.map((child) => [child.name, fillerFor(child) as Value]));
    case 'oid': case 'regclass': case 'regproc': return { kind: leg.kind, value: 0 };
    case 'value': case 'error': return { kind: 'error', category: '', code: '', message: '', data: new Map() };
  }
}
