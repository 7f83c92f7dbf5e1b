/**
 * Parameters of a Bind message as values.
 *
 *   declared OID                      ─▶ read as that type, text or binary
 *   none, text, never described       ─▶ left to the statement (`untyped`)
 *   none, text, described as a type   ─▶ read as that type: the client writes what it was told
 *   none, binary                      ─▶ read as the type that the statement gives it, else as bytes
 */
import { EngineError } from '../../base/errors.ts';
import { parseArrayText } from '../../data/types/array-text.ts';
import { typeOfValue } from '../../data/types/column-type.ts';
import { parseJsonLd } from '../../data/types/json-ld.ts';
import { parseTransit } from '../../data/types/transit.ts';
import { BYTES } from '../../data/types/type.ts';
import type { Type } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { ParameterInput } from '../../database/session.ts';
import { decodeBinary } from './binary-decoding.ts';
import { decodeUtf8 } from './frame-reader.ts';
import { decodeText } from '../../data/types/read-text.ts';
import { codecOf } from './wire-type.ts';
import type { ParameterCodec } from './wire-type.ts';

export interface RawParameter {
  /** 0 text, 1 binary. */
  readonly format: number;
  /** Undefined for NULL. */
  readonly bytes: Buffer | undefined;
}

const textOf = (bytes: Buffer): string => decodeUtf8(bytes, 0, bytes.length);

/** `found` are the statement's own types, as far as they are known. Errors name the parameter. */
export function readParameters(raw: readonly RawParameter[], declaredOids: readonly number[], found: readonly (Type | undefined)[], zone: string): readonly ParameterInput[] {
  return raw.map((parameter, index) => {
    try {
      return readParameter(parameter, codecOf(declaredOids[index] ?? 0), found[index], zone);
    } catch (error) {
      if (error instanceof EngineError) throw new EngineError(error.code, `parameter $${index + 1}: ${error.message}`, { hint: error.hint, detail: error.detail, cause: error });
      throw error;
    }
  });
}

function readParameter({ format, bytes }: RawParameter, codec: ParameterCodec | undefined, found: Type | undefined, zone: string): ParameterInput {
  if (codec === undefined) {
    if (bytes === undefined) return { kind: 'untyped', text: null };
    if (format === 0) return found === undefined ? { kind: 'untyped', text: textOf(bytes) } : readDescribed(textOf(bytes), found, zone);
    return typed(decodeBinary(bytes, found ?? BYTES), found ?? BYTES);
  }
  switch (codec.kind) {
    case 'scalar': return typed(bytes === undefined ? null : format === 0 ? decodeText(textOf(bytes), codec.type, zone) : decodeBinary(bytes, codec.type), codec.type);
    case 'json': return byValue(bytes === undefined ? null : parseJsonLd(textOf(format === 1 ? skipVersion(bytes, codec.versionBytes) : bytes)));
    case 'transit': return byValue(bytes === undefined ? null : parseTransit(textOf(bytes)));
    case 'array': return readArray(format, bytes, codec, zone);
  }
}

function readDescribed(text: string, type: Type, zone: string): ParameterInput {
  switch (type.kind) {
    // Names of tables and functions are the session's business.
    case 'text': case 'regclass': case 'regproc': return { kind: 'untyped', text };
    case 'struct': case 'set': return byValue(parseJsonLd(text));
    case 'list': return text.trimStart().startsWith('[') && !/^\s*\[-?\d+:/.test(text) ? byValue(parseJsonLd(text)) : typed(decodeText(text, type, zone), type);
    default: return typed(decodeText(text, type, zone), type);
  }
}

/** A declared type says the kind; precision, scale and zone are the value's own. */
const typed = (value: Value, type: Type): ParameterInput =>
  ({ kind: 'typed', type: value === null || type.kind === 'list' ? type : typeOfValue(value), value });

/** Typed as its value is, once somebody asks: of a whole document nobody does. NULL of JSON is of no type, so it stays open. */
function byValue(value: Value): ParameterInput {
  if (value === null) return { kind: 'untyped', text: null };
  let type: Type | undefined;
  return { kind: 'typed', value, get type() { return (type ??= typeOfValue(value)); } };
}

function skipVersion(bytes: Buffer, versionBytes: number): Buffer {
  if (versionBytes > 0 && bytes[0] !== 1) throw new EngineError('invalid-binary-representation', `jsonb of version ${bytes[0] ?? 'none'}; 1 expected`);
  return bytes.subarray(versionBytes);
}

function readArray(format: number, bytes: Buffer | undefined, codec: Extract<ParameterCodec, { kind: 'array' }>, zone: string): ParameterInput {
  if (bytes === undefined) return { kind: 'typed', type: codec.type, value: null };
  const element = codecOf(codec.elementOid);
  const elementType = element?.kind === 'scalar' ? element.type : undefined;
  if (format === 1) {
    if (elementType === undefined) throw new EngineError('unsupported', 'binary arrays of JSON are not supported', { hint: 'Send the array as text.' });
    return { kind: 'typed', type: codec.type, value: decodeBinary(bytes, codec.type) };
  }
  const items = parseArrayText(textOf(bytes), (text) => (elementType === undefined ? parseJsonLd(text) : decodeText(text, elementType, zone)));
  return elementType === undefined ? byValue(items) : { kind: 'typed', type: codec.type, value: items };
}

