/**
 * Messages: what streams and files consist of.
 *
 *   ┌────────────┬────────────────┬──────────────────────────────┬───────────────────────────────┐
 *   │ FF FF FF FF │ metadata bytes │ metadata (a flatbuffer), pad │ body: buffers, each padded to 8 │
 *   └────────────┴────────────────┴──────────────────────────────┴───────────────────────────────┘
 */
import { notRead } from './damage.ts';
import type { ArrowSchema } from './field.ts';
import { byteSlot, FlatBuilder, longSlot, refSlot, shortSlot } from './flatbuffer-builder.ts';
import type { Ref, Slot } from './flatbuffer-builder.ts';
import { FlatBytes, sizeOf } from './flatbuffer-reader.ts';
import type { FlatTable } from './flatbuffer-reader.ts';
import { readSchema } from './schema-reader.ts';
import { writeSchema } from './schema-writer.ts';
import { HEADER_BATCH, HEADER_DICTIONARY, HEADER_SCHEMA, METADATA_V4, METADATA_V5 } from './type-codes.ts';

export type Compression = 'none' | 'zstd';

export interface ArrayNode { readonly length: number; readonly nullCount: number }
/** A buffer's place within the body. */
export interface BufferRange { readonly offset: number; readonly length: number }

/** A record batch without its body: nodes and buffers of all fields, depth first. */
export interface BatchHeader {
  readonly rowCount: number;
  readonly nodes: readonly ArrayNode[];
  readonly buffers: readonly BufferRange[];
  readonly compression: Compression;
}

export type Message =
  | { readonly kind: 'schema'; readonly schema: ArrowSchema; readonly bodyBytes: number }
  | { readonly kind: 'batch'; readonly batch: BatchHeader; readonly bodyBytes: number }
  | { readonly kind: 'dictionary'; readonly id: bigint; readonly isDelta: boolean; readonly batch: BatchHeader; readonly bodyBytes: number };

export const CONTINUATION = 0xffffffff;
export const MESSAGE_ALIGNMENT = 8;

export function writeSchemaMessage(schema: ArrowSchema): Uint8Array {
  const builder = new FlatBuilder();
  return frame(builder, HEADER_SCHEMA, writeSchema(builder, schema), 0);
}

export function writeBatchMessage(batch: BatchHeader, bodyBytes: number): Uint8Array {
  const builder = new FlatBuilder();
  return frame(builder, HEADER_BATCH, writeBatch(builder, batch), bodyBytes);
}

export function writeDictionaryMessage(id: bigint, batch: BatchHeader, bodyBytes: number): Uint8Array {
  const builder = new FlatBuilder();
  const data = writeBatch(builder, batch);
  return frame(builder, HEADER_DICTIONARY, builder.table([longSlot(id), refSlot(data), undefined]), bodyBytes);
}

function writeBatch(builder: FlatBuilder, batch: BatchHeader): Ref {
  const nodes = builder.longStructs(batch.nodes.flatMap((node) => [BigInt(node.length), BigInt(node.nullCount)]), 2);
  const buffers = builder.longStructs(batch.buffers.flatMap((buffer) => [BigInt(buffer.offset), BigInt(buffer.length)]), 2);
  const compression: Slot = batch.compression === 'none' ? undefined : refSlot(builder.table([byteSlot(1), byteSlot(0)]));
  return builder.table([longSlot(BigInt(batch.rowCount)), refSlot(nodes), refSlot(buffers), compression]);
}

function frame(builder: FlatBuilder, header: number, content: Ref, bodyBytes: number): Uint8Array {
  const metadata = builder.finish(builder.table([shortSlot(METADATA_V5), byteSlot(header), refSlot(content), longSlot(BigInt(bodyBytes))]));
  const bytes = new Uint8Array(8 + metadata.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, CONTINUATION, true);
  view.setInt32(4, metadata.length, true);
  bytes.set(metadata, 8);
  return bytes;
}

/** Reads the flatbuffer of a message, which lies at `base` of `object`. */
export function readMessage(metadata: Uint8Array, object: string, base: number): Message {
  const table = new FlatBytes(metadata, object, base).root();
  const version = table.short(0, 0);
  if (version !== METADATA_V5 && version !== METADATA_V4) throw notRead(object, `metadata of version ${version + 1}`);
  const header = table.byte(1, 0);
  const content = table.needTable(2, 'the content of a message');
  const bodyBytes = table.size(3);
  switch (header) {
    case HEADER_SCHEMA: return { kind: 'schema', schema: readSchema(content), bodyBytes };
    case HEADER_BATCH: return { kind: 'batch', batch: readBatch(content), bodyBytes };
    case HEADER_DICTIONARY:
      return { kind: 'dictionary', id: content.long(0), isDelta: content.bool(2), batch: readBatch(content.needTable(1, 'a dictionary')), bodyBytes };
    default: throw table.buffer.damaged(table.at, `a message of the unknown kind ${header}`);
  }
}

function readBatch(table: FlatTable): BatchHeader {
  return {
    rowCount: table.size(0),
    nodes: readPairs(table, 1).map(([length, nullCount]) => ({ length, nullCount })),
    buffers: readPairs(table, 2).map(([offset, length]) => ({ offset, length })),
    compression: readCompression(table),
  };
}

function readPairs(table: FlatTable, slot: number): [number, number][] {
  const { at, count } = table.structs(slot, 16);
  const { buffer } = table;
  return Array.from({ length: count }, (_, i) => {
    const place = at + i * 16;
    return [sizeOf(buffer, place, buffer.view.getBigInt64(place, true)), sizeOf(buffer, place, buffer.view.getBigInt64(place + 8, true))];
  });
}

function readCompression(table: FlatTable): Compression {
  const compression = table.table(3);
  if (compression === undefined) return 'none';
  if (compression.byte(0, 0) === 0) throw notRead(table.buffer.object, 'buffers compressed with LZ4');
  if (compression.byte(0, 0) !== 1 || compression.byte(1, 0) !== 0) throw table.buffer.damaged(table.at, 'an unknown compression');
  return 'zstd';
}
