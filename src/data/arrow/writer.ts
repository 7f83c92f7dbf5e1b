/**
 * Writes streams and files batch by batch. The dictionaries must be known before the first batch, as files want them.
 */
import { assert } from '../../base/assert.ts';
import { ByteWriter } from '../../base/bytes.ts';
import type { ArrowArray } from './array.ts';
import { encodeBody, padded } from './body.ts';
import type { EncodedBody } from './body.ts';
import type { ArrowSchema } from './field.ts';
import { FILE_MAGIC, writeFooter } from './file.ts';
import type { FileBlock } from './file.ts';
import { CONTINUATION, writeBatchMessage, writeDictionaryMessage, writeSchemaMessage } from './message.ts';
import type { Compression } from './message.ts';

export interface WriterOptions {
  readonly format: 'stream' | 'file';
  readonly compression?: Compression;
  /** Values of dictionary-encoded columns by id. */
  readonly dictionaries?: ReadonlyMap<bigint, ArrowArray>;
}

const PADDING = new Uint8Array(8);

export class ArrowWriter {
  readonly #out = new ByteWriter(4096);
  readonly #schema: ArrowSchema;
  readonly #format: 'stream' | 'file';
  readonly #compression: Compression;
  readonly #dictionaries: FileBlock[] = [];
  readonly #batches: FileBlock[] = [];

  constructor(schema: ArrowSchema, options: WriterOptions) {
    this.#schema = schema;
    this.#format = options.format;
    this.#compression = options.compression ?? 'none';
    if (this.#format === 'file') { this.#out.raw(FILE_MAGIC); this.#out.raw(PADDING.subarray(0, 2)); }
    this.#out.raw(writeSchemaMessage(schema));
    for (const [id, values] of options.dictionaries ?? []) {
      const body = encodeBody([values], values.length, this.#compression);
      this.#dictionaries.push(this.#message(writeDictionaryMessage(id, body.header, body.bodyBytes), body));
    }
  }

  /** Arrays of the schema's fields, all of `rowCount` rows. Returns where the batch lies and how its body is laid out. */
  batch(arrays: readonly ArrowArray[], rowCount: number): { readonly block: FileBlock; readonly body: EncodedBody } {
    assert(arrays.length === this.#schema.fields.length, 'a batch has an array for each field');
    assert(arrays.every((array) => array.length === rowCount), 'arrays of a batch are of the same length');
    const body = encodeBody(arrays, rowCount, this.#compression);
    const block = this.#message(writeBatchMessage(body.header, body.bodyBytes), body);
    this.#batches.push(block);
    return { block, body };
  }

  #message(head: Uint8Array, body: EncodedBody): FileBlock {
    const offset = this.#out.length;
    this.#out.raw(head);
    for (const buffer of body.buffers) {
      this.#out.raw(buffer);
      this.#out.raw(PADDING.subarray(0, padded(buffer.length) - buffer.length));
    }
    return { offset, metadataBytes: head.length, bodyBytes: body.bodyBytes };
  }

  /** What was written from `from` on, for streams that are sent as they are made. Valid until the next batch. */
  bytesFrom(from: number): Uint8Array { return this.#out.view(from); }

  get length(): number { return this.#out.length; }

  /** Bytes between the last batch and the footer of a file, where readers of Arrow do not look. */
  appendRaw(bytes: Uint8Array): void { this.#out.raw(bytes); }

  /** The end mark; after it only `appendRaw` and `finish` may follow. */
  endBatches(): void { this.#out.u32(CONTINUATION); this.#out.u32(0); }

  /** Everything, after `endBatches`. */
  finish(metadata: ReadonlyMap<string, string> = new Map()): Uint8Array {
    if (this.#format === 'file') {
      const footer = writeFooter({ schema: this.#schema, dictionaries: this.#dictionaries, batches: this.#batches, metadata });
      this.#out.raw(PADDING.subarray(0, padded(this.#out.length) - this.#out.length));
      this.#out.raw(footer);
      this.#out.u32(footer.length);
      this.#out.raw(FILE_MAGIC);
    }
    return this.#out.finish();
  }
}
