import { expect } from 'vitest';
import type { SeededRandom } from '../../src/base/random.ts';
import { isEngineError } from '../../src/base/errors.ts';
import type { Tagged, Value } from '../../src/data/types/value.ts';
import { isValid } from '../../src/data/vector/chunk.ts';
import type { ColumnChunk } from '../../src/data/vector/chunk.ts';

const NASTY = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0xfffe, 0x7fffffff, 0x80000000, 0xffffffff];

/** Changes a few bytes in place: bits, bytes, words that are likely to be lengths, stretches copied or zeroed. */
export function mutate(bytes: Uint8Array, random: SeededRandom): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let count = 1 + random.integer(3); count > 0; count--) {
    const at = random.integer(bytes.length);
    const word = Math.min(at & ~3, Math.max(0, bytes.length - 4));
    switch (random.integer(6)) {
      case 0: bytes[at] = (bytes[at] as number) ^ (1 << random.integer(8)); break;
      case 1: bytes[at] = random.integer(256); break;
      case 2: if (bytes.length >= 4) view.setUint32(word, random.pick(NASTY), true); break;
      case 3: if (bytes.length >= 4) view.setUint32(word, (view.getUint32(word, true) + random.integer(9) - 4) >>> 0, true); break;
      case 4: bytes.copyWithin(at, random.integer(bytes.length), Math.min(bytes.length, random.integer(bytes.length) + 16)); break;
      default: bytes.fill(random.integer(2) * 255, at, at + random.integer(16));
    }
  }
}

/** Runs the read; a named error is an outcome, anything else thrown is a failure. Returns whether there was an error. */
export async function readsOrFailsByName(read: () => void | Promise<void>): Promise<boolean> {
  try {
    await read();
    return false;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    expect(['corrupt', 'unsupported', 'incompatible-format']).toContain(error.code);
    expect(error.message.length).toBeLessThan(1000);
    return true;
  }
}

const DAY = { s: 86_400n, ms: 86_400_000n, us: 86_400_000_000n, ns: 86_400_000_000_000n } as const;

/** Asserts that every cell of the chunk lies within its type, reading all of its memory. */
export function checkChunk(chunk: ColumnChunk, rowCount: number): void {
  switch (chunk.form) {
    case 'constant': checkValue(chunk.value); return;
    case 'values':
      if (chunk.values.length !== rowCount) throw new Error('values of another count');
      for (const value of chunk.values) checkValue(value);
      return;
    case 'text': {
      if (chunk.offsets.length !== rowCount + 1) throw new Error('offsets of another count');
      const decoder = new TextDecoder('utf-8', { fatal: true });
      for (let row = 0; row < rowCount; row++) decoder.decode(chunk.bytes.subarray(chunk.offsets[row], chunk.offsets[row + 1]));
      if ((chunk.offsets[rowCount] as number) > chunk.bytes.length) throw new Error('text outside of its bytes');
      break;
    }
    case 'fixed': {
      if (chunk.data.length < rowCount) throw new Error('fewer cells than rows');
      if (chunk.type.kind === 'time') {
        for (let row = 0; row < rowCount; row++) {
          const cell = chunk.data[row] as bigint;
          if (isValid(chunk.validity, row) && (cell < 0n || cell >= DAY[chunk.type.unit])) throw new Error('no time of day');
        }
      }
    }
  }
  if (chunk.validity !== null && chunk.validity.length * 8 < rowCount) throw new Error('validity that is too short');
}

const KINDS = new Set(['int', 'float32', 'decimal', 'uuid', 'uri', 'keyword', 'date', 'time', 'timestamp', 'timestamptz', 'duration', 'interval', 'period', 'set', 'oid', 'regclass', 'regproc', 'error']);

export function checkValue(value: Value): void {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) throw new Error('an integer beyond 64 bits');
  } else if (value instanceof Map) {
    for (const [name, part] of value) { if (typeof name !== 'string') throw new Error('a name that is no text'); checkValue(part as Value); }
  } else if (Array.isArray(value)) {
    for (const item of value as readonly Value[]) checkValue(item);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    checkTagged(value as Tagged);
  } else if (value === undefined) {
    throw new Error('a hole');
  }
}

function checkTagged(value: Tagged): void {
  if (!KINDS.has(value.kind)) throw new Error(`a value of the kind ${value.kind}`);
  switch (value.kind) {
    case 'int': if (!Number.isInteger(value.value) || Math.abs(value.value) > 2 ** (value.bits - 1)) throw new Error('an integer beyond its width'); break;
    case 'decimal': if (value.unscaled >= 10n ** BigInt(value.precision) || value.unscaled <= -(10n ** BigInt(value.precision))) throw new Error('a decimal beyond its precision'); break;
    case 'uuid': if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value.text)) throw new Error('no UUID'); break;
    case 'time': if (value.value < 0n || value.value >= DAY[value.unit]) throw new Error('no time of day'); break;
    case 'set': for (const item of value.items) checkValue(item); break;
    default: break;
  }
}
