/**
 * JSON text in, exactly: numbers are read from their own text, so that an int64 never passes through a double.
 *
 *     1  → int64        18446744073709551616 → decimal        1.5, 1e3 → float64        {…} → struct        […] → list
 *
 * Errors are 22P02 with the offset. A name that stands twice in an object has its last value.
 */
import { EngineError } from '../../base/errors.ts';
import { decimalOf } from './decimal.ts';
import { INT64_MAX, INT64_MIN } from './numeric.ts';
import type { Value } from './value.ts';

/** Nesting above this is refused rather than followed. */
const DEPTH_MAX = 500;

/** Turns each object into a value once it is complete; the reader of JSON-LD replaces typed values here. */
export type ObjectReader = (fields: Map<string, Value>) => Value;

/** The value that a JSON text states. */
export function parseJson(text: string, readObject: ObjectReader = (fields) => fields): Value {
  const reader = new JsonReader(text, readObject);
  const value = reader.value(0);
  reader.end();
  return value;
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** Integers of up to this many digits are exact as doubles. */
const SMALL_DIGITS_MAX = 15;

const isBlank = (unit: number): boolean => unit === SPACE || unit === LINE_FEED || unit === CARRIAGE_RETURN || unit === TAB;
const isDigit = (unit: number): boolean => unit >= DIGIT_0 && unit <= DIGIT_9;

class JsonReader {
  readonly #text: string;
  readonly #readObject: ObjectReader;
  #at = 0;

  constructor(text: string, readObject: ObjectReader) { this.#text = text; this.#readObject = readObject; }

  value(depth: number): Value {
    if (depth > DEPTH_MAX) throw new EngineError('invalid-text-representation', `JSON is nested more than ${DEPTH_MAX} levels deep`);
    this.#skip();
    switch (this.#text[this.#at]) {
      case '{': return this.#object(depth);
      case '[': return this.#array(depth);
      case '"': return this.#string();
      case 't': return this.#word('true', true);
      case 'f': return this.#word('false', false);
      case 'n': return this.#word('null', null);
      default: return this.#number();
    }
  }

  end(): void {
    this.#skip();
    if (this.#at < this.#text.length) throw this.#unexpected('the end');
  }

  #skip(): void { while (isBlank(this.#text.charCodeAt(this.#at))) this.#at += 1; }

  #unexpected(expected: string): EngineError {
    const found = this.#at < this.#text.length ? `'${this.#text[this.#at]}'` : 'the end';
    return new EngineError('invalid-text-representation', `Invalid JSON at offset ${this.#at}: ${expected} expected, found ${found}`);
  }

  #take(char: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #expect(char: string): void { if (!this.#take(char)) throw this.#unexpected(`'${char}'`); }

  #word<T extends Value>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected('a value');
    this.#at += word.length;
    return value;
  }

  /** Without an escape a string is a slice of the text; the others are left to JSON.parse. */
  #string(): string {
    const text = this.#text;
    const from = this.#at;
    if (text.charCodeAt(from) !== QUOTE) throw this.#unexpected('a string');
    for (let at = from + 1; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) { this.#at = at + 1; return text.slice(from + 1, at); }
      if (unit === BACKSLASH || unit < SPACE) break;
    }
    return this.#escapedString();
  }

  #escapedString(): string {
    STRING.lastIndex = this.#at;
    const match = STRING.exec(this.#text);
    if (match === null) throw this.#unexpected('a string');
    this.#at = STRING.lastIndex;
    return JSON.parse(match[0]) as string;
  }

  #number(): Value { return this.#smallInteger() ?? this.#anyNumber(); }

  /** A non-negative integer of a few digits, or undefined for other numbers, of which nothing is taken. */
  #smallInteger(): bigint | undefined {
    const text = this.#text;
    let at = this.#at;
    let value = 0;
    for (let unit = text.charCodeAt(at); isDigit(unit); unit = text.charCodeAt(++at)) value = value * 10 + (unit - DIGIT_0);
    const digits = at - this.#at;
    const next = text[at];
    const isOther = digits === 0 || digits > SMALL_DIGITS_MAX || (digits > 1 && text.charCodeAt(this.#at) === DIGIT_0) || next === '.' || next === 'e' || next === 'E';
    if (isOther) return undefined;
    this.#at = at;
    return BigInt(value);
  }

  #anyNumber(): Value {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#unexpected('a value');
    this.#at = NUMBER.lastIndex;
    if (match[1] !== undefined || match[2] !== undefined) return Number(match[0]);
    const integer = BigInt(match[0]);
    return integer >= INT64_MIN && integer <= INT64_MAX ? integer : decimalOf(integer, 0, 64);
  }

  #array(depth: number): Value {
    this.#expect('[');
    const items: Value[] = [];
    if (this.#take(']')) return items;
    do items.push(this.value(depth + 1)); while (this.#take(','));
    this.#expect(']');
    return items;
  }

  #object(depth: number): Value {
    this.#expect('{');
    const fields = new Map<string, Value>();
    if (this.#take('}')) return this.#readObject(fields);
    do {
      this.#skip();
      const name = this.#string();
      this.#expect(':');
      fields.set(name, this.value(depth + 1));
    } while (this.#take(','));
    this.#expect('}');
    return this.#readObject(fields);
  }
}
