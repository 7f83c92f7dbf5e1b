/**
 * Block files as scans read them. Opening reads the footer and the directory; a column's part of the page index comes with its first use;
 * of the pages only the columns asked for are read, each checked against its checksums before anything in it is believed.
 */
import { must } from '../../base/assert.ts';
import { crc32 } from '../../base/bytes.ts';
import type { ArrowArray } from '../../data/arrow/array.ts';
import { decodeBody } from '../../data/arrow/body.ts';
import { ArrayReader } from '../../data/arrow/check-array.ts';
import { MICROS_MAX, MICROS_MIN } from '../../catalog/table-source.ts';
import { columnTypeOf } from '../../data/arrow/column-field.ts';
import { damaged } from '../../data/arrow/damage.ts';
import type { ArrowField } from '../../data/arrow/field.ts';
import { FILE_TAIL_BYTES, footerBytes, readFooter } from '../../data/arrow/file.ts';
import type { FileFooter } from '../../data/arrow/file.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { ColumnChunk } from '../../data/vector/chunk.ts';
import type { Value } from '../../data/types/value.ts';
import { compareIds, compareKeys, encodeKey } from '../key.ts';
import { chunkValue } from '../../data/vector/chunk-value.ts';
import { firstRowOf, pagesWithKey } from '../scan/raw-file.ts';
import type { PageTimeBounds, RawFile, RawPage, RawPageInfo, RawTimes } from '../scan/raw-file.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { EVENT_FIELD_COUNT, EVENT_FIELDS, INDEX_KEY } from './block-format.ts';
import type { BlockLocation } from './block-format.ts';
import { decodeColumnPages, decodeDirectory, decodePages } from './page-directory.ts';
import type { BlockDirectory, ColumnPage, Part } from './page-directory.ts';
import { readRange, readRanges, verifyPart } from './checked-reads.ts';
import type { ColumnStats } from './column-stats.ts';
import { flatCells } from './flat-cells.ts';
import { verifyGranules } from './granules.ts';
import { mayHoldKey } from './key-filter.ts';
import type { PageCache } from './page-cache.ts';

/** A raw file with what the page index knows beside. */
export interface BlockFile extends RawFile {
  readEntity(id: Value, columns: readonly string[]): Promise<readonly RawPage[]>;
  /** Whether the file may hold events of the key; false is certain. */
  mayHoldKey(key: Uint8Array): Promise<boolean>;
  /** Bounds of a document column in a page, or undefined if the file has no such column. */
  stats(page: number, column: string): Promise<ColumnStats | undefined>;
}

/** One read usually brings footer, directory and pages. */
const TAIL_BYTES = 64 * 1024;
const NULL_COLUMN: ColumnChunk = { form: 'constant', value: null };

/** Errors: 58030 when the store fails or the object is missing, XX001 when length, footer or index are not as `location` has them. */
export async function openBlockFile(store: ObjectStore, location: BlockLocation, cache?: PageCache): Promise<BlockFile> {
  const { name, bytes } = location;
  if (location.footerBytes < FILE_TAIL_BYTES || location.footerBytes > bytes) throw damaged(name, 0, `a footer of ${location.footerBytes} bytes in a file of ${bytes}`);
  const tailAt = Math.max(0, bytes - Math.max(TAIL_BYTES, location.footerBytes));
  const tail = await readRange(store, name, tailAt, bytes);
  const footerAt = bytes - location.footerBytes;
  const footerPart = tail.subarray(footerAt - tailAt);
  if (crc32(footerPart) !== location.footerCrc) throw damaged(name, footerAt, 'the checksum of the footer does not match');
  const length = footerBytes(footerPart.subarray(-FILE_TAIL_BYTES), bytes, name);
  const footer = readFooter(footerPart.subarray(0, length), name, footerAt);
  const part = directoryPart(footer, name, footerAt);
  const directoryBytes = part.offset >= tailAt ? tail.subarray(part.offset - tailAt, part.offset - tailAt + part.length) : await readRange(store, name, part.offset, part.offset + part.length);
  const directory = decodeDirectory(verifyPart(directoryBytes, part, name), name, part.offset, footerAt);
  checkSchema(footer, directory, name, footerAt);
  return new OpenBlockFile(store, location, footer, directory, cache);
}

function directoryPart(footer: FileFooter, name: string, footerAt: number): Part {
  const [offset, length, crc] = (footer.metadata.get(INDEX_KEY) ?? '').split(' ').map(Number);
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && Number.isSafeInteger(crc);
  if (!isRange || (offset as number) < 0 || (length as number) < 0 || (offset as number) + (length as number) > footerAt) throw damaged(name, footerAt, 'the footer does not say where the index is');
  return { offset: offset as number, length: length as number, crc: crc as number };
}

function checkSchema(footer: FileFooter, directory: BlockDirectory, name: string, footerAt: number): void {
  const { fields } = footer.schema;
  const isBlock = fields.length === directory.columns.length && fields[0]?.name === '_id'
    && EVENT_FIELDS.every((field, i) => isSameField(field, fields[i + 1])) && fields.every((field) => field.dictionary === null);
  if (!isBlock) throw damaged(name, footerAt, 'a schema that is not that of a block file');
}

function isSameField(expected: ArrowField, found: ArrowField | undefined): boolean {
  return found !== undefined && found.name === expected.name && JSON.stringify(found.type) === JSON.stringify(expected.type);
}

/** A column's bytes within a page. */
interface Wanted { readonly column: number; readonly entry: ColumnPage; readonly from: number; readonly to: number }

class OpenBlockFile implements BlockFile {
  readonly name: string;
  readonly rowCount: number;
  readonly minSeq: number;
  readonly maxSeq: number;
  readonly columns: ReadonlyMap<string, ColumnType>;
  readonly #store: ObjectStore;
  readonly #footer: FileFooter;
  readonly #directory: BlockDirectory;
  readonly #cache: PageCache | undefined;
  readonly #fieldOf = new Map<string, number>();
  readonly #parts = new Map<string, Promise<unknown>>();
  /** Parts of the index that are there already. */
  readonly #columnIndex: (readonly ColumnPage[])[] = [];
  #timeBounds: readonly PageTimeBounds[] | undefined;

  constructor(store: ObjectStore, location: BlockLocation, footer: FileFooter, directory: BlockDirectory, cache: PageCache | undefined) {
    this.#store = store;
    this.name = location.name;
    this.#footer = footer;
    this.#directory = directory;
    this.#cache = cache;
    this.rowCount = directory.rowCount;
    this.minSeq = directory.minSeq;
    this.maxSeq = directory.maxSeq;
    const columns = new Map<string, ColumnType>();
    footer.schema.fields.forEach((field, index) => {
      if (index !== 0 && index < EVENT_FIELD_COUNT) return;
      columns.set(field.name, columnTypeOf(field));
      this.#fieldOf.set(field.name, index);
    });
    this.columns = columns;
  }

  /** A part of the index, read once. A failed read is tried again by the next caller. */
  #part<T>(key: string, part: Part, decode: (bytes: Uint8Array) => T): Promise<T> {
    const known = this.#parts.get(key);
    if (known !== undefined) return known as Promise<T>;
    const reading = readRange(this.#store, this.name, part.offset, part.offset + part.length).then((bytes) => decode(verifyPart(bytes, part, this.name)));
    this.#parts.set(key, reading);
    reading.catch(() => { this.#parts.delete(key); });
    return reading;
  }

  pages(): Promise<readonly RawPageInfo[]> {
    const { pages } = this.#directory;
    return this.#part('pages', pages, (bytes) => {
      const infos = decodePages(bytes, this.name, pages.offset);
      if (infos.reduce((sum, page) => sum + page.rowCount, 0) !== this.rowCount) throw damaged(this.name, pages.offset, 'pages that do not make up the file');
      return infos;
    });
  }

  #columnPages(column: number): Promise<readonly ColumnPage[]> {
    const part = must(this.#directory.columns[column], 'a column of this file');
    return this.#part(`column ${column}`, part, (bytes) => {
      const pages = decodeColumnPages(bytes, this.name, part.offset, part.offset, this.#directory.isCompressed);
      this.#columnIndex[column] = pages;
      return pages;
    });
  }

  async mayHoldKey(key: Uint8Array): Promise<boolean> {
    const { keyFilter } = this.#directory;
    return mayHoldKey(await this.#part('filter', keyFilter, (bytes) => {
      if (bytes.length === 0) throw damaged(this.name, keyFilter.offset, 'an empty key filter');
      return bytes;
    }), key);
  }

  async stats(page: number, column: string): Promise<ColumnStats | undefined> {
    const field = this.#fieldOf.get(column);
    return field === undefined ? undefined : (await this.#columnPages(field))[page]?.stats;
  }

  async timeBounds(): Promise<readonly PageTimeBounds[]> {
    if (this.#timeBounds !== undefined) return this.#timeBounds;
    const [systemFrom, validFrom, validTo] = await Promise.all([2, 3, 4].map((column) => this.#columnPages(column)));
    this.#timeBounds = (await this.pages()).map(({ rowCount }, page) => ({
      minSystemFrom: leastOf(systemFrom?.[page]), minValidFrom: leastOf(validFrom?.[page]), maxValidTo: greatestOf(validTo?.[page]),
      isUnbounded: validTo?.[page]?.nodes[0]?.nullCount === rowCount,
    }));
    return this.#timeBounds;
  }

  async readTimes(page: number): Promise<RawTimes> {
    const { rowCount } = must((await this.pages())[page], 'a page of this file');
    return this.#timesOf(await this.#chunks(page, [2, 3, 4], rowCount, 0, rowCount));
  }

  async readPage(page: number, columns: readonly string[]): Promise<RawPage> {
    const { rowCount } = must((await this.pages())[page], 'a page of this file');
    return this.#readRows(page, columns, rowCount, 0, rowCount);
  }

  async readColumns(page: number, columns: readonly string[]): Promise<readonly ColumnChunk[]> {
    const { rowCount } = must((await this.pages())[page], 'a page of this file');
    const fields = columns.map((column) => this.#fieldOf.get(column) ?? -1);
    const chunks = await this.#chunks(page, [...new Set(fields.filter((field) => field >= 0))], rowCount, 0, rowCount);
    return fields.map((field) => (field < 0 ? NULL_COLUMN : must(chunks.get(field), 'a column that was read')));
  }

  async readEntity(id: Value, columns: readonly string[]): Promise<readonly RawPage[]> {
    const key = encodeKey(id);
    if (!await this.mayHoldKey(key)) return [];
    const infos = await this.pages();
    const [first, end] = pagesWithKey(infos, key, compareKeys);
    const found: RawPage[] = [];
    for (let page = first; page < end; page++) {
      const { rowCount } = must(infos[page], 'a page of this file');
      const ids = must((await this.#chunks(page, [0], rowCount, 0, rowCount)).get(0), 'ids that were read');
      const from = firstRowOf(ids, rowCount, id);
      let to = from;
      while (to < rowCount && compareIds(chunkValue(ids, to), id) === 0) to += 1;
      if (to > from) found.push(await this.#readRows(page, columns, rowCount, from, to));
    }
    return found;
  }

  /** Rows [from, to) of a page of `rowCount`. */
  async #readRows(page: number, columns: readonly string[], rowCount: number, from: number, to: number): Promise<RawPage> {
    const documents = columns.map((column) => this.#fieldOf.get(column) ?? -1);
    const wanted = [...new Set([...Array(EVENT_FIELD_COUNT).keys(), ...documents.filter((field) => field >= 0)])];
    const chunks = await this.#chunks(page, wanted, rowCount, from, to);
    return {
      rowCount: to - from,
      seq: toNumbers(this.#event(chunks, 1).data as BigInt64Array), ...this.#timesOf(chunks),
      op: Uint8Array.from(this.#event(chunks, 5).data as Int32Array),
      ids: must(chunks.get(0), 'ids that were read'),
      columns: documents.map((field) => (field < 0 ? NULL_COLUMN : must(chunks.get(field), 'a column that was read'))),
    };
  }

  #timesOf(chunks: ReadonlyMap<number, ColumnChunk>): RawTimes {
    const [systemFrom, validFrom, validTo] = [2, 3, 4].map((field) => this.#event(chunks, field).data as BigInt64Array);
    return { systemFrom: systemFrom as BigInt64Array, validFrom: validFrom as BigInt64Array, validTo: validTo as BigInt64Array };
  }

  #event(chunks: ReadonlyMap<number, ColumnChunk>, field: number): ColumnChunk & { form: 'fixed' } {
    const chunk = must(chunks.get(field), 'a column that was read');
    if (chunk.form !== 'fixed') throw damaged(this.name, 0, `column "${this.#field(field).name}" is of another type`);
    return chunk;
  }

  #field(column: number): ArrowField { return must(this.#footer.schema.fields[column], 'a field of this file'); }

  /** Rows [fromRow, toRow) of columns of a page of `rowCount`. */
  async #chunks(page: number, wanted: readonly number[], rowCount: number, fromRow: number, toRow: number): Promise<Map<number, ColumnChunk>> {
    const chunks = new Map<number, ColumnChunk>();
    const entries: Wanted[] = [];
    for (const column of wanted) {
      const known = this.#columnIndex[column];
      const entry = (known ?? await this.#columnPages(column))[page];
      if (entry === undefined) throw damaged(this.name, this.#directory.columns[column]?.offset ?? 0, `page ${page} is missing from the index`);
      const cells = toRow - fromRow < rowCount ? this.#cachedCells(page, column, entry, fromRow, toRow) : undefined;
      if (cells !== undefined) { chunks.set(column, cells); continue; }
      const last = entry.buffers.at(-1);
      entries.push({ column, entry, from: entry.buffers[0]?.offset ?? 0, to: last === undefined ? 0 : last.offset + last.length });
    }
    if (entries.length === 0) return chunks;
    const bytesOf = await this.#columnBytes(page, entries);
    for (const each of entries) chunks.set(each.column, this.#decode(each, must(bytesOf.get(each.column), 'bytes that were read'), rowCount, fromRow, toRow));
    return chunks;
  }

  /** A few rows of a cached page, without copying the rest; undefined where that cannot be done. */
  #cachedCells(page: number, column: number, entry: ColumnPage, fromRow: number, toRow: number): ColumnChunk | undefined {
    const cache = this.#cache;
    if (cache === undefined || this.#directory.isCompressed) return undefined;
    const id = { file: this.name, page, column };
    const base = entry.buffers[0]?.offset ?? 0;
    const cells = flatCells(this.#field(column), entry, fromRow, toRow, (buffer, from, to) => {
      const range = must(entry.buffers[buffer], 'a buffer of this column');
      return to > range.length ? undefined : cache.copyOut(id, range.offset - base + from, range.offset - base + to);
    });
    if (cells === undefined) return undefined;
    return new ArrayReader({ ...cells, dictionaries: NO_DICTIONARIES, object: this.name, offset: base }).chunk(this.#field(column), toRow - fromRow);
  }

  /** Verified bytes of each column, from the cache or the store. They belong to the caller. */
  async #columnBytes(page: number, entries: readonly Wanted[]): Promise<Map<number, Uint8Array>> {
    const bytesOf = new Map<number, Uint8Array>();
    const missing: Wanted[] = [];
    for (const entry of entries) {
      const cached = this.#cache?.copyOut({ file: this.name, page, column: entry.column });
      if (cached === undefined) missing.push(entry); else bytesOf.set(entry.column, cached);
    }
    const read = await readRanges(this.#store, this.name, missing);
    missing.forEach((entry, i) => {
      const bytes = read[i] as Uint8Array;
      entry.entry.buffers.forEach(({ offset, length }, buffer) => {
        const stored = bytes.subarray(offset - entry.from, offset - entry.from + length);
        verifyGranules(stored, entry.entry.crcs[buffer] as readonly number[], this.#directory.isCompressed, this.name, offset);
      });
      this.#cache?.admit({ file: this.name, page, column: entry.column }, bytes);
      bytesOf.set(entry.column, bytes);
    });
    return bytesOf;
  }

  #decode({ column, entry, from }: Wanted, bytes: Uint8Array, rowCount: number, fromRow: number, toRow: number): ColumnChunk {
    const buffers = entry.buffers.map(({ offset, length }) => ({ offset: offset - from, length }));
    const batch = { rowCount, nodes: entry.nodes, buffers, compression: this.#directory.isCompressed ? 'zstd' as const : 'none' as const };
    const reader = new ArrayReader({ nodes: entry.nodes, buffers: decodeBody(batch, bytes, this.name, from), dictionaries: NO_DICTIONARIES, object: this.name, offset: from });
    const chunk = reader.chunk(this.#field(column), rowCount, fromRow, toRow);
    reader.end();
    return chunk;
  }
}

/** Bounds of a column of times; what has no statistics may be anywhere. */
const leastOf = (entry: ColumnPage | undefined): bigint => (entry?.stats.kind === 'int' ? entry.stats.min : MICROS_MIN);
const greatestOf = (entry: ColumnPage | undefined): bigint => (entry?.stats.kind === 'int' && entry.nodes[0]?.nullCount === 0 ? entry.stats.max : MICROS_MAX);

/** Numbers of events are counted exactly in doubles; low and high halves are cheaper than bigints. */
function toNumbers(longs: BigInt64Array): Float64Array {
  const halves = new Uint32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  const numbers = new Float64Array(longs.length);
  for (let i = 0; i < longs.length; i++) numbers[i] = (halves[2 * i] as number) + (halves[2 * i + 1] as number) * 4294967296;
  return numbers;
}

const NO_DICTIONARIES: ReadonlyMap<bigint, ArrowArray> = new Map();
