/** Identifiers and keywords as text: QUOTE_IDENT, PARSE_IDENT, NAMESPACE, LOCAL_NAME. */
import { EngineError } from '../../base/errors.ts';
import { listOf } from '../../data/types/column-type.ts';
import { formatValue } from '../../data/types/format.ts';
import { notNull, nullable, TEXT } from '../../data/types/type.ts';
import type { Keyword } from '../../data/types/value.ts';
import type { FunctionDefinition } from '../function.ts';
import { overloadOf, returning, scalar } from './definition.ts';
import type { Resolver } from './definition.ts';
import { RESERVED_WORDS } from './reserved-words.ts';

/** As it must be written in SQL: in double quotes unless it is a plain lower-case word that is not reserved. */
export const quoteIdentifier = (name: string): string =>
  (/^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED_WORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** In single quotes. */
export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const PART = /\s*(?:"((?:[^"]|"")*)"|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*))\s*/y;

/** The parts of a qualified name, unquoted ones in lower case. Throws 22023 for what is none. */
export function parseIdentifier(text: string): readonly string[] {
  const invalid = (detail: string): EngineError => new EngineError('invalid-parameter-value', `string is not a valid identifier: "${text}"`, { detail });
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (match === null) throw invalid(/^\s*"/.test(text.slice(at)) ? 'String has unclosed double quotes.' : at >= text.length || /^\s*\./.test(text.slice(at)) ? 'A part of the name is empty.' : `A name cannot begin with '${text[at]}'.`);
    if (match[1] === '') throw invalid('Quoted identifier must not be empty.');
    parts.push(match[1] === undefined ? (match[2] ?? '').toLowerCase() : match[1].replaceAll('""', '"'));
    at = PART.lastIndex;
    if (at === text.length) return parts;
    if (text[at] !== '.') throw invalid(`'.' expected, found '${text[at]}'.`);
    at += 1;
  }
}

const resolveKeywordPart = (part: (keyword: Keyword) => string | null): Resolver => ([arg]) =>
  (arg?.type?.kind === 'keyword' ? overloadOf(nullable(TEXT), (_, keyword) => part(keyword as Keyword)) : undefined);

const namespaceOf = ({ name }: Keyword): string | null => (name.includes('/') ? name.slice(0, name.indexOf('/')) : null);
const localNameOf = ({ name }: Keyword): string => name.slice(name.indexOf('/') + 1);

const onText = (call: (text: string) => string): Resolver => ([arg]) => (arg?.type?.kind === 'text' ? returning(TEXT, (_, text) => call(text as string)) : undefined);

export const IDENTIFIER_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('text', { name: 'quote_ident', arity: 1, resolve: onText(quoteIdentifier), signature: 'QUOTE_IDENT(s) → text', doc: 's as it must be written to name something.', example: "QUOTE_IDENT('Foo bar')" }),
  scalar('text', {
    name: 'quote_literal', arity: 1, signature: 'QUOTE_LITERAL(x) → text', doc: 'x as a string literal.', example: "QUOTE_LITERAL('it''s')",
    resolve: () => returning(TEXT, (_, value) => quoteLiteral(value === null || value === undefined ? '' : formatValue(value))),
  }),
  scalar('text', {
    name: 'parse_ident', arity: [1, 2], signature: 'PARSE_IDENT(s) → list', doc: 'The parts of a qualified name.', example: "PARSE_IDENT('public.\"Foo\"')",
    resolve: ([arg]) => (arg?.type?.kind === 'text' ? returning(listOf(notNull(TEXT)), (_, text) => parseIdentifier(text as string), { mayRaise: true }) : undefined),
  }),
  scalar('text', { name: 'namespace', arity: 1, resolve: resolveKeywordPart(namespaceOf), signature: 'NAMESPACE(keyword) → text', doc: 'What stands before the slash of a keyword; NULL if there is none.', example: "NAMESPACE(KEYWORD 'foo/bar')" }),
  scalar('text', { name: 'local_name', arity: 1, resolve: resolveKeywordPart(localNameOf), signature: 'LOCAL_NAME(keyword) → text', doc: 'What stands after the slash of a keyword.', example: "LOCAL_NAME(KEYWORD 'foo/bar')" }),
];
