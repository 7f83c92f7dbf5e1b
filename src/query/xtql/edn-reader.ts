/**
 * EDN text → forms. Recursive descent over characters; every error says where it is.
 *
 *     nil true 1 1N 1.5 1.5M "text" \c        values       sym ns/sym :kw :ns/kw     names
 *     (…) […] {…} #{…}                        collections  #tag form   #"pattern"     literals (`edn-literal.ts`)
 *     , is blank     ; comment to the end of the line      #_ form                   left out
 */
import { EngineError } from '../../base/errors.ts';
import { parseNumber } from '../../data/types/cast-number.ts';
import type { Value } from '../../data/types/value.ts';
import type { EdnEntry, EdnForm } from './edn-form.ts';
import { describeForm } from './edn-form.ts';
import { taggedLiteral } from './edn-literal.ts';
import { DEPTH_MAX, tooComplex } from './malformed.ts';

const BLANK = /[\s,]/;
const DELIMITER = /[\s,()[\]{}";]/;
const INTEGER = /^[+-]?(?:0|[1-9]\d*)N?$/;
const FLOAT = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?M?$/;
const SYMBOLIC_VALUES: ReadonlyMap<string, number> = new Map([['Inf', Infinity], ['-Inf', -Infinity], ['NaN', Number.NaN]]);
const CHARACTERS: ReadonlyMap<string, string> = new Map([['newline', '\n'], ['space', ' '], ['tab', '\t'], ['return', '\r'], ['backspace', '\b'], ['formfeed', '\f']]);
const ESCAPES: ReadonlyMap<string, string> = new Map([['n', '\n'], ['t', '\t'], ['r', '\r'], ['b', '\b'], ['f', '\f'], ['\\', '\\'], ['"', '"']]);

/** The one form that a text holds. Throws 42601 with the position in the text, 22xxx for literals without such a value. */
export function readEdn(text: string): EdnForm {
  const reader = new EdnReader(text);
  const form = reader.next();
  if (form === undefined) throw reader.wrong('expected a query, found only blanks', 0);
  const rest = reader.next();
  if (rest !== undefined) throw reader.wrong(`expected the end of the text after the first form, found ${describeForm(rest)}`, rest.start);
  return form;
}

class EdnReader {
  readonly #text: string;
  #at = 0;
  /** Brackets that are open, and with them the #_ and tags whose form is being read. */
  #open = 0;
  #depth = 0;

  constructor(text: string) { this.#text = text; }

  wrong(message: string, position: number): EngineError { return new EngineError('syntax-error', `XTQL: ${message}`, { position }); }

  /** The next form, or undefined at the end of the text or before a closing bracket. */
  next(): EdnForm | undefined {
    for (;;) {
      this.#skipBlanks();
      const char = this.#text[this.#at];
      if (char === undefined) return undefined;
      if (char === ')' || char === ']' || char === '}') {
        if (this.#open === 0) throw this.wrong(`${char} closes nothing`, this.#at);
        return undefined;
      }
      if (char !== '#' || this.#text[this.#at + 1] !== '_') return this.#form(char);
      const start = this.#at;
      this.#at += 2;
      if (this.#nested(start, () => this.next()) === undefined) throw this.wrong('#_ leaves out the form after it, and there is none', start);
    }
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) return;
      if (char === ';') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (BLANK.test(char)) this.#at++;
      else return;
    }
  }

  #form(char: string): EdnForm {
    const start = this.#at;
    switch (char) {
      case '(': return { kind: 'list', items: this.#items(')'), start, end: this.#at };
      case '[': return { kind: 'vector', items: this.#items(']'), start, end: this.#at };
      case '{': return { kind: 'map', entries: pairs(this, this.#items('}'), start), start, end: this.#at };
      case '"': return { kind: 'value', value: this.#string(), start, end: this.#at };
      case '\\': return { kind: 'value', value: this.#character(), start, end: this.#at };
      case '#': return this.#dispatch();
      default: return this.#atom();
    }
  }

  /** Forms up to the closing bracket, the opening one included. */
  #items(close: string): EdnForm[] {
    const start = this.#at;
    const items: EdnForm[] = [];
    this.#at++;
    this.#open++;
    this.#nested(start, () => { for (let form = this.next(); form !== undefined; form = this.next()) items.push(form); });
    this.#open--;
    const found = this.#text[this.#at];
    if (found !== close) throw this.wrong(found === undefined ? `${this.#text[start]} is not closed: expected ${close}` : `expected ${close}, found ${found}`, found === undefined ? start : this.#at);
    this.#at++;
    return items;
  }

  /** One level deeper, up to a limit that the stack bears. */
  #nested<T>(start: number, read: () => T): T {
    if (++this.#depth > DEPTH_MAX) throw tooComplex('XTQL is nested too deeply', start);
    const result = read();
    this.#depth--;
    return result;
  }

  #dispatch(): EdnForm {
    const start = this.#at;
    const after = this.#text[start + 1];
    if (after === '{') {
      this.#at++;
      return { kind: 'set', items: this.#items('}'), start, end: this.#at };
    }
    if (after === '"') return { kind: 'value', value: this.#pattern(), start, end: this.#at };
    if (after === '#') {
      this.#at += 2;
      const name = this.#word();
      const value = SYMBOLIC_VALUES.get(name);
      if (value === undefined) throw this.wrong(`unknown value ##${name}: expected ##Inf, ##-Inf or ##NaN`, start);
      return { kind: 'value', value, start, end: this.#at };
    }
    this.#at++;
    const tag = this.#word();
    if (tag === '') throw this.wrong('# stands before a set, a tag or _', start);
    const form = this.#nested(start, () => this.next());
    if (form === undefined) throw this.wrong(`the tag #${tag} needs a form after it`, start);
    return { kind: 'value', value: taggedLiteral(tag, form, start), start, end: this.#at };
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !DELIMITER.test(this.#text[this.#at] as string)) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #atom(): EdnForm {
    const start = this.#at;
    const word = this.#word();
    const place = { start, end: this.#at };
    if (word === 'nil' || word === 'true' || word === 'false') return { kind: 'value', value: word === 'nil' ? null : word === 'true', ...place };
    if (word.startsWith(':')) {
      const name = word.replace(/^::?/, '');
      if (name === '') throw this.wrong('a keyword needs a name', start);
      return { kind: 'keyword', name, ...place };
    }
    if (/^[+-]?\d/.test(word)) return { kind: 'value', value: this.#number(word, start), ...place };
    // Quoting and templates belong to the language around EDN, so that a stray ' or ~ is most likely pasted from there.
    if (/^['`~@^]/.test(word)) throw this.wrong(`${word[0]} is not part of EDN`, start);
    return { kind: 'symbol', name: word, ...place };
  }

  #number(word: string, start: number): Value {
    try {
      if (INTEGER.test(word)) return parseNumber(word.replace(/N$/, ''), { kind: 'int', bits: 64 });
      if (FLOAT.test(word)) return word.endsWith('M') ? decimal(word.slice(0, -1)) : Number(word);
    } catch (error) {
      if (error instanceof EngineError) throw error.at(start);
      throw error;
    }
    throw this.wrong(`${word} is not a number`, start);
  }

  #string(): string {
    const start = this.#at++;
    let text = '';
    for (;;) {
      const char = this.#text[this.#at++];
      if (char === undefined) throw this.wrong('the string is not closed: expected "', start);
      if (char === '"') return text;
      text += char === '\\' ? this.#escape() : char;
    }
  }

  /** `#"…"`: a regular expression, whose backslashes are its own. */
  #pattern(): string {
    const start = this.#at;
    const found = /^#"((?:[^"\\]|\\[^])*)"/.exec(this.#text.slice(start));
    if (found === null) throw this.wrong('the pattern is not closed: expected "', start);
    this.#at += found[0].length;
    return found[1] as string;
  }

  #escape(): string {
    const char = this.#text[this.#at++] ?? '';
    if (char === 'u') {
      const digits = /^[0-9a-fA-F]{4}/.exec(this.#text.slice(this.#at))?.[0];
      if (digits === undefined) throw this.wrong('\\u needs four hexadecimal digits', this.#at - 2);
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = ESCAPES.get(char);
    if (escaped === undefined) throw this.wrong(`unknown escape \\${char} in a string`, this.#at - 2);
    return escaped;
  }

  #character(): string {
    const start = this.#at++;
    const first = this.#text[this.#at++] ?? '';
    const word = first + this.#word();
    const [only, ...more] = word;
    if (only !== undefined && more.length === 0) return word;
    const named = CHARACTERS.get(word) ?? (/^u[0-9a-fA-F]{4}$/.test(word) ? String.fromCharCode(Number.parseInt(word.slice(1), 16)) : undefined);
    if (named === undefined) throw this.wrong(`unknown character \\${word}`, start);
    return named;
  }
}

/** A decimal with as many digits after the point as were written. */
function decimal(text: string): Value {
  const [, fraction = '', exponent = '0'] = /^[^.eE]*(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const scale = Math.max(0, fraction.length - Number(exponent));
  return parseNumber(text, { kind: 'decimal', precision: 64, scale });
}

function pairs(reader: EdnReader, items: readonly EdnForm[], start: number): EdnEntry[] {
  if (items.length % 2 === 1) throw reader.wrong('a map needs a value for every key', items.at(-1)?.start ?? start);
  const entries: EdnEntry[] = [];
  for (let at = 0; at + 1 < items.length; at += 2) entries.push({ key: items[at] as EdnForm, value: items[at + 1] as EdnForm });
  return entries;
}
