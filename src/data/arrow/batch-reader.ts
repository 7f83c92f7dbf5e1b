/** Record batches and dictionaries from a message and its body. */
import type { ColumnChunk } from '../vector/chunk.ts';
import type { ArrowArray } from './array.ts';
import { decodeBody } from './body.ts';
import { ArrayReader } from './check-array.ts';
import { damaged, notRead } from './damage.ts';
import { arrowField } from './field.ts';
import type { ArrowField, ArrowSchema } from './field.ts';
import type { BatchHeader, Message } from './message.ts';

export interface DecodedBatch { readonly rowCount: number; readonly columns: readonly ColumnChunk[] }

export function decodeBatch(
  schema: ArrowSchema, batch: BatchHeader, body: Uint8Array, dictionaries: ReadonlyMap<bigint, ArrowArray>, object: string, base: number,
): DecodedBatch {
  const buffers = decodeBody(batch, body, object, base);
  const reader = new ArrayReader({ nodes: batch.nodes, buffers, dictionaries, object, offset: base });
  if (batch.rowCount > 0x7fffffff) throw damaged(object, base, `a batch of ${batch.rowCount} rows`);
  const columns = schema.fields.map((field) => reader.chunk(field, batch.rowCount));
  reader.end();
  return { rowCount: batch.rowCount, columns };
}

/** The dictionaries of a stream or file, as they come. */
export class DictionaryTable {
  readonly values = new Map<bigint, ArrowArray>();
  readonly #fields = new Map<bigint, ArrowField>();
  readonly #object: string;

  constructor(schema: ArrowSchema, object: string) {
    this.#object = object;
    const visit = (field: ArrowField): void => {
      if (field.dictionary !== null) this.#fields.set(field.dictionary.id, arrowField(field.name, field.type, true, field.children, field.metadata));
      field.children.forEach(visit);
    };
    schema.fields.forEach(visit);
  }

  add(message: Message & { kind: 'dictionary' }, body: Uint8Array, base: number): void {
    const field = this.#fields.get(message.id);
    if (field === undefined) throw damaged(this.#object, base, `dictionary ${message.id} belongs to no column`);
    if (message.isDelta) throw notRead(this.#object, 'dictionaries that are extended');
    const { batch } = message;
    const buffers = decodeBody(batch, body, this.#object, base);
    const reader = new ArrayReader({ nodes: batch.nodes, buffers, dictionaries: this.values, object: this.#object, offset: base });
    this.values.set(message.id, reader.column(field, batch.rowCount));
    reader.end();
  }
}
