/**
 * LIKE and ILIKE. `%` is any run of characters and `_` any one, neither crosses a line end; there is no escape character
 * unless ESCAPE names one.
 */
import { EngineError } from '../../base/errors.ts';
import { BOOL } from '../../data/types/type.ts';
import type { Value } from '../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../function.ts';
import { returning, scalar } from './definition.ts';

const latin1 = new TextDecoder('latin1');

/** The pattern as an anchored regular expression. */
function compileLike(pattern: string, escape: string | undefined, flags: string): RegExp {
  let source = '';
  let isEscaped = false;
  for (const char of pattern) {
    if (!isEscaped && escape !== undefined && char === escape) { isEscaped = true; continue; }
    if (!isEscaped && char === '%') source += '.*';
    else if (!isEscaped && char === '_') source += '.';
    else source += char.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
    isEscaped = false;
  }
  if (isEscaped) throw new EngineError('invalid-escape', `LIKE pattern '${pattern}' ends with its escape character`);
  return new RegExp(`^${source}$`, flags);
}

/** The last pattern compiled, since a pattern is nearly always the same for every row. */
function likeMatcher(flags: string): (text: string, pattern: string, escape: string | undefined) => boolean {
  let lastPattern: string | undefined;
  let lastEscape: string | undefined;
  let compiled: RegExp | undefined;
  return (text, pattern, escape) => {
    if (compiled === undefined || pattern !== lastPattern || escape !== lastEscape) {
      compiled = compileLike(pattern, escape, flags);
      lastPattern = pattern;
      lastEscape = escape;
    }
    return compiled.test(text);
  };
}

const resolveLike = (flags: string) => (args: readonly ArgumentType[]): Overload | undefined => {
  const [subject, pattern, escape] = args.map((arg) => arg.type?.kind);
  if (args.length === 3 && escape !== 'text') return undefined;
  if (subject !== pattern || (subject !== 'text' && subject !== 'bytes')) return undefined;
  const matches = likeMatcher(flags);
  if (subject === 'bytes') {
    return returning(BOOL, (_, value, other, char) => matches(latin1.decode(value as Uint8Array), latin1.decode(other as Uint8Array), char as string | undefined), { mayRaise: true });
  }
  return returning(BOOL, (_, value: Value | undefined, other, char) => matches(value as string, other as string, char as string | undefined),
    { mayRaise: args.length === 3, kernel: args.length === 2 && flags === 'u' ? 'like_text' : undefined });
};

export const PATTERN_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('text', {
    name: 'like', arity: [2, 3], resolve: resolveLike('u'), signature: 'text LIKE pattern [ESCAPE char] → boolean',
    doc: 'Whether the whole text fits the pattern: % is any run of characters, _ any one; neither crosses a line end.', example: "'abc' LIKE 'a%'",
  }),
  scalar('text', {
    name: 'ilike', arity: [2, 3], resolve: resolveLike('iu'), signature: 'text ILIKE pattern [ESCAPE char] → boolean',
    doc: 'LIKE without regard to case.', example: "'ABC' ILIKE 'a%'",
  }),
];
