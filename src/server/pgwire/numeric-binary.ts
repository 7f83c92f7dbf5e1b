/**
 * PostgreSQL's binary numeric: groups of four decimal digits.
 *
 *   | groups i16 | weight i16 | sign u16 | display scale i16 | group u16 … |      value = Σ group[i] × 10000^(weight − i)
 */
import { EngineError } from '../../base/errors.ts';
import { powerOfTen } from '../../data/types/decimal.ts';
import type { Decimal } from '../../data/types/value.ts';
import type { MessageWriter } from './message-writer.ts';

const POSITIVE = 0x0000;
const NEGATIVE = 0x4000;
const GROUP_DIGITS = 4;
const GROUPS_MAX = 40;

/** Writes one cell. */
export function writeNumeric(writer: MessageWriter, { unscaled, scale: rawScale }: Pick<Decimal, 'unscaled' | 'scale'>): void {
  const scale = Math.max(rawScale, 0);
  const whole = rawScale < 0 ? unscaled * powerOfTen(-rawScale) : unscaled;
  const fractionGroups = Math.ceil(scale / GROUP_DIGITS);
  const padding = fractionGroups * GROUP_DIGITS - scale;
  const digits = ((whole < 0n ? -whole : whole) * powerOfTen(padding)).toString();
  const aligned = digits.padStart(Math.ceil(digits.length / GROUP_DIGITS) * GROUP_DIGITS, '0');
  const groups: number[] = [];
  for (let at = 0; at < aligned.length; at += GROUP_DIGITS) groups.push(Number(aligned.slice(at, at + GROUP_DIGITS)));
  let weight = groups.length - fractionGroups - 1;
  while (groups.length > 0 && groups[0] === 0) { groups.shift(); weight--; }
  while (groups.length > 0 && groups.at(-1) === 0) groups.pop();
  const from = writer.beginCell();
  writer.int16(groups.length);
  writer.int16(groups.length === 0 ? 0 : weight);
  writer.int16(whole < 0n ? NEGATIVE : POSITIVE);
  writer.int16(scale);
  for (const group of groups) writer.int16(group);
  writer.endCell(from);
}

/** Exact value with the sender's scale; undefined when the bytes are no number. Throws 22003 for NaN and infinities. */
export function readNumeric(bytes: Buffer): { readonly unscaled: bigint; readonly scale: number } | undefined {
  if (bytes.length < 8) return undefined;
  const count = bytes.readInt16BE(0);
  const weight = bytes.readInt16BE(2);
  const sign = bytes.readUInt16BE(4);
  const displayScale = bytes.readUInt16BE(6);
  if (sign === 0xc000 || sign === 0xd000 || sign === 0xf000) throw new EngineError('numeric-out-of-range', 'NaN and infinity are no values of NUMERIC');
  if ((sign !== POSITIVE && sign !== NEGATIVE) || count < 0 || count > GROUPS_MAX || bytes.length !== 8 + 2 * count || displayScale > 16_383) return undefined;
  if (Math.abs(weight) > GROUPS_MAX) throw new EngineError('numeric-out-of-range', 'data exception - overflow error');
  let digits = 0n;
  for (let index = 0; index < count; index++) {
    const group = bytes.readUInt16BE(8 + 2 * index);
    if (group > 9999) return undefined;
    digits = digits * 10_000n + BigInt(group);
  }
  // digits × 10000^(weight − count + 1), at the sender's scale
  const exponent = (weight - count + 1) * GROUP_DIGITS + displayScale;
  const magnitude = exponent >= 0 ? digits * powerOfTen(exponent) : digits / powerOfTen(-exponent);
  return { unscaled: sign === NEGATIVE ? -magnitude : magnitude, scale: displayScale };
}
