/**
 * Regular expressions as java.util.regex has them, on top of JavaScript's.
 *
 *     \Q…\E  \A \z \Z \h \R \e \a  \p{Alpha}   have another spelling or none      x*+  (?>x)     become (?=(x))\N
 *     [a[bc]&&[^d]]                             classes nest and intersect         (?i) at the beginning sets flags
 *     $                                         also stands before a final line end
 *
 * Flags: i ignore case, s a dot crosses lines, m ^ and $ at every line.
 */
import { EngineError } from '../../base/errors.ts';

const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z', Upper: 'A-Z', ASCII: '\\x00-\\x7f', Alpha: 'a-zA-Z', Digit: '0-9', Alnum: 'a-zA-Z0-9', Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~', Print: ' -~', Blank: ' \\t', Cntrl: '\\x00-\\x1f\\x7f', XDigit: '0-9a-fA-F', Space: ' \\t\\n\\x0b\\f\\r',
  IsAlphabetic: '\\p{Alphabetic}', IsDigit: '\\p{Nd}', IsLetter: '\\p{L}', IsUppercase: '\\p{Uppercase}', IsLowercase: '\\p{Lowercase}', IsPunctuation: '\\p{P}', IsWhite_Space: '\\p{White_Space}',
  javaLowerCase: '\\p{Ll}', javaUpperCase: '\\p{Lu}', javaWhitespace: '\\s',
};
/** Escapes that stand for a set of characters, as members of a class. */
const SETS: Readonly<Record<string, string>> = { s: ' \\t\\n\\x0b\\f\\r', h: ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000', v: '\\n\\x0b\\f\\r\\x85\\u2028\\u2029' };
const PLAIN_ESCAPES = 'dDwWbBnrtf0123456789';
const SPECIAL = /[\\^$.*+?()[\]{}|/]/;
const CLASS_SPECIAL = /[\\^$.*+?()[\]{}|/&!#%,:;<=>@`~-]/;

/** A compiled pattern. Throws 2201B for what is no regular expression, 22023 for an unknown flag. */
export function compilePattern(pattern: string, flags: string): RegExp {
  for (const flag of flags) if (!'ism'.includes(flag)) throw new EngineError('invalid-parameter-value', `Unknown regular expression flag '${flag}'`, { hint: 'Flags are i (ignore case), s (a dot crosses lines) and m (^ and $ at every line).' });
  const translator = new Translator(pattern, new Set(flags));
  const source = translator.translate();
  try {
    return new RegExp(source, `v${[...translator.flags].join('')}`);
  } catch (cause) {
    throw new EngineError('invalid-regular-expression', `Invalid regular expression: ${pattern}`, { detail: cause instanceof Error ? cause.message : undefined });
  }
}

class Translator {
  readonly flags: Set<string>;
  readonly #pattern: string;
  #at = 0;
  #groupCount = 0;

  constructor(pattern: string, flags: Set<string>) { this.#pattern = pattern; this.flags = flags; }

  translate(): string {
    this.#leadingFlags();
    let source = '';
    while (this.#at < this.#pattern.length) source += this.#element();
    return source;
  }

  #invalid(what: string): EngineError {
    return new EngineError('invalid-regular-expression', `Invalid regular expression: ${this.#pattern}`, { detail: `${what} at offset ${this.#at}` });
  }

  #leadingFlags(): void {
    const match = /^\(\?([ismu]+)\)/.exec(this.#pattern);
    if (match === null) return;
    for (const flag of match[1] ?? '') if (flag !== 'u') this.flags.add(flag);
    this.#at = match[0].length;
  }

  #peek(): string { return this.#pattern[this.#at] ?? ''; }

  #next(): string {
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += char.length;
    return char;
  }

  /** One atom with its quantifier. */
  #element(): string {
    const char = this.#peek();
    if (char === '|' || char === ')' || char === '^') { this.#at += 1; return char; }
    if (char === '$') { this.#at += 1; return this.flags.has('m') ? '$' : '(?=(?:\\r\\n|[\\n\\r\\x85\\u2028\\u2029])?(?![\\s\\S]))'; }
    const outer = this.#groupCount;
    const atom = this.#atom();
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#pattern.slice(this.#at))?.[0];
    if (quantifier === undefined) return atom;
    this.#at += quantifier.length;
    if (this.#peek() === '?') { this.#at += 1; return `${atom}${quantifier}?`; }
    if (this.#peek() !== '+') return `${atom}${quantifier}`;
    this.#at += 1;
    return this.#atomic(`${atom}${quantifier}`, outer);
  }

  /** What matched is never given back. */
  #atomic(inner: string, outerGroupCount: number): string {
    if (this.#groupCount !== outerGroupCount) throw this.#invalid('a possessive quantifier over a capturing group is not supported');
    this.#groupCount += 1;
    return `(?=(${inner}))\\${this.#groupCount}`;
  }

  #atom(): string {
    switch (this.#peek()) {
      case '\\': return this.#escape();
      case '[': return this.#characterClass();
      case '(': return this.#group();
      case '.': this.#at += 1; return '.';
      case '*': case '+': case '?': throw this.#invalid('a quantifier with nothing to repeat');
      default: { const char = this.#next(); return SPECIAL.test(char) ? `\\${char}` : char; }
    }
  }

  #group(): string {
    const opening = /^\((?:\?(?:[:=!]|<[=!]|<[A-Za-z]\w*>|>|[ims-]+:))?/.exec(this.#pattern.slice(this.#at))?.[0] ?? '(';
    if (opening === '(' && this.#pattern[this.#at + 1] === '?') throw this.#invalid('an unknown group');
    this.#at += opening.length;
    const isAtomic = opening === '(?>';
    const outer = this.#groupCount;
    if (opening === '(' || /^\(\?<[A-Za-z]/.test(opening)) this.#groupCount += 1;
    let inner = '';
    while (this.#peek() !== ')') {
      if (this.#at >= this.#pattern.length) throw this.#invalid('an unclosed group');
      inner += this.#element();
    }
    this.#at += 1;
    return isAtomic ? this.#atomic(inner, outer) : `${opening}${inner})`;
  }

  #escape(): string {
    this.#at += 1;
    if (this.#at >= this.#pattern.length) throw this.#invalid('a backslash at the end');
    const char = this.#next();
    switch (char) {
      case 'Q': return [...this.#quoted()].map((item) => (SPECIAL.test(item) ? `\\${item}` : item)).join('');
      case 'E': return '';
      case 'A': return '(?<![\\s\\S])';
      case 'z': return '(?![\\s\\S])';
      case 'Z': return '(?=(?:\\r\\n|[\\n\\r\\x85\\u2028\\u2029])?(?![\\s\\S]))';
      case 'R': return '(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])';
      case 'k': return '\\k';
      default: return this.#shared(char, false);
    }
  }

  /** Escapes that mean the same inside and outside of a class. */
  #shared(char: string, inClass: boolean): string {
    const set = SETS[char] ?? SETS[char.toLowerCase()];
    if (set !== undefined && /[shvSHV]/.test(char)) return char === char.toLowerCase() ? (inClass ? set : `[${set}]`) : `[^${set}]`;
    if (char === 'p' || char === 'P') return this.#property(char === 'P', inClass);
    if (char === 'a') return '\\x07';
    if (char === 'e') return '\\x1b';
    if (char === 'x' || char === 'u') return this.#codePoint(char);
    if (PLAIN_ESCAPES.includes(char)) return `\\${char}`;
    if (/[A-Za-z]/.test(char)) throw this.#invalid(`an unknown escape \\${char}`);
    return (inClass ? CLASS_SPECIAL : SPECIAL).test(char) ? `\\${char}` : char;
  }

  #codePoint(kind: string): string {
    const match = (kind === 'x' ? /^(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/ : /^([0-9a-fA-F]{4})/).exec(this.#pattern.slice(this.#at));
    if (match === null) throw this.#invalid(`\\${kind} without hexadecimal digits`);
    this.#at += match[0].length;
    return `\\u{${match[1] ?? match[2]}}`;
  }

  #property(negated: boolean, inClass: boolean): string {
    const match = /^(?:\{\^?(\w+(?:=\w+)?)\}|(\w))/.exec(this.#pattern.slice(this.#at));
    if (match === null) throw this.#invalid('a property without a name');
    this.#at += match[0].length;
    const name = match[1] ?? match[2] ?? '';
    const members = POSIX[name] ?? `\\p{${name.replace(/^Is/, '').replace(/^In(\w+)/, 'Script=$1')}}`;
    if (negated) return `[^${members}]`;
    return inClass ? members : `[${members}]`;
  }

  #quoted(): string {
    const end = this.#pattern.indexOf('\\E', this.#at);
    const text = this.#pattern.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#pattern.length : end + 2;
    return text;
  }

  #characterClass(): string {
    this.#at += 1;
    let negation = '';
    if (this.#peek() === '^') { this.#at += 1; negation = '^'; }
    const operands = [''];
    let isFirst = true;
    while (this.#peek() !== ']' || isFirst) {
      if (this.#at >= this.#pattern.length) throw this.#invalid('an unclosed character class');
      if (this.#pattern.startsWith('&&', this.#at)) { this.#at += 2; operands.push(''); } else operands[operands.length - 1] += this.#member();
      isFirst = false;
    }
    this.#at += 1;
    if (operands.length === 1) return `[${negation}${operands[0]}]`;
    return `[${negation}${operands.map((operand) => `[${operand}]`).join('&&')}]`;
  }

  /** A character, a range, an escape or a class within the class. */
  #member(): string {
    if (this.#peek() === '[') return this.#characterClass();
    const from = this.#classCharacter();
    const isRange = this.#peek() === '-' && this.#pattern[this.#at + 1] !== ']' && this.#pattern[this.#at + 1] !== '[' && this.#at + 1 < this.#pattern.length;
    if (!isRange || /^(?:\\[dDwWsS]|\[)/.test(from)) return from;
    this.#at += 1;
    return `${from}-${this.#classCharacter()}`;
  }

  #classCharacter(): string {
    const char = this.#next();
    if (char !== '\\') return CLASS_SPECIAL.test(char) ? `\\${char}` : char;
    const escaped = this.#next();
    if (escaped === 'Q') return [...this.#quoted()].map((item) => (CLASS_SPECIAL.test(item) ? `\\${item}` : item)).join('');
    return this.#shared(escaped, true);
  }
}
