/**
 * Rows chosen one by one, turned into chunks of at most 4,096, fewer of large rows.
 *
 *   add(page 3, row 17, times) …      refs and times fill up      gather: one typed loop per column and page      RowChunk
 */
import { assert, must } from '../../base/assert.ts';
import { MICROS_MAX, TEMPORAL_COLUMNS } from '../../catalog/table-source.ts';
import { INSTANT } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import { CHUNK_ROWS_MAX, type ColumnChunk, type RowChunk } from '../../data/vector/chunk.ts';
import { chunkBytes, chunkSlice } from '../../data/vector/chunk-slice.ts';
import { writtenBytes } from '../../data/types/written-bytes.ts';
import { UUID_BYTES } from '../../data/vector/uuid-cells.ts';
import { gatherColumn, type RowRefs } from './gather.ts';
import type { PieceSelection } from './piece-selection.ts';

/** Document columns of some rows, in the order of `OutputPlan.documents`. `isLive`: they are in memory whoever reads them. */
export interface ColumnPage { readonly columns: readonly ColumnChunk[]; readonly isLive?: boolean }

/** Of the rows of a chunk, or of the pages they are on: a chunk that holds more ends. */
const CHUNK_BYTES_MAX = 8 * 1024 * 1024;

/** Some nested values stand for all of a column: looking at each costs more than a lookup by key. */
const SAMPLE_ROWS = 16;

function columnBytes(column: ColumnChunk): number {
  if (column.form !== 'values') return chunkBytes(column);
  const { values } = column;
  const step = Math.max(1, Math.floor(values.length / SAMPLE_ROWS));
  const sample: Value[] = [];
  for (let row = 0; row < values.length; row += step) sample.push(values[row] as Value);
  return sample.length === 0 ? 0 : writtenBytes(sample) * (values.length / sample.length);
}

function rowsOf(column: ColumnChunk): number {
  switch (column.form) {
    case 'constant': return 0;
    case 'values': return column.values.length;
    case 'text': return column.offsets.length - 1;
    case 'uuid': return column.data.length / UUID_BYTES;
    case 'fixed': return column.data.length;
  }
}

/** What a page holds, and a row of it on average. */
interface PageBytes { readonly held: number; readonly row: number }

function bytesOf({ columns, isLive }: ColumnPage): PageBytes {
  const bytes = columns.reduce((sum, column) => sum + columnBytes(column), 0);
  const rowCount = columns.reduce((most, column) => Math.max(most, rowsOf(column)), 1);
  return { held: isLive === true ? 0 : bytes, row: bytes / rowCount };
}

type TemporalSlot = 'validFrom' | 'validTo' | 'systemFrom' | 'systemTo';
const SLOTS = new Map<string, TemporalSlot>([
  ['_valid_from', 'validFrom'], ['_valid_to', 'validTo'], ['_system_from', 'systemFrom'], ['_system_to', 'systemTo'],
]);

/** Where each requested column comes from. */
export interface OutputPlan {
  readonly columns: readonly ({ readonly kind: 'document'; readonly index: number } | { readonly kind: 'temporal'; readonly slot: TemporalSlot })[];
  /** Names of the document columns to read, each once. */
  readonly documents: readonly string[];
  readonly needsTimes: boolean;
}

export function planOutput(requested: readonly string[]): OutputPlan {
  const documents: string[] = [];
  const columns = requested.map((name) => {
    const slot = SLOTS.get(name);
    if (slot !== undefined) return { kind: 'temporal', slot } as const;
    let index = documents.indexOf(name);
    if (index < 0) index = documents.push(name) - 1;
    return { kind: 'document', index } as const;
  });
  assert(SLOTS.size === TEMPORAL_COLUMNS.length, 'each temporal column has a slot');
  return { columns, documents, needsTimes: columns.some((column) => column.kind === 'temporal') };
}

/** An instant column; ends of ∞ are NULL over the maximum. `data` is not copied. */
export function instantColumn(data: BigInt64Array, slot: TemporalSlot): ColumnChunk {
  return { form: 'fixed', type: INSTANT, data, validity: slot === 'validTo' || slot === 'systemTo' ? boundedBits(data) : null };
}

function boundedBits(data: BigInt64Array): Uint8Array | null {
  const bits = new Uint8Array((data.length + 7) >> 3);
  let boundedCount = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === MICROS_MAX) continue;
    bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
    boundedCount += 1;
  }
  return boundedCount === data.length ? null : bits;
}

const ALL_UNBOUNDED = new BigInt64Array(CHUNK_ROWS_MAX).fill(MICROS_MAX);
const NO_BITS = new Uint8Array(CHUNK_ROWS_MAX >> 3);

/** ∞ in each row. */
export function unboundedColumn(rowCount: number): ColumnChunk {
  return { form: 'fixed', type: INSTANT, data: ALL_UNBOUNDED.subarray(0, rowCount), validity: NO_BITS };
}

/** Key lookups find few rows; the refs grow to a whole chunk in three steps. */
const CAPACITY_FIRST = 8;

const allocateTimes = (capacity: number): Record<TemporalSlot, BigInt64Array> => ({
  validFrom: new BigInt64Array(capacity), validTo: new BigInt64Array(capacity), systemFrom: new BigInt64Array(capacity), systemTo: new BigInt64Array(capacity),
});

function grown(from: Int32Array<ArrayBuffer>, to: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  to.set(from);
  return to;
}

export class RowCollector {
  readonly #plan: OutputPlan;
  #pages: ColumnPage[] = [];
  /** Those that the waiting rows are on. */
  readonly #sizes = new Map<ColumnPage, PageBytes>();
  #heldBytes = 0;
  #rowsBytes = 0;
  #rowBytes = 0;
  #pageOf = new Int32Array(CAPACITY_FIRST);
  #rowOf = new Int32Array(CAPACITY_FIRST);
  #times: Record<TemporalSlot, BigInt64Array> | undefined;
  #count = 0;
  /** Chunks that are full; the scan takes them away. */
  readonly #ready: RowChunk[] = [];

  constructor(plan: OutputPlan) { this.#plan = plan; }

  get hasReady(): boolean { return this.#ready.length > 0; }
  /** Rows that wait for their chunk to fill. */
  get waitingCount(): number { return this.#count; }

  add(page: ColumnPage, row: number, validFrom: bigint, validTo: bigint, systemFrom: bigint, systemTo: bigint): void {
    if (this.#pages[this.#pages.length - 1] !== page) this.#open(page);
    const at = this.#count;
    if (at === this.#pageOf.length) this.#grow();
    this.#pageOf[at] = this.#pages.length - 1;
    this.#rowOf[at] = row;
    if (this.#plan.needsTimes) {
      const times = this.#allTimes();
      times.validFrom[at] = validFrom;
      times.validTo[at] = validTo;
      times.systemFrom[at] = systemFrom;
      times.systemTo[at] = systemTo;
    }
    this.#count = at + 1;
    this.#rowsBytes += this.#rowBytes;
    if (this.#count === CHUNK_ROWS_MAX || this.#rowsBytes >= CHUNK_BYTES_MAX) this.finish();
  }

  #open(page: ColumnPage): void {
    let size = this.#sizes.get(page);
    if (size === undefined) {
      if (this.#heldBytes >= CHUNK_BYTES_MAX) this.finish();
      size = bytesOf(page);
      this.#sizes.set(page, size);
      this.#heldBytes += size.held;
    }
    this.#rowBytes = size.row;
    this.#pages.push(page);
  }

  /** The chosen pieces of a page of `rowCount` rows. */
  addChosen(page: ColumnPage, rowCount: number, selection: PieceSelection): void {
    if (this.#count === 0 && rowCount <= CHUNK_ROWS_MAX && selection.isEachRow(rowCount)) {
      this.#ready.push({ rowCount, columns: this.#columnsOf(page.columns.map((column) => chunkSlice(column, 0, rowCount)), rowCount, selection.times) });
      return;
    }
    for (let from = 0; from < selection.count;) {
      if (this.#pages[this.#pages.length - 1] !== page) this.#open(page);
      const fitting = Math.max(1, Math.floor((CHUNK_BYTES_MAX - this.#rowsBytes) / this.#rowBytes));
      const to = Math.min(selection.count, from + fitting, from + CHUNK_ROWS_MAX - this.#count);
      this.#reserve(this.#count + to - from);
      this.#rowOf.set(selection.rows.subarray(from, to), this.#count);
      this.#pageOf.fill(this.#pages.length - 1, this.#count, this.#count + to - from);
      if (this.#plan.needsTimes) for (const slot of SLOTS.values()) this.#allTimes()[slot].set(selection.times[slot].subarray(from, to), this.#count);
      this.#count += to - from;
      this.#rowsBytes += this.#rowBytes * (to - from);
      if (to < selection.count || this.#count === CHUNK_ROWS_MAX || this.#rowsBytes >= CHUNK_BYTES_MAX) this.finish();
      from = to;
    }
  }

  #allTimes(): Record<TemporalSlot, BigInt64Array> { return (this.#times ??= allocateTimes(this.#pageOf.length)); }

  #reserve(count: number): void { while (this.#pageOf.length < count) this.#grow(); }

  #grow(): void {
    const capacity = Math.min(CHUNK_ROWS_MAX, this.#pageOf.length * 8);
    this.#pageOf = grown(this.#pageOf, new Int32Array(capacity));
    this.#rowOf = grown(this.#rowOf, new Int32Array(capacity));
    const times = this.#times;
    if (times === undefined) return;
    this.#times = allocateTimes(capacity);
    for (const slot of SLOTS.values()) this.#times[slot].set(times[slot]);
  }

  takeReady(): RowChunk | undefined { return this.#ready.shift(); }

  /** Makes a chunk of the rows that wait. */
  finish(): void {
    const count = this.#count;
    if (count === 0) return;
    const refs: RowRefs = { pages: this.#pageOf, rows: this.#rowOf, count };
    const documents = this.#plan.documents.map((_, index) => gatherColumn(this.#pages.map((page) => page.columns[index] as ColumnChunk), refs));
    this.#ready.push({ rowCount: count, columns: this.#columnsOf(documents, count, this.#times) });
    this.#pages = [];
    this.#sizes.clear();
    this.#heldBytes = 0;
    this.#rowsBytes = 0;
    this.#count = 0;
  }

  #columnsOf(documents: readonly ColumnChunk[], count: number, times: Readonly<Record<TemporalSlot, BigInt64Array>> | undefined): ColumnChunk[] {
    return this.#plan.columns.map((column) => (column.kind === 'document'
      ? (documents[column.index] as ColumnChunk)
      : instantColumn(must(times, 'times that are asked for are kept')[column.slot].slice(0, count), column.slot)));
  }
}
