/** Dictionary encoding of text: each distinct value once, and an index a row. */
import { assert } from '../../base/assert.ts';
import type { ColumnChunk } from '../vector/chunk.ts';
import { isValid } from '../vector/chunk.ts';
import { bytesOf, ValidityBuilder } from './array.ts';
import type { ArrowArray } from './array.ts';
import { encodeValues } from './encode-values.ts';
import { arrowField } from './field.ts';
import type { ArrowField } from './field.ts';

export const dictionaryField = (name: string, id: bigint, nullable: boolean): ArrowField =>
  ({ ...arrowField(name, { kind: 'utf8' }, nullable), dictionary: { id, indexBits: 32, indexSigned: true } });

/** The distinct texts of one column, numbered as they come. */
export class TextDictionary {
  readonly #indices = new Map<string, number>();
  readonly #decoder = new TextDecoder();

  get size(): number { return this.#indices.size; }

  /** The values, for the writer's `dictionaries`. Call it after the last `encode`. */
  values(): ArrowArray { return encodeValues(arrowField('values', { kind: 'utf8' }, false), [...this.#indices.keys()]); }

  encode(field: ArrowField, chunk: ColumnChunk & { form: 'text' }, rowCount: number): ArrowArray {
    assert(field.dictionary !== null && field.dictionary.indexBits === 32, 'a field with 32-bit dictionary indices');
    const indices = new Int32Array(rowCount);
    const validity = new ValidityBuilder(rowCount);
    for (let row = 0; row < rowCount; row++) {
      if (isValid(chunk.validity, row)) indices[row] = this.#index(this.#decoder.decode(chunk.bytes.subarray(chunk.offsets[row], chunk.offsets[row + 1])));
      else validity.setNull(row);
    }
    assert(field.nullable || validity.nullCount === 0, 'a column without NULL has no NULL');
    return { field, length: rowCount, nullCount: validity.nullCount, buffers: [validity.finish(), bytesOf(indices)], children: [] };
  }

  #index(text: string): number {
    let index = this.#indices.get(text);
    if (index === undefined) {
      index = this.#indices.size;
      this.#indices.set(text, index);
    }
    return index;
  }
}
