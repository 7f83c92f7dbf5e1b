/** Regular expressions: LIKE_REGEX, ~ and its kin, REGEXP_REPLACE. Patterns are Java's and are searched for, not matched as a whole. */
import { EngineError } from '../../base/errors.ts';
import { BOOL, TEXT } from '../../data/types/type.ts';
import type { ArgumentType, FunctionDefinition } from '../function.ts';
import { returning, scalar } from './definition.ts';
import type { Resolver } from './definition.ts';
import { compilePattern } from './java-pattern.ts';

/** Keeps the last pattern: it is nearly always the same for every row. */
function patternCache(): (pattern: string, flags: string) => RegExp {
  let lastPattern: string | undefined;
  let lastFlags: string | undefined;
  let compiled: RegExp | undefined;
  return (pattern, flags) => {
    if (compiled === undefined || pattern !== lastPattern || flags !== lastFlags) {
      compiled = compilePattern(pattern, flags);
      lastPattern = pattern;
      lastFlags = flags;
    }
    return compiled;
  };
}

const isText = (args: readonly ArgumentType[]): boolean => args.every((arg) => arg.type?.kind === 'text');
/** A literal pattern is checked when the query is planned. */
const checkLiteral = (arg: ArgumentType | undefined): boolean => {
  if (typeof arg?.literal !== 'string') return false;
  compilePattern(arg.literal, '');
  return true;
};

const resolveFind = (fixedFlags: string, negated: boolean): Resolver => (args) => {
  if (!isText(args)) return undefined;
  const isChecked = checkLiteral(args[1]) && args.length === 2;
  const patternOf = patternCache();
  return returning(BOOL, (_, text, pattern, flags) => patternOf(pattern as string, `${fixedFlags}${(flags as string | undefined) ?? ''}`).test(text as string) !== negated, { mayRaise: !isChecked });
};

const finder = (name: string, flags: string, negated: boolean, doc: string): FunctionDefinition => scalar('text', {
  name, arity: 2, resolve: resolveFind(flags, negated), signature: `text ${name} pattern → boolean`, doc, example: `'abc' ${name} 'B'`,
});

/** `\1` … `\9` are groups, `\&` the whole match, `\\` a backslash. */
function replacementOf(template: string): (match: readonly (string | undefined)[]) => string {
  const parts = template.split(/(\\[\d&\\])/);
  return (match) => parts.map((part) => {
    if (part === '\\\\') return '\\';
    if (part === '\\&') return match[0] ?? '';
    return /^\\\d$/.test(part) ? match[Number(part[1])] ?? '' : part;
  }).join('');
}

/** The match and its groups, without the offset and what else follows them in a replacer's arguments. */
const groupsOf = (match: readonly unknown[]): readonly (string | undefined)[] =>
  match.slice(0, match.findIndex((part) => typeof part === 'number')) as (string | undefined)[];

const resolveReplace: Resolver = (args) => {
  const flags = args.at(-1)?.type?.kind === 'text' && args.length > 3 ? args.length - 1 : undefined;
  const positional = flags === undefined ? args.length : args.length - 1;
  if (!isText(args.slice(0, 3)) || args.slice(3, positional).some((arg) => arg.type?.kind !== 'int')) return undefined;
  if (positional > 3) throw new EngineError('unsupported', 'REGEXP_REPLACE with a start or an occurrence is not supported', { hint: 'It replaces every match.' });
  if (typeof args[1]?.literal !== 'string' || typeof args[2]?.literal !== 'string') {
    throw new EngineError('unsupported', 'REGEXP_REPLACE needs string literals as pattern and replacement');
  }
  const pattern = args[1].literal;
  const replace = replacementOf(args[2].literal);
  compilePattern(pattern, '');
  const patternOf = patternCache();
  return returning(TEXT, (_, ...values) => {
    const given = flags === undefined ? '' : (values[flags] as string).replaceAll('g', '');
    const compiled = patternOf(pattern, given);
    return (values[0] as string).replace(new RegExp(compiled.source, `${compiled.flags}g`), (...match: readonly unknown[]) => replace(groupsOf(match)));
  }, { mayRaise: flags !== undefined });
};

export const REGEX_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('text', { name: 'like_regex', arity: [2, 3], resolve: resolveFind('', false), signature: 'text LIKE_REGEX pattern [FLAG flags] → boolean', doc: 'Whether the pattern is found in the text. Flags: i, s, m.', example: "'ABC' LIKE_REGEX 'a' FLAG 'i'" }),
  finder('~', '', false, 'Whether the pattern is found.'),
  finder('~*', 'i', false, 'Whether the pattern is found without regard to case.'),
  finder('!~', '', true, 'Whether the pattern is not found.'),
  finder('!~*', 'i', true, 'Whether the pattern is not found without regard to case.'),
  scalar('text', {
    name: 'regexp_replace', arity: [3, 6], resolve: resolveReplace, signature: 'REGEXP_REPLACE(s, pattern, replacement [, flags]) → text',
    doc: 'Every match replaced; \\1 to \\9 in the replacement are groups. Pattern and replacement must be literals.', example: "REGEXP_REPLACE('2020-01', '(\\d+)-(\\d+)', '\\2/\\1')",
  }),
];
