/**
 * The page index of a block file: what a reader needs in order to fetch the byte ranges of a page's columns and check them, kept by
 * column, so that a query reads the entries of its columns only.
 *
 *   … last batch │ end mark │ column 0 │ column 1 │ … │ key filter │ pages │ directory │ Arrow footer
 *                             └──────────── offset, length, CRC of each part in the directory ───┘
 *                                                            offset, length, CRC of the directory in the footer's metadata
 */
import { ByteReader, ByteWriter, crc32 } from '../../base/bytes.ts';
import type { ArrayNode, BufferRange } from '../../data/arrow/message.ts';
import type { RawPageInfo } from '../scan/raw-file.ts';
import { readStats, writeStats } from './column-stats.ts';
import type { ColumnStats } from './column-stats.ts';
import { granuleCount } from './granules.ts';

/** A checked part of a file. */
export interface Part { readonly offset: number; readonly length: number; readonly crc: number }

export interface BlockDirectory {
  readonly isCompressed: boolean;
  readonly rowCount: number;
  readonly minSeq: number;
  readonly maxSeq: number;
  readonly pages: Part;
  readonly keyFilter: Part;
  /** One for each field of the schema. */
  readonly columns: readonly Part[];
}

/** A column in one page. Ranges are offsets in the file. */
export interface ColumnPage {
  readonly nodes: readonly ArrayNode[];
  readonly buffers: readonly BufferRange[];
  readonly crcs: readonly (readonly number[])[];
  readonly stats: ColumnStats;
}

export function encodeDirectory(directory: BlockDirectory): Uint8Array {
  const out = new ByteWriter();
  out.u8(directory.isCompressed ? 1 : 0);
  out.varint(directory.rowCount);
  out.varint(directory.minSeq);
  out.varint(directory.maxSeq);
  out.varint(directory.columns.length);
  for (const part of [directory.pages, directory.keyFilter, ...directory.columns]) writePart(out, part);
  return out.finish();
}

function writePart(out: ByteWriter, part: Part): void {
  out.varint(part.offset);
  out.varint(part.length);
  out.u32(part.crc);
}

/** `fileBytes` bounds every part. */
export function decodeDirectory(bytes: Uint8Array, object: string, base: number, fileBytes: number): BlockDirectory {
  const input = new ByteReader(bytes, object, base);
  const isCompressed = input.u8() === 1;
  const [rowCount, minSeq, maxSeq] = [input.varint(), input.varint(), input.varint()];
  const count = input.count(6);
  const readPart = (): Part => {
    const part = { offset: input.varint(), length: input.varint(), crc: input.u32() };
    if (part.offset + part.length > fileBytes) throw input.corrupt(`a part at ${part.offset} of ${part.length} bytes in a file of ${fileBytes}`);
    return part;
  };
  const [pages, keyFilter] = [readPart(), readPart()];
  const columns = Array.from({ length: count }, readPart);
  input.end();
  return { isCompressed, rowCount, minSeq, maxSeq, pages, keyFilter, columns };
}

export function encodePages(pages: readonly RawPageInfo[]): Uint8Array {
  const out = new ByteWriter();
  out.varint(pages.length);
  for (const page of pages) {
    out.varint(page.rowCount);
    out.blob(page.firstKey);
    out.blob(page.lastKey);
    out.u8(page.isPlain ? 1 : 0);
    out.i64(page.maxValidFrom);
    out.i64(page.maxSystemFrom);
  }
  return out.finish();
}

export function decodePages(bytes: Uint8Array, object: string, base: number): RawPageInfo[] {
  const input = new ByteReader(bytes, object, base);
  const pages = Array.from({ length: input.count(20) }, (): RawPageInfo => ({
    rowCount: input.varint(), firstKey: input.blob().slice(), lastKey: input.blob().slice(), isPlain: input.u8() === 1,
    maxValidFrom: input.i64(), maxSystemFrom: input.i64(),
  }));
  input.end();
  return pages;
}

export function encodeColumnPages(pages: readonly ColumnPage[]): Uint8Array {
  const out = new ByteWriter();
  out.varint(pages.length);
  for (const page of pages) {
    writePairs(out, page.nodes.map((node) => [node.length, node.nullCount]));
    writePairs(out, page.buffers.map((buffer) => [buffer.offset, buffer.length]));
    for (const crcs of page.crcs) for (const crc of crcs) out.u32(crc);
    writeStats(out, page.stats);
  }
  return out.finish();
}

function writePairs(out: ByteWriter, pairs: readonly (readonly [number, number])[]): void {
  out.varint(pairs.length);
  for (const [first, second] of pairs) { out.varint(first); out.varint(second); }
}

/** Ranges are checked against `fileBytes`; that they make arrays is the business of the Arrow reader. */
export function decodeColumnPages(bytes: Uint8Array, object: string, base: number, fileBytes: number, isCompressed: boolean): ColumnPage[] {
  const input = new ByteReader(bytes, object, base);
  const pages = Array.from({ length: input.count(3) }, (): ColumnPage => {
    const nodes = readPairs(input).map(([length, nullCount]) => ({ length, nullCount }));
    const buffers = readPairs(input).map(([offset, length]) => ({ offset, length }));
    let end = 0;
    const crcs = buffers.map(({ offset, length }) => {
      if (offset < end || offset + length > fileBytes) throw input.corrupt(`a buffer at ${offset} of ${length} bytes in a file of ${fileBytes}`);
      end = offset + length;
      const count = granuleCount(length, isCompressed);
      if (count * 4 > input.remaining) throw input.corrupt(`${count} checksums with ${input.remaining} bytes left`);
      return Array.from({ length: count }, () => input.u32());
    });
    return { nodes, buffers, crcs, stats: readStats(input) };
  });
  input.end();
  return pages;
}

function readPairs(input: ByteReader): [number, number][] {
  return Array.from({ length: input.count(2) }, () => [input.varint(), input.varint()]);
}

/** The part's bytes as they will lie at `offset`. */
export const partOf = (bytes: Uint8Array, offset: number): Part => ({ offset, length: bytes.length, crc: crc32(bytes) });
