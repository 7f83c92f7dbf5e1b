import type { EngineError } from '../../base/errors.ts';
import { damaged } from '../../data/arrow/damage.ts';

/** JSON from a file, taken apart with every part's type checked. Errors are XX001 and name the object and the path in it. */
export class JsonReader {
  readonly #value: unknown;
  readonly #path: string;
  readonly #object: string;
  readonly #offset: number;

  private constructor(value: unknown, path: string, object: string, offset: number) {
    this.#value = value;
    this.#path = path;
    this.#object = object;
    this.#offset = offset;
  }

  static parse(bytes: Uint8Array, object: string, offset: number): JsonReader {
    let value: unknown;
    try { value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)); } catch { throw damaged(object, offset, 'text that is not JSON'); }
    return new JsonReader(value, '', object, offset);
  }

  damaged(what: string): EngineError { return damaged(this.#object, this.#offset, `${what} (at ${this.#path === '' ? 'the top' : this.#path})`); }

  #get(name: string): unknown {
    const { value } = { value: this.#value };
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) throw this.damaged(`${name} is missing`);
    return (value as Record<string, unknown>)[name];
  }

  #bad(name: string, expected: string): EngineError { return this.damaged(`${name} is not ${expected}`); }

  has(name: string): boolean { return typeof this.#value === 'object' && this.#value !== null && Object.hasOwn(this.#value, name); }

  isNull(name: string): boolean { return this.#get(name) === null; }

  text(name: string): string {
    const value = this.#get(name);
    if (typeof value !== 'string') throw this.#bad(name, 'text');
    return value;
  }

  flag(name: string): boolean {
    const value = this.#get(name);
    if (typeof value !== 'boolean') throw this.#bad(name, 'true or false');
    return value;
  }

  oneOf<T extends string | number>(name: string, values: readonly T[]): T {
    const value = this.#get(name) as T;
    if (!values.includes(value)) throw this.#bad(name, `one of ${values.join(', ')}`);
    return value;
  }

  /** A whole number that is not negative. */
  count(name: string): number {
    const value = this.integer(name);
    if (value < 0) throw this.#bad(name, 'a count');
    return value;
  }

  integer(name: string): number {
    const value = this.#get(name);
    if (!Number.isSafeInteger(value)) throw this.#bad(name, 'a whole number');
    return value as number;
  }

  /** An int64, written as text. */
  long(name: string): bigint {
    const text = this.text(name);
    const value = /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
    if (value === undefined || BigInt.asIntN(64, value) !== value) throw this.#bad(name, 'a 64-bit integer');
    return value;
  }

  /** 32 hexadecimal digits. */
  id(name: string): string {
    const text = this.text(name);
    if (!/^[0-9a-f]{32}$/.test(text)) throw this.#bad(name, 'an id of 32 hexadecimal digits');
    return text;
  }

  bytes(name: string): Uint8Array {
    const text = this.text(name);
    if (!/^([0-9a-f]{2})*$/.test(text)) throw this.#bad(name, 'hexadecimal bytes');
    return Uint8Array.from(Buffer.from(text, 'hex'));
  }

  texts(name: string): string[] {
    const value = this.#get(name);
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw this.#bad(name, 'a list of texts');
    return value;
  }

  part(name: string): JsonReader { return new JsonReader(this.#get(name), `${this.#path}.${name}`, this.#object, this.#offset); }

  parts(name: string): JsonReader[] {
    const value = this.#get(name);
    if (!Array.isArray(value)) throw this.#bad(name, 'a list');
    return value.map((item: unknown, i) => new JsonReader(item, `${this.#path}.${name}[${i}]`, this.#object, this.#offset));
  }
}
