/**
 * Gathering: chosen rows of several column chunks as one chunk. The form is decided once a batch; loops are typed.
 */
import { familyKey } from '../../data/types/column-type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { isValid, type ColumnChunk, type Validity } from '../../data/vector/chunk.ts';
import { UUID_BYTES, wordsOf } from '../../data/vector/uuid-cells.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';

type FixedChunk = Extract<ColumnChunk, { form: 'fixed' }>;
type TextChunk = Extract<ColumnChunk, { form: 'text' }>;

/** Rows by number of their page and row within it; `count` of each are used. */
export interface RowRefs { readonly pages: Int32Array; readonly rows: Int32Array; readonly count: number }

const isNullConstant = (chunk: ColumnChunk): boolean => chunk.form === 'constant' && chunk.value === null;

/** `chunks[page]` is the column's chunk in each page. */
export function gatherColumn(chunks: readonly ColumnChunk[], refs: RowRefs): ColumnChunk {
  const present = chunks.filter((chunk) => !isNullConstant(chunk));
  const first = present[0];
  if (first === undefined) return { form: 'constant', value: null };
  if (first.form === 'text' && present.every((chunk) => chunk.form === 'text')) return gatherText(chunks, refs);
  if (first.form === 'uuid' && present.every((chunk) => chunk.form === 'uuid')) return gatherUuids(chunks, refs);
  if (first.form === 'fixed') {
    const family = familyKey(first.type);
    if (present.every((chunk) => chunk.form === 'fixed' && (chunk.type === first.type || familyKey(chunk.type) === family))) return gatherFixed(first.type, first.data, chunks, refs);
  }
  const values: Value[] = new Array<Value>(refs.count);
  for (let i = 0; i < refs.count; i++) values[i] = chunkValue(chunks[refs.pages[i] as number] as ColumnChunk, refs.rows[i] as number);
  return { form: 'values', values };
}

/** Page by page: each stretch of rows from one page is one typed loop. */
function gatherFixed(type: Type, like: FixedChunk['data'], chunks: readonly ColumnChunk[], refs: RowRefs): ColumnChunk {
  const data = new (like.constructor as new (length: number) => FixedChunk['data'])(refs.count);
  for (let from = 0; from < refs.count;) {
    const to = stretchEnd(refs, from);
    const chunk = chunks[refs.pages[from] as number] as ColumnChunk;
    if (chunk.form === 'fixed') {
      if (data instanceof BigInt64Array) copyInt64(data, chunk.data as BigInt64Array, refs.rows, from, to);
      else if (data instanceof Float64Array) copyFloat64(data, chunk.data as Float64Array, refs.rows, from, to);
      else if (data instanceof Int32Array) copyInt32(data, chunk.data as Int32Array, refs.rows, from, to);
      else copyBytes(data, chunk.data as Uint8Array, refs.rows, from, to);
    }
    from = to;
  }
  return { form: 'fixed', type, data, validity: gatherValidity(chunks, refs) };
}

function stretchEnd(refs: RowRefs, from: number): number {
  const page = refs.pages[from];
  let to = from + 1;
  while (to < refs.count && refs.pages[to] === page) to += 1;
  return to;
}

function copyInt64(to: BigInt64Array, source: BigInt64Array, rows: Int32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) to[i] = source[rows[i] as number] as bigint;
}
function copyFloat64(to: Float64Array, source: Float64Array, rows: Int32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) to[i] = source[rows[i] as number] as number;
}
function copyInt32(to: Int32Array, source: Int32Array, rows: Int32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) to[i] = source[rows[i] as number] as number;
}
function copyBytes(to: Uint8Array, source: Uint8Array, rows: Int32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) to[i] = source[rows[i] as number] as number;
}

function gatherUuids(chunks: readonly ColumnChunk[], refs: RowRefs): ColumnChunk {
  const words = new Int32Array(refs.count * WORDS);
  for (let from = 0; from < refs.count;) {
    const to = stretchEnd(refs, from);
    const chunk = chunks[refs.pages[from] as number] as ColumnChunk;
    if (chunk.form === 'uuid') copyUuids(words, wordsOf(chunk.data), refs.rows, from, to);
    from = to;
  }
  return { form: 'uuid', data: new Uint8Array(words.buffer), validity: gatherValidity(chunks, refs) };
}

const WORDS = UUID_BYTES / 4;

function copyUuids(to: Int32Array, source: Int32Array, rows: Int32Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) {
    const row = (rows[i] as number) * WORDS;
    for (let word = 0; word < WORDS; word++) to[i * WORDS + word] = source[row + word] as number;
  }
}

function gatherText(chunks: readonly ColumnChunk[], refs: RowRefs): ColumnChunk {
  const offsets = new Int32Array(refs.count + 1);
  let length = 0;
  for (let i = 0; i < refs.count; i++) {
    const chunk = chunks[refs.pages[i] as number] as ColumnChunk;
    if (chunk.form === 'text') {
      const row = refs.rows[i] as number;
      length += (chunk.offsets[row + 1] as number) - (chunk.offsets[row] as number);
    }
    offsets[i + 1] = length;
  }
  const bytes = new Uint8Array(length);
  for (let i = 0; i < refs.count; i++) {
    const chunk = chunks[refs.pages[i] as number] as ColumnChunk;
    if (chunk.form === 'text') copyText(chunk, refs.rows[i] as number, bytes, offsets[i] as number);
  }
  return { form: 'text', offsets, bytes, validity: gatherValidity(chunks, refs) };
}

function copyText(chunk: TextChunk, row: number, to: Uint8Array, at: number): void {
  const source = chunk.bytes;
  const end = chunk.offsets[row + 1] as number;
  let out = at;
  for (let from = chunk.offsets[row] as number; from < end; from++) to[out++] = source[from] as number;
}

const hasBits = (chunk: ColumnChunk): chunk is Extract<ColumnChunk, { readonly validity: Validity }> => chunk.form === 'fixed' || chunk.form === 'text' || chunk.form === 'uuid';

function gatherValidity(chunks: readonly ColumnChunk[], refs: RowRefs): Validity {
  if (chunks.every((chunk) => hasBits(chunk) && chunk.validity === null)) return null;
  const validity = new Uint8Array((refs.count + 7) >> 3);
  let validCount = 0;
  for (let i = 0; i < refs.count; i++) {
    const chunk = chunks[refs.pages[i] as number] as ColumnChunk;
    if (hasBits(chunk) && isValid(chunk.validity, refs.rows[i] as number)) {
      validity[i >> 3] = (validity[i >> 3] as number) | (1 << (i & 7));
      validCount += 1;
    }
  }
  return validCount === refs.count ? null : validity;
}
