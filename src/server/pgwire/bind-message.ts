/**
 * The fields of a Bind message.
 *
 *   portal │ statement │ parameter formats: count, i16 each │ parameters: count, then length i32 (−1: NULL) and bytes │ result formats
 */
import { EngineError } from '../../base/errors.ts';
import type { FrameReader } from './frame-reader.ts';
import type { RawParameter } from './parameter-decoding.ts';
import type { FormatCodes } from './row-encoder.ts';

export interface BindMessage {
  readonly portalName: string;
  readonly statementName: string;
  readonly parameters: readonly RawParameter[];
  readonly formats: FormatCodes;
}

/** Takes the whole message. Throws 08P01 for one that is none. */
export function readBind(reader: FrameReader): BindMessage {
  const portalName = reader.text();
  const statementName = reader.text();
  const parameters = readBindParameters(reader);
  const formats = readFormats(reader);
  reader.end();
  return { portalName, statementName, parameters, formats };
}

function readBindParameters(reader: FrameReader): readonly RawParameter[] {
  const formats = readFormats(reader);
  const count = reader.uint16();
  if (formats.length > 1 && formats.length !== count) {
    throw new EngineError('protocol-violation', `bind message has ${formats.length} parameter formats but ${count} parameters`);
  }
  const parameters: RawParameter[] = [];
  for (let index = 0; index < count; index++) {
    const length = reader.int32();
    const format = formats.length === 1 ? formats[0] : formats[index];
    parameters.push({ format: format ?? 0, bytes: length < 0 ? undefined : reader.bytes(length) });
  }
  return parameters;
}

function readFormats(reader: FrameReader): readonly number[] {
  const formats: number[] = [];
  for (let left = reader.uint16(); left > 0; left--) {
    const format = reader.int16();
    if (format !== 0 && format !== 1) throw new EngineError('protocol-violation', `format code ${format}; 0 (text) or 1 (binary) expected`);
    formats.push(format);
  }
  return formats;
}
