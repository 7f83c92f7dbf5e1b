/**
 * 4,096 events of a live generation, by column. Rows are appended; of a row that exists only `died` changes, once, from ∞.
 */
import { assert } from '../../base/assert.ts';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';
import type { StructValue, Value } from '../../data/types/value.ts';
import { CHUNK_ROWS_MAX, type ColumnChunk } from '../../data/vector/chunk.ts';
import { ColumnBuilder } from './column-builder.ts';

/** `previous` of a row whose entity has no older event in any live generation. */
export const NO_OLDER = -1;
/** `previous` of a row whose entity has older events, but none in this generation. */
export const OLDER_ELSEWHERE = -2;

const NULL_CHUNK: ColumnChunk = { form: 'constant', value: null };
const CAPACITY_FIRST = 16;

export class LiveChunk {
  rowCount = 0;
  /** bornSeq: the event's own number. Rising. */
  seq = new Float64Array(CAPACITY_FIRST);
  /** diedSeq: number of the first later event of the entity; ∞ while there is none. */
  died = new Float64Array(CAPACITY_FIRST).fill(Infinity);
  systemFrom = new BigInt64Array(CAPACITY_FIRST);
  validFrom = new BigInt64Array(CAPACITY_FIRST);
  validTo = new BigInt64Array(CAPACITY_FIRST);
  op = new Uint8Array(CAPACITY_FIRST);
  /** Row in the generation of the entity's next older event, or NO_OLDER, or OLDER_ELSEWHERE. */
  previous = new Int32Array(CAPACITY_FIRST);
  readonly #ids = new ColumnBuilder();
  readonly columns = new Map<string, ColumnBuilder>([['_id', this.#ids]]);
  readonly #names: string[] = [];
  readonly #layout: ColumnBuilder[] = [];
  /** Whether every row is a put to ∞. */
  isUnbounded = true;
  maxValidFrom = MICROS_MIN;

  get isFull(): boolean { return this.rowCount === CHUNK_ROWS_MAX; }
  get maxSystemFrom(): bigint { return this.rowCount === 0 ? MICROS_MIN : (this.systemFrom[this.rowCount - 1] as bigint); }

  /** Index of the new row, whose columns follow by `put`. */
  append(seq: number, systemFrom: bigint, validFrom: bigint, validTo: bigint, op: number, previous: number): number {
    assert(!this.isFull, 'a full chunk takes no rows');
    const row = this.rowCount;
    assert(row === 0 || (this.seq[row - 1] as number) < seq, 'seq rises');
    if (row === this.seq.length) this.#grow(row * 2);
    this.seq[row] = seq;
    this.systemFrom[row] = systemFrom;
    this.validFrom[row] = validFrom;
    this.validTo[row] = validTo;
    this.op[row] = op;
    this.previous[row] = previous;
    if (op !== 0 || validTo !== MICROS_MAX) this.isUnbounded = false;
    if (validFrom > this.maxValidFrom) this.maxValidFrom = validFrom;
    this.rowCount = row + 1;
    return row;
  }

  /** The fields of a row's document; `_id` is the event's. */
  putDocument(row: number, id: Value, document: StructValue | null): void {
    this.#ids.append(row, id);
    if (document === null) return;
    let at = 0;
    for (const [name, value] of document) {
      const builder = this.#names[at] === name ? (this.#layout[at] as ColumnBuilder) : this.#builderAt(at, name);
      at += 1;
      if (builder !== this.#ids) builder.append(row, value);
    }
  }

  /** Documents of one statement mostly have the same fields in the same order: the next one finds its columns by place. */
  #builderAt(at: number, name: string): ColumnBuilder {
    let builder = this.columns.get(name);
    if (builder === undefined) {
      builder = new ColumnBuilder();
      this.columns.set(name, builder);
    }
    this.#names[at] = name;
    this.#layout[at] = builder;
    return builder;
  }

  kill(row: number, seq: number): void {
    assert(this.died[row] === Infinity && seq > (this.seq[row] as number), 'an event is superseded once, by a later one');
    this.died[row] = seq;
  }

  seal(): void {
    assert(this.isFull, 'only full chunks are sealed');
    for (const builder of this.columns.values()) builder.seal();
  }

  #grow(capacity: number): void {
    this.seq = copy(this.seq, new Float64Array(capacity));
    this.died = copy(this.died, new Float64Array(capacity).fill(Infinity));
    this.systemFrom = copy(this.systemFrom, new BigInt64Array(capacity));
    this.validFrom = copy(this.validFrom, new BigInt64Array(capacity));
    this.validTo = copy(this.validTo, new BigInt64Array(capacity));
    this.op = copy(this.op, new Uint8Array(capacity));
    this.previous = copy(this.previous, new Int32Array(capacity));
  }

  /** Rows with seq ≤ `seq`. */
  countUpTo(seq: number): number {
    if (this.rowCount === 0 || (this.seq[this.rowCount - 1] as number) <= seq) return this.rowCount;
    let low = 0;
    let high = this.rowCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.seq[middle] as number) <= seq) low = middle + 1; else high = middle;
    }
    return low;
  }

  /** The same for reading at once, without a copy. */
  peekColumn(name: string, count: number): ColumnChunk {
    return this.columns.get(name)?.peek(count) ?? NULL_CHUNK;
  }

  /** The first `count` rows of a document column, to hand out. */
  column(name: string, count: number): ColumnChunk {
    return this.columns.get(name)?.chunk(count) ?? NULL_CHUNK;
  }

  valueAt(name: string, row: number): Value {
    return this.columns.get(name)?.valueAt(row) ?? null;
  }

  get bytes(): number {
    let bytes = this.seq.length * (8 * 5 + 1 + 4);
    for (const builder of this.columns.values()) bytes += builder.bytes;
    return bytes;
  }
}

function copy<T extends Float64Array | BigInt64Array | Uint8Array | Int32Array>(from: T, to: T): T {
  (to as Float64Array).set(from as Float64Array);
  return to;
}
