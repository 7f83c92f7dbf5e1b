/**
 * What texts that differ only in plain literals have in common.
 *
 *   select a from t where b = 17 and c = 'x' and d > 17        key     select a from t where b = ⟨0⟩ and c = ⟨1⟩ and d > ⟨0⟩
 *                             └slot 0    └slot 1   └slot 0     written 17, 'x'
 *
 * Literals that are written alike share a slot, so that one key also says which of them are equal. A literal is plain if no value of its
 * kind could make the text wrong: integers that surely fit, finite numbers, strings between single quotes. All else is part of the key.
 */
import type { Value } from '../../data/types/value.ts';
import type { Tokens } from './lexer.ts';
import { decodeString, floatValue, integerValue } from './literal-text.ts';
import { T } from './tokens.ts';

export interface TextShape {
  readonly key: string;
  readonly slotCount: number;
  /** By slot: the literal as it is written. */
  readonly written: readonly string[];
  /** By plain literal, in order: its slot and its place, UTF-16 offsets, half-open. */
  readonly slots: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** What fits BIGINT whatever its digits are. */
const INTEGER_LENGTH_MAX = 18;
const FLOAT_LENGTH_MAX = 40;

function isPlain(text: string, kind: number, start: number, end: number): boolean {
  switch (kind) {
    case T.STRING: return true;
    case T.INTEGER: return end - start <= INTEGER_LENGTH_MAX;
    case T.FLOAT: return end - start <= FLOAT_LENGTH_MAX && Number.isFinite(Number(text.slice(start, end)));
    default: return false;
  }
}

const MARKS: Readonly<Record<number, string>> = { [T.STRING]: '\0s', [T.INTEGER]: '\0i', [T.FLOAT]: '\0f' };

export function shapeOf(text: string, tokens: Tokens): TextShape {
  const { kinds, starts: tokenStarts, ends: tokenEnds } = tokens;
  const bySpelling = new Map<string, number>();
  const written: string[] = [];
  const slots: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let key = '';
  let behind = 0;
  for (let index = 0; index < tokens.count; index++) {
    const kind = kinds[index]!, start = tokenStarts[index]!, end = tokenEnds[index]!;
    const mark = MARKS[kind];
    if (mark === undefined || !isPlain(text, kind, start, end)) continue;
    const spelling = text.slice(start, end);
    let slot = bySpelling.get(spelling);
    if (slot === undefined) {
      slot = written.push(spelling) - 1;
      bySpelling.set(spelling, slot);
    }
    slots.push(slot);
    starts.push(start);
    ends.push(end);
    // No token begins with a zero character, so that no text writes a mark by itself.
    key += `${text.slice(behind, start)}${mark}${slot}\0`;
    behind = end;
  }
  return { key: key + text.slice(behind), slotCount: written.length, written, slots, starts, ends };
}

/** The value of a slot's literal, with a minus in front or without. */
export function slotValue(shape: TextShape, slot: number, isNegative: boolean): Value {
  const text = shape.written[slot]!;
  if (text.startsWith("'")) return decodeString(text, T.STRING, 0, text.length);
  return /^\d+$/.test(text) ? integerValue(text, isNegative, 0) : floatValue(text, isNegative, 0);
}

/** Where what stands at `position` of one text stands in another of the same key. */
export function placeIn(to: TextShape, from: TextShape, position: number): number {
  let moved = 0;
  for (let index = 0; index < from.ends.length && from.ends[index]! <= position; index++) moved = to.ends[index]! - from.ends[index]!;
  return position + moved;
}
