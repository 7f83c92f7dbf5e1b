/** Rows of a block in file order, and pages cut out of them. */
import { assert } from '../../base/assert.ts';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';
import { valuesOfChunk } from '../../data/vector/chunk-value.ts';
import { INSTANT, INT64, INT8 } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { compareIds } from '../key.ts';
import { gatherColumn } from '../scan/gather.ts';
import type { RowRefs } from '../scan/gather.ts';
import { OP_PUT } from '../temporal/resolve.ts';
import { sortRows } from './sort-rows.ts';

/** Events in the order of their numbers, as live tables hold them. Arrays may be longer than `rowCount`. */
export interface BlockChunk {
  readonly rowCount: number;
  readonly seq: Float64Array;
  readonly systemFrom: BigInt64Array;
  readonly validFrom: BigInt64Array;
  readonly validTo: BigInt64Array;
  readonly op: Uint8Array;
  /** The first `count` rows of `_id` or a document column. */
  column(name: string, count: number): ColumnChunk;
}

/** One table's part of a block. */
export interface BlockContent {
  readonly schema: string;
  readonly table: string;
  /** Document columns without `_id`. */
  readonly columns: readonly string[];
  readonly chunks: readonly BlockChunk[];
}

/** The temporal class of a page. */
export interface PageClass { readonly isPlain: boolean; readonly maxValidFrom: bigint; readonly maxSystemFrom: bigint }

export class BlockRows {
  readonly rowCount: number;
  readonly ids: readonly Value[];
  /** Row in the order of the input by row in the order of the file. */
  readonly #order: Int32Array;
  readonly #chunks: readonly BlockChunk[];
  readonly #chunkOf: Int32Array;
  readonly #rowOf: Int32Array;
  readonly #isRepeated: Uint8Array;
  /** Chunks of each column by name, one for each chunk of the input. */
  readonly #columns = new Map<string, readonly ColumnChunk[]>();

  constructor(chunks: readonly BlockChunk[]) {
    this.#chunks = chunks;
    this.rowCount = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    this.#chunkOf = new Int32Array(this.rowCount);
    this.#rowOf = new Int32Array(this.rowCount);
    let base = 0;
    chunks.forEach((chunk, index) => {
      this.#chunkOf.fill(index, base, base + chunk.rowCount);
      for (let row = 0; row < chunk.rowCount; row++) this.#rowOf[base + row] = row;
      base += chunk.rowCount;
    });
    this.ids = this.column('_id').flatMap((chunk, index) => valuesOfChunk(chunk, (chunks[index] as BlockChunk).rowCount));
    this.#order = sortRows(this.ids);
    this.#isRepeated = repeatedRows(this.ids, this.#order);
  }

  /** `_id` of a row of the file. */
  idAt(row: number): Value { return this.ids[this.#order[row] as number] as Value; }

  /** Whether the row's entity has another event in this file. */
  isRepeated(row: number): boolean { return this.#isRepeated[row] === 1; }

  column(name: string): readonly ColumnChunk[] {
    let chunks = this.#columns.get(name);
    if (chunks === undefined) {
      chunks = this.#chunks.map((chunk) => chunk.column(name, chunk.rowCount));
      this.#columns.set(name, chunks);
    }
    return chunks;
  }

  /** The rows [from, to) of the file as places in the input. */
  refs(from: number, to: number): RowRefs {
    const count = to - from;
    const pages = new Int32Array(count);
    const rows = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const row = this.#order[from + i] as number;
      pages[i] = this.#chunkOf[row] as number;
      rows[i] = this.#rowOf[row] as number;
    }
    return { pages, rows, count };
  }

  /** `_seq`, `_system_from`, `_valid_from`, `_valid_to`, `_op` of the rows. */
  events(refs: RowRefs): readonly ColumnChunk[] {
    const seq = new BigInt64Array(refs.count);
    const halves = new Uint32Array(seq.buffer);
    const op = new Int32Array(refs.count);
    for (let i = 0; i < refs.count; i++) {
      const chunk = this.#chunks[refs.pages[i] as number] as BlockChunk;
      const number = chunk.seq[refs.rows[i] as number] as number;
      halves[2 * i] = number >>> 0;
      halves[2 * i + 1] = Math.floor(number / 4294967296);
      op[i] = chunk.op[refs.rows[i] as number] as number;
    }
    const validTo = this.#times(refs, (chunk) => chunk.validTo);
    return [
      { form: 'fixed', type: INT64, data: seq, validity: null },
      { form: 'fixed', type: INSTANT, data: this.#times(refs, (chunk) => chunk.systemFrom), validity: null },
      { form: 'fixed', type: INSTANT, data: this.#times(refs, (chunk) => chunk.validFrom), validity: null },
      { form: 'fixed', type: INSTANT, data: validTo, validity: finiteRows(validTo) },
      { form: 'fixed', type: INT8, data: op, validity: null },
    ];
  }

  #times(refs: RowRefs, read: (chunk: BlockChunk) => BigInt64Array): BigInt64Array {
    const arrays = this.#chunks.map(read);
    const out = new BigInt64Array(refs.count);
    for (let i = 0; i < refs.count; i++) out[i] = (arrays[refs.pages[i] as number] as BigInt64Array)[refs.rows[i] as number] as bigint;
    return out;
  }

  gather(name: string, refs: RowRefs): ColumnChunk { return gatherColumn(this.column(name), refs); }

  /** The class of the page that begins at `from` and has these events. */
  classOf(from: number, events: readonly ColumnChunk[], count: number): PageClass {
    const [, systemFrom, validFrom, validTo, op] = events.map((chunk) => (chunk as ColumnChunk & { form: 'fixed' }).data);
    let isPlain = true;
    let maxValidFrom = MICROS_MIN;
    let maxSystemFrom = MICROS_MIN;
    for (let i = 0; i < count; i++) {
      if (op?.[i] !== OP_PUT || validTo?.[i] !== MICROS_MAX || this.isRepeated(from + i)) isPlain = false;
      const valid = validFrom?.[i] as bigint;
      const system = systemFrom?.[i] as bigint;
      if (valid > maxValidFrom) maxValidFrom = valid;
      if (system > maxSystemFrom) maxSystemFrom = system;
    }
    return { isPlain, maxValidFrom, maxSystemFrom };
  }
}

/** Bits of the rows that end; null when all do. */
function finiteRows(validTo: BigInt64Array): Uint8Array | null {
  const bits = new Uint8Array((validTo.length + 7) >> 3);
  let count = 0;
  for (let row = 0; row < validTo.length; row++) {
    if (validTo[row] === MICROS_MAX) continue;
    bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
    count += 1;
  }
  return count === validTo.length ? null : bits;
}

function repeatedRows(ids: readonly Value[], order: Int32Array): Uint8Array {
  const repeated = new Uint8Array(order.length);
  for (let row = 1; row < order.length; row++) {
    const difference = compareIds(ids[order[row - 1] as number] as Value, ids[order[row] as number] as Value);
    assert(difference <= 0, 'rows of a file are in the order of their keys');
    if (difference === 0) repeated[row - 1] = repeated[row] = 1;
  }
  return repeated;
}
