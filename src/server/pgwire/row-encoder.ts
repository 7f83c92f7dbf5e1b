/** DataRow messages. The code for each column is chosen once per result, by its type and format. */
import { EngineError } from '../../base/errors.ts';
import type { ResultBatch } from '../../database/session.ts';
import { binaryEncoderFor } from './binary-encoding.ts';
import type { CellEncoder } from './cell-encoder.ts';
import type { MessageWriter } from './message-writer.ts';
import type { OutputStyle } from './output-style.ts';
import { textEncoderFor } from './text-encoding.ts';
import type { WireColumn } from './wire-type.ts';

const DATA_ROW = 'D'.charCodeAt(0);

/** Formats of a Bind message: none (all text), one for all, or one a column. */
export type FormatCodes = readonly number[];

/** 0 text, 1 binary. Throws 08P01 when the codes do not go with the columns. */
export function formatOf(formats: FormatCodes, columnCount: number): (index: number) => number {
  if (formats.length > 1 && formats.length !== columnCount) {
    throw new EngineError('protocol-violation', `bind message has ${formats.length} result formats but the query has ${columnCount} columns`);
  }
  if (formats.length === 0) return () => 0;
  return formats.length === 1 ? () => formats[0] as number : (index) => formats[index] as number;
}

export class RowEncoder {
  readonly #encoders: readonly CellEncoder[];

  constructor(columns: readonly WireColumn[], formats: FormatCodes, style: OutputStyle) {
    const format = formatOf(formats, columns.length);
    this.#encoders = columns.map(({ wire }, index) => (format(index) === 1 ? binaryEncoderFor(wire, style) : textEncoderFor(wire, style)));
  }

  encode(writer: MessageWriter, batch: ResultBatch, row: number): void {
    const encoders = this.#encoders;
    writer.begin(DATA_ROW);
    writer.int16(encoders.length);
    for (let column = 0; column < encoders.length; column++) {
      const value = batch.cell(row, column);
      if (value === null) writer.nullCell();
      else (encoders[column] as CellEncoder)(writer, value);
    }
    writer.end();
  }
}
