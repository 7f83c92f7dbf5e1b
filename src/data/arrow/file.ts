/**
 * The file format: a stream between two magic words, with a footer that says where the batches are.
 *
 *   ARROW1 0 0 │ schema │ dictionaries │ batches │ end mark │ … │ footer │ footer bytes │ ARROW1
 */
import { decodeBatch, DictionaryTable } from './batch-reader.ts';
import type { DecodedBatch } from './batch-reader.ts';
import { damaged, notRead } from './damage.ts';
import type { ArrowSchema } from './field.ts';
import { FlatBuilder, refSlot, shortSlot } from './flatbuffer-builder.ts';
import { FlatBytes, sizeOf } from './flatbuffer-reader.ts';
import type { FlatTable } from './flatbuffer-reader.ts';
import { readMetadata, readSchema } from './schema-reader.ts';
import { writeMetadata, writeSchema } from './schema-writer.ts';
import { messageAt } from './stream.ts';
import { METADATA_V4, METADATA_V5 } from './type-codes.ts';

export const FILE_MAGIC = new TextEncoder().encode('ARROW1');
/** Magic and padding before the first message. */
export const FILE_HEAD_BYTES = 8;
/** Footer length and magic at the end. */
export const FILE_TAIL_BYTES = 10;

/** Where a message lies: its frame and metadata, then its body. */
export interface FileBlock { readonly offset: number; readonly metadataBytes: number; readonly bodyBytes: number }

export interface FileFooter {
  readonly schema: ArrowSchema;
  readonly dictionaries: readonly FileBlock[];
  readonly batches: readonly FileBlock[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The footer's flatbuffer, without length and magic. */
export function writeFooter(footer: FileFooter): Uint8Array {
  const builder = new FlatBuilder();
  const metadata = writeMetadata(builder, footer.metadata);
  const batches = builder.longStructs(footer.batches.flatMap(blockLongs), 3);
  const dictionaries = builder.longStructs(footer.dictionaries.flatMap(blockLongs), 3);
  const schema = writeSchema(builder, footer.schema);
  return builder.finish(builder.table([shortSlot(METADATA_V5), refSlot(schema), refSlot(dictionaries), refSlot(batches), metadata]));
}

const blockLongs = (block: FileBlock): bigint[] => [BigInt(block.offset), BigInt(block.metadataBytes), BigInt(block.bodyBytes)];

/** Reads a footer's flatbuffer, which lies at `base` of `object`. */
export function readFooter(bytes: Uint8Array, object: string, base: number): FileFooter {
  const table = new FlatBytes(bytes, object, base).root();
  const version = table.short(0, 0);
  if (version !== METADATA_V5 && version !== METADATA_V4) throw notRead(object, `metadata of version ${version + 1}`);
  const schema = readSchema(table.needTable(1, 'the schema'));
  return { schema, dictionaries: readBlocks(table, 2), batches: readBlocks(table, 3), metadata: readMetadata(table, 4) };
}

function readBlocks(table: FlatTable, slot: number): FileBlock[] {
  const { buffer } = table;
  const { at, count } = table.structs(slot, 24);
  return Array.from({ length: count }, (_, i) => {
    const place = at + i * 24;
    const long = (offset: number): number => sizeOf(buffer, place, buffer.view.getBigInt64(place + offset, true));
    const metadataBytes = buffer.view.getInt32(place + 8, true);
    if (metadataBytes < 0) throw buffer.damaged(place, `metadata of ${metadataBytes} bytes`);
    return { offset: long(0), metadataBytes, bodyBytes: long(16) };
  });
}

/** Length of the footer's flatbuffer from the last `FILE_TAIL_BYTES` of a file of `fileBytes`. */
export function footerBytes(tail: Uint8Array, fileBytes: number, object: string): number {
  if (fileBytes < FILE_HEAD_BYTES + FILE_TAIL_BYTES || tail.length !== FILE_TAIL_BYTES) throw damaged(object, 0, `${fileBytes} bytes are no Arrow file`);
  if (!FILE_MAGIC.every((byte, i) => tail[4 + i] === byte)) throw damaged(object, fileBytes - 6, 'no Arrow file ends like this');
  const bytes = new DataView(tail.buffer, tail.byteOffset, 4).getInt32(0, true);
  if (bytes <= 0 || bytes > fileBytes - FILE_HEAD_BYTES - FILE_TAIL_BYTES) throw damaged(object, fileBytes - FILE_TAIL_BYTES, `a footer of ${bytes} bytes`);
  return bytes;
}

export interface ArrowFile {
  readonly footer: FileFooter;
  batch(index: number): DecodedBatch;
}

/** Opens a file that is in memory as a whole. Batches are decoded when asked for; errors are XX001. */
export function openArrowFile(bytes: Uint8Array, object: string): ArrowFile {
  const length = footerBytes(bytes.subarray(Math.max(0, bytes.length - FILE_TAIL_BYTES)), bytes.length, object);
  const footerAt = bytes.length - FILE_TAIL_BYTES - length;
  const footer = readFooter(bytes.subarray(footerAt, footerAt + length), object, footerAt);
  const content = bytes.subarray(0, footerAt);
  const dictionaries = new DictionaryTable(footer.schema, object);
  for (const block of footer.dictionaries) {
    const placed = messageAt(content, block.offset, object);
    if (placed?.message.kind !== 'dictionary') throw damaged(object, block.offset, 'a dictionary expected');
    dictionaries.add(placed.message, placed.body, placed.bodyAt);
  }
  return {
    footer,
    batch: (index) => {
      const block = footer.batches[index];
      const placed = block === undefined ? undefined : messageAt(content, block.offset, object);
      if (placed?.message.kind !== 'batch') throw damaged(object, block?.offset ?? 0, 'a record batch expected');
      return decodeBatch(footer.schema, placed.message.batch, placed.body, dictionaries.values, object, placed.bodyAt);
    },
  };
}
