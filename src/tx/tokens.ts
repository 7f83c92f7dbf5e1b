/**
 * Await and snapshot tokens: base64 of protobuf messages, the same bytes that XTDB 2 writes.
 *
 *   await token     TxBasis   { 1: map<database, MessageIds { 1: repeated int64 }> }         one id for each partition
 *   snapshot token  TimeBasis { 1: map<database, Timestamps { 1: repeated Timestamp }> }     Timestamp { 1: seconds, 2: nanos }
 */
import { ByteWriter } from '../base/bytes.ts';
import { EngineError } from '../base/errors.ts';

const MICROS_PER_SECOND = 1_000_000n;
const VARINT = 0;
const BYTES = 2;

const badToken = (kind: string): EngineError =>
  new EngineError('invalid-parameter-value', `Invalid basis: not a ${kind} token`, { hint: 'Tokens are made by SHOW AWAIT_TOKEN and SHOW SNAPSHOT_TOKEN; pass them on as they are.' });

function writeVarint(writer: ByteWriter, value: bigint): void {
  let rest = BigInt.asUintN(64, value);
  while (rest >= 0x80n) { writer.u8(Number(rest & 0x7fn) | 0x80); rest >>= 7n; }
  writer.u8(Number(rest));
}

function writeField(writer: ByteWriter, field: number, bytes: Uint8Array): void {
  writer.u8((field << 3) | BYTES);
  writeVarint(writer, BigInt(bytes.length));
  writer.raw(bytes);
}

function message(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(32);
  write(writer);
  return writer.finish();
}

/** The map every token is: database name → message. */
function encodeMap(entries: Iterable<readonly [string, Uint8Array]>): string {
  const encoder = new TextEncoder();
  const bytes = message((writer) => {
    for (const [database, value] of entries) {
      writeField(writer, 1, message((entry) => { writeField(entry, 1, encoder.encode(database)); writeField(entry, 2, value); }));
    }
  });
  return Buffer.from(bytes).toString('base64');
}

interface WireField { readonly field: number; readonly varint: bigint; readonly bytes: Uint8Array }

/** The fields of a message. Unknown fields are the caller's to skip; anything malformed throws. */
function* fields(bytes: Uint8Array, kind: string): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw badToken(kind);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw badToken(kind);
  };
  const none = new Uint8Array(0);
  while (at < bytes.length) {
    const tag = varint();
    const field = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    if (wireType === VARINT) yield { field, varint: varint(), bytes: none };
    else if (wireType === BYTES) {
      const length = Number(varint());
      if (length < 0 || at + length > bytes.length) throw badToken(kind);
      at += length;
      yield { field, varint: 0n, bytes: bytes.subarray(at - length, at) };
    } else throw badToken(kind);
  }
}

function decodeMap(token: string, kind: string): Map<string, Uint8Array> {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(token) || token.length % 4 !== 0) throw badToken(kind);
  const result = new Map<string, Uint8Array>();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (const entry of fields(Buffer.from(token, 'base64'), kind)) {
    if (entry.field !== 1) continue;
    let database = '';
    let value = new Uint8Array(0) as Uint8Array;
    for (const part of fields(entry.bytes, kind)) {
      if (part.field === 1) {
        try { database = decoder.decode(part.bytes); } catch { throw badToken(kind); }
      } else if (part.field === 2) value = part.bytes;
    }
    result.set(database, value);
  }
  return result;
}

/** Transaction ids by database: a reader that gives this token sees at least these. */
export function encodeAwaitToken(txIds: ReadonlyMap<string, bigint>): string {
  return encodeMap([...txIds].map(([database, txId]) => {
    const packed = message((writer) => { writeVarint(writer, txId); });
    return [database, message((writer) => { writeField(writer, 1, packed); })] as const;
  }));
}

/** Throws `invalid-parameter-value` for anything that is no await token. */
export function decodeAwaitToken(token: string): Map<string, bigint> {
  const result = new Map<string, bigint>();
  for (const [database, bytes] of decodeMap(token, 'await')) {
    for (const part of fields(bytes, 'await')) {
      if (part.field !== 1) continue;
      const txId = part.bytes.length === 0 ? part.varint : firstVarint(part.bytes);
      result.set(database, txId);
    }
  }
  return result;
}

function firstVarint(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = 0; i < bytes.length && i < 10; i++) {
    const byte = bytes[i] as number;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return BigInt.asIntN(64, value);
  }
  throw badToken('await');
}

/** System times (µs UTC) by database: a reader that gives this token sees exactly that. */
export function encodeSnapshotToken(systemTimes: ReadonlyMap<string, bigint>): string {
  return encodeMap([...systemTimes].map(([database, micros]) => {
    let seconds = micros / MICROS_PER_SECOND;
    let rest = micros % MICROS_PER_SECOND;
    if (rest < 0n) { seconds -= 1n; rest += MICROS_PER_SECOND; }
    const timestamp = message((writer) => {
      if (seconds !== 0n) { writer.u8((1 << 3) | VARINT); writeVarint(writer, seconds); }
      if (rest !== 0n) { writer.u8((2 << 3) | VARINT); writeVarint(writer, rest * 1000n); }
    });
    return [database, message((writer) => { writeField(writer, 1, timestamp); })] as const;
  }));
}

/** Throws `invalid-parameter-value` for anything that is no snapshot token. */
export function decodeSnapshotToken(token: string): Map<string, bigint> {
  const result = new Map<string, bigint>();
  for (const [database, bytes] of decodeMap(token, 'snapshot')) {
    for (const part of fields(bytes, 'snapshot')) {
      if (part.field !== 1) continue;
      let seconds = 0n;
      let nanos = 0n;
      for (const piece of fields(part.bytes, 'snapshot')) {
        if (piece.field === 1) seconds = piece.varint;
        else if (piece.field === 2) nanos = piece.varint;
      }
      result.set(database, seconds * MICROS_PER_SECOND + nanos / 1000n);
    }
  }
  return result;
}
