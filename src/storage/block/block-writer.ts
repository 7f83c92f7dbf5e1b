/** Writes one table's part of a block as a file (`block-format.ts`). */
import { assert } from '../../base/assert.ts';
import { crc32 } from '../../base/bytes.ts';
import { TimeSlice } from '../../base/turn.ts';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';
import type { ArrowArray } from '../../data/arrow/array.ts';
import type { EncodedBody } from '../../data/arrow/body.ts';
import { encodeColumn } from '../../data/arrow/encode-column.ts';
import type { ArrowField } from '../../data/arrow/field.ts';
import type { FileBlock } from '../../data/arrow/file.ts';
import { FILE_TAIL_BYTES } from '../../data/arrow/file.ts';
import { legOf } from '../../data/arrow/leg.ts';
import { decodeColumn } from '../../data/arrow/decode-column.ts';
import { inferField } from '../../data/arrow/infer.ts';
import type { Compression } from '../../data/arrow/message.ts';
import { ArrowWriter } from '../../data/arrow/writer.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import { encodeKey } from '../key.ts';
import type { RawPageInfo } from '../scan/raw-file.ts';
import { COLUMN_PAGE_BYTES_MAX, EVENT_FIELDS, FORMAT_VERSION, INDEX_KEY, PAGE_ROWS, PAGE_ROWS_MAX, TABLE_KEY, VERSION_KEY } from './block-format.ts';
import type { BlockBounds } from './block-format.ts';
import { encodeColumnPages, encodeDirectory, encodePages, partOf } from './page-directory.ts';
import type { ColumnPage, Part } from './page-directory.ts';
import { BlockRows } from './block-rows.ts';
import type { BlockContent } from './block-rows.ts';
import { statsOf } from './column-stats.ts';
import { granuleCrcs } from './granules.ts';
import { addToKeyFilter, emptyKeyFilter } from './key-filter.ts';

export interface BlockOptions {
  readonly compression?: Compression;
  readonly pageRowsMax?: number;
  readonly columnPageBytesMax?: number;
}

export interface WrittenBlock {
  readonly bytes: Uint8Array;
  readonly bounds: BlockBounds;
  readonly footerBytes: number;
  readonly footerCrc: number;
}

/** Yields to the event loop in between. The content must not change meanwhile and has at least one row. */
export async function writeBlockFile(content: BlockContent, options: BlockOptions = {}): Promise<WrittenBlock> {
  return new BlockWriter(content, options).write();
}

/** Legs that chunks hold in typed form, as which an encoded array costs nothing to look at. */
const HAS_STATS: ReadonlySet<string> = new Set(['bool', 'int', 'float', 'date', 'time', 'timestamp', 'timestamptz', 'duration', 'text', 'null']);

interface EncodedPage { readonly rowCount: number; readonly chunks: readonly ColumnChunk[]; readonly arrays: readonly ArrowArray[] }

class BlockWriter {
  readonly #rows: BlockRows;
  readonly #columns: readonly string[];
  readonly #fields: ArrowField[] = [];
  readonly #writer: ArrowWriter;
  readonly #isCompressed: boolean;
  readonly #pageRowsMax: number;
  readonly #columnBytesMax: number;
  readonly #pages: RawPageInfo[] = [];
  readonly #columnPages: ColumnPage[][];
  readonly #slice = new TimeSlice();

  constructor(content: BlockContent, options: BlockOptions) {
    this.#rows = new BlockRows(content.chunks);
    assert(this.#rows.rowCount > 0, 'a block file has rows');
    assert(!content.columns.includes('_id'), '_id is written by itself');
    this.#columns = content.columns;
    this.#isCompressed = options.compression === 'zstd';
    this.#pageRowsMax = options.pageRowsMax ?? PAGE_ROWS;
    assert(this.#pageRowsMax <= PAGE_ROWS_MAX, 'a page is within its limit');
    this.#columnBytesMax = options.columnPageBytesMax ?? COLUMN_PAGE_BYTES_MAX;
    this.#fields.push(inferField('_id', this.#rows.column('_id')), ...EVENT_FIELDS, ...content.columns.map((name) => inferField(name, this.#rows.column(name))));
    const metadata = new Map([[TABLE_KEY, `${content.schema}.${content.table}`], [VERSION_KEY, String(FORMAT_VERSION)]]);
    this.#writer = new ArrowWriter({ fields: this.#fields, metadata }, { format: 'file', compression: options.compression ?? 'none' });
    this.#columnPages = this.#fields.map(() => []);
  }

  async write(): Promise<WrittenBlock> {
    let bounds = { minSeq: Infinity, maxSeq: -Infinity, minSystemFrom: MICROS_MAX, maxSystemFrom: MICROS_MIN, minValidFrom: MICROS_MAX, maxValidTo: MICROS_MIN };
    let pageRows = this.#pageRowsMax;
    for (let from = 0; from < this.#rows.rowCount;) {
      const page = await this.#encodePage(from, pageRows);
      if (page === undefined) { pageRows = Math.max(1, Math.floor(pageRows / 2)); continue; }
      bounds = this.#addPage(from, page, bounds);
      from += page.rowCount;
      pageRows = Math.min(this.#pageRowsMax, pageRows * 2);
    }
    return this.#finish({ ...bounds, rowCount: this.#rows.rowCount, firstKey: encodeKey(this.#rows.idAt(0)), lastKey: encodeKey(this.#rows.idAt(this.#rows.rowCount - 1)) });
  }

  /** A page from `from` on, or undefined if a column of it would be too large and fewer rows may help. */
  async #encodePage(from: number, pageRows: number): Promise<EncodedPage | undefined> {
    const rowCount = Math.min(pageRows, this.#rows.rowCount - from);
    const refs = this.#rows.refs(from, from + rowCount);
    const chunks: ColumnChunk[] = [this.#rows.gather('_id', refs), ...this.#rows.events(refs)];
    const arrays: ArrowArray[] = [];
    for (const [index, field] of this.#fields.entries()) {
      const chunk = chunks[index] ?? this.#rows.gather(this.#columns[index - 1 - EVENT_FIELDS.length] as string, refs);
      chunks[index] = chunk;
      const array = encodeColumn(field, [{ chunk, rowCount }]);
      if (rowCount > 1 && bytesIn(array) > this.#columnBytesMax) return undefined;
      arrays.push(array);
      await this.#slice.pause();
    }
    return { rowCount, chunks, arrays };
  }

  #addPage<B extends Omit<BlockBounds, 'rowCount' | 'firstKey' | 'lastKey'>>(from: number, page: EncodedPage, bounds: B): B {
    const { block, body } = this.#writer.batch(page.arrays, page.rowCount);
    const events = page.chunks.slice(1, 1 + EVENT_FIELDS.length);
    this.#pages.push({
      rowCount: page.rowCount, firstKey: encodeKey(this.#rows.idAt(from)), lastKey: encodeKey(this.#rows.idAt(from + page.rowCount - 1)),
      ...this.#rows.classOf(from, events, page.rowCount),
    });
    this.#indexColumns(page, block, body);
    const [seq, systemFrom, validFrom, validTo] = page.chunks.slice(1, 5).map((chunk) => rangeOf((chunk as { data: BigInt64Array }).data));
    assert(seq !== undefined && systemFrom !== undefined && validFrom !== undefined && validTo !== undefined, 'a page has its event columns');
    return {
      ...bounds,
      minSeq: Math.min(bounds.minSeq, Number(seq.min)), maxSeq: Math.max(bounds.maxSeq, Number(seq.max)),
      minSystemFrom: least(bounds.minSystemFrom, systemFrom.min), maxSystemFrom: greatest(bounds.maxSystemFrom, systemFrom.max),
      minValidFrom: least(bounds.minValidFrom, validFrom.min), maxValidTo: greatest(bounds.maxValidTo, validTo.max),
    };
  }

  /** Cuts the batch's nodes and buffers into those of each column. */
  #indexColumns(page: EncodedPage, block: FileBlock, body: EncodedBody): void {
    const bodyAt = block.offset + block.metadataBytes;
    let node = 0;
    let buffer = 0;
    page.arrays.forEach((array, index) => {
      const [nodeCount, bufferCount] = sizesOf(array);
      const stored = body.buffers.slice(buffer, buffer + bufferCount);
      (this.#columnPages[index] as ColumnPage[]).push({
        nodes: body.header.nodes.slice(node, node + nodeCount),
        buffers: body.header.buffers.slice(buffer, buffer + bufferCount).map(({ offset, length }) => ({ offset: bodyAt + offset, length })),
        crcs: stored.map((bytes) => granuleCrcs(bytes, this.#isCompressed)),
        stats: HAS_STATS.has(legOf(array.field).kind) ? statsOf(decodeColumn(array), page.rowCount) : { kind: 'none' },
      });
      node += nodeCount;
      buffer += bufferCount;
    });
    assert(node === body.header.nodes.length && buffer === body.buffers.length, 'columns make up the batch');
  }

  #append(bytes: Uint8Array): Part {
    const part = partOf(bytes, this.#writer.length);
    this.#writer.appendRaw(bytes);
    return part;
  }

  async #finish(bounds: BlockBounds): Promise<WrittenBlock> {
    this.#writer.endBatches();
    const columns = this.#columnPages.map((pages) => this.#append(encodeColumnPages(pages)));
    const keyFilter = this.#append(await this.#keyFilter());
    const pages = this.#append(encodePages(this.#pages));
    const { rowCount, minSeq, maxSeq } = bounds;
    const directory = this.#append(encodeDirectory({ isCompressed: this.#isCompressed, rowCount, minSeq, maxSeq, pages, keyFilter, columns }));
    const bytes = this.#writer.finish(new Map([[INDEX_KEY, `${directory.offset} ${directory.length} ${directory.crc}`]]));
    const footerBytes = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - FILE_TAIL_BYTES, 4).getInt32(0, true) + FILE_TAIL_BYTES;
    return { bytes, bounds, footerBytes, footerCrc: crc32(bytes.subarray(bytes.length - footerBytes)) };
  }

  async #keyFilter(): Promise<Uint8Array> {
    const filter = emptyKeyFilter(this.#rows.rowCount);
    for (let row = 0; row < this.#rows.rowCount; row++) {
      addToKeyFilter(filter, encodeKey(this.#rows.idAt(row)));
      if ((row & 1023) === 0) await this.#slice.pause();
    }
    return filter;
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function rangeOf(data: BigInt64Array): { readonly min: bigint; readonly max: bigint } {
  let min = data[0] as bigint;
  let max = min;
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

function bytesIn(array: ArrowArray): number {
  return array.buffers.reduce((sum, buffer) => sum + buffer.length, 0) + array.children.reduce((sum, child) => sum + bytesIn(child), 0);
}

/** Nodes and buffers of an array with its children. */
function sizesOf(array: ArrowArray): [number, number] {
  let nodes = 1;
  let buffers = array.buffers.length;
  for (const child of array.children) {
    const [childNodes, childBuffers] = sizesOf(child);
    nodes += childNodes;
    buffers += childBuffers;
  }
  return [nodes, buffers];
}
