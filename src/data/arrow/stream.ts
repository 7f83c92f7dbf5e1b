/**
 * The stream format: a schema message, dictionaries and record batches, an end mark.
 *
 *   schema │ dictionary… │ batch │ batch │ … │ FF FF FF FF 00 00 00 00
 */
import { damaged } from './damage.ts';
import { decodeBatch, DictionaryTable } from './batch-reader.ts';
import type { DecodedBatch } from './batch-reader.ts';
import type { ArrowSchema } from './field.ts';
import { CONTINUATION, readMessage } from './message.ts';
import type { Message } from './message.ts';

export interface ArrowStream { readonly schema: ArrowSchema; readonly batches: Iterable<DecodedBatch> }

/** A message with the place of its body. `end` is where the next one begins. */
interface PlacedMessage { readonly message: Message; readonly body: Uint8Array; readonly bodyAt: number; readonly end: number }

/** The message at `at`, or undefined at the end mark or the end of the bytes. */
export function messageAt(bytes: Uint8Array, at: number, object: string): PlacedMessage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at === bytes.length) return undefined;
  if (at + 8 > bytes.length) throw damaged(object, at, 'the start of a message expected');
  if (view.getUint32(at, true) !== CONTINUATION) throw damaged(object, at, 'no message begins here');
  const metadataBytes = view.getInt32(at + 4, true);
  if (metadataBytes === 0) return undefined;
  const bodyAt = at + 8 + metadataBytes;
  if (metadataBytes < 0 || bodyAt > bytes.length) throw damaged(object, at + 4, `metadata of ${metadataBytes} bytes`);
  const message = readMessage(bytes.subarray(at + 8, bodyAt), object, at + 8);
  const end = bodyAt + message.bodyBytes;
  if (end > bytes.length) throw damaged(object, bodyAt, `a body of ${message.bodyBytes} bytes with ${bytes.length - bodyAt} left`);
  return { message, body: bytes.subarray(bodyAt, end), bodyAt, end };
}

/** Reads a stream that is in memory as a whole. Batches are decoded as they are asked for; errors are XX001. */
export function readArrowStream(bytes: Uint8Array, object: string): ArrowStream {
  const first = messageAt(bytes, 0, object);
  if (first === undefined || first.message.kind !== 'schema') throw damaged(object, 0, 'a schema expected');
  const { schema } = first.message;
  return { schema, batches: { [Symbol.iterator]: () => streamBatches(bytes, object, schema, first.end) } };
}

function* streamBatches(bytes: Uint8Array, object: string, schema: ArrowSchema, from: number): Generator<DecodedBatch> {
  const dictionaries = new DictionaryTable(schema, object);
  for (let placed = messageAt(bytes, from, object); placed !== undefined; placed = messageAt(bytes, placed.end, object)) {
    const { message, body, bodyAt } = placed;
    if (message.kind === 'schema') throw damaged(object, bodyAt, 'a second schema');
    if (message.kind === 'dictionary') dictionaries.add(message, body, bodyAt);
    else yield decodeBatch(schema, message.batch, body, dictionaries.values, object, bodyAt);
  }
}
