/** Parsed statements as sessions keep them: what the protocol sees, and the tree behind it. */
import { assert, must } from '../base/assert.ts';
import type { MemoryBudget } from '../base/memory-budget.ts';
import { tokenize, type Tokens } from '../query/sql/lexer.ts';
import { type ParsedSql, parseTokens } from '../query/sql/parser.ts';
import type { Type } from '../data/types/type.ts';
import type { Statement } from '../query/sql/ast.ts';
import { placeIn, shapeOf, type TextShape } from '../query/sql/text-shape.ts';
import { K, T } from '../query/sql/tokens.ts';
import type { KnownText, KnownTexts } from './known-texts.ts';
import type { ParsedStatement } from './session.ts';

const KINDS: Readonly<Record<Statement['kind'], ParsedStatement['kind']>> = {
  query: 'query', insert: 'dml', update: 'dml', delete: 'dml', erase: 'dml', patch: 'dml', assert: 'dml', copy: 'copy', 'create-table': 'ddl', 'create-view': 'ddl', 'create-index': 'ddl', 'drop-table': 'ddl', 'drop-view': 'ddl', 'drop-index': 'ddl', truncate: 'ddl',
  begin: 'begin', commit: 'commit', rollback: 'rollback', 'set-transaction': 'session', 'set-session-characteristics': 'session', set: 'session',
  'set-role': 'session', reset: 'session', show: 'show', discard: 'session', prepare: 'prepare', execute: 'execute', deallocate: 'session',
  grant: 'dml', revoke: 'dml', 'attach-database': 'session', 'detach-database': 'session',
};

/** Where positions of a statement are to be found: in the text that was sent. */
export interface TextPlace { readonly position: number; readonly shape: TextShape | undefined }

/** The position in `to` of what stands at `position` in `from`, which has the same identity. */
export const movedPosition = (to: TextPlace, from: TextPlace, position: number): number =>
  (to.shape !== undefined && from.shape !== undefined ? placeIn(to.shape, from.shape, position) : position - from.position + to.position);

export class SessionStatement implements ParsedStatement, TextPlace {
  readonly text: string;
  readonly position: number;
  readonly parameterCount: number;
  readonly kind: ParsedStatement['kind'];
  /** Of the whole text, which is this statement alone: a query without SETTING and EXPLAIN. Others have none. */
  readonly shape: TextShape | undefined;
  /** Undefined until a plan has been made for such a text. */
  known: KnownText | undefined;
  /** What a plan was last looked for under, and what that was made of. */
  lastKey: { readonly known: KnownText | undefined; readonly declared: readonly (Type | undefined)[]; readonly zone: string; readonly key: string } | undefined;
  /** A text that is known is parsed when somebody asks for the tree. */
  #tree: Statement | (() => Statement) | undefined;

  constructor(text: string, position: number, parameterCount: number, tree: Statement | (() => Statement) | undefined, shape?: TextShape, known?: KnownText) {
    this.text = text;
    this.position = position;
    this.parameterCount = parameterCount;
    this.#tree = tree;
    this.shape = shape;
    this.known = known;
    this.kind = tree === undefined ? 'empty' : typeof tree === 'function' ? 'query' : tree.kind === 'query' && tree.explain !== undefined ? 'explain' : KINDS[tree.kind];
  }

  /** Undefined for an empty text. Offsets are those of the whole text. */
  get tree(): Statement | undefined {
    if (typeof this.#tree === 'function') this.#tree = this.#tree();
    return this.#tree;
  }
}

/** Longer texts are bulk loads or come once. Below it the lexer needs no arrays of its own. */
const SHAPE_TEXT_MAX = 4000;
const QUERY_STARTS: ReadonlySet<number> = new Set([K.SELECT, K.WITH, K.FROM, K.VALUES, T.LEFT_PAREN]);

/** How many tokens the only statement of a text has, if it may be a plain query. */
function queryLength({ kinds, count }: Tokens): number | undefined {
  if (!QUERY_STARTS.has(kinds[0]!)) return undefined;
  let end = count - 1;
  while (kinds[end - 1] === T.SEMICOLON) end--;
  for (let index = 0; index < end; index++) if (kinds[index] === T.SEMICOLON) return undefined;
  return end;
}

const isPlainQuery = (tree: Statement): boolean => tree.kind === 'query' && tree.explain === undefined && tree.settings.length === 0;

/** About what a token of a long text becomes: a part of the tree, of the plan, and of the row that is made of it. */
const TOKEN_BYTES = 128;

/** Throws 53200 for a text whose tree alone is more than queries may hold. */
function checkFits(tokenCount: number, budget: MemoryBudget): void {
  const share = budget.open();
  try { share.resize(tokenCount * TOKEN_BYTES); } finally { share.close(); }
}

/** The statements of a text. `texts`: those that need not be parsed again. */
export function parseText(text: string, texts?: KnownTexts, budget?: MemoryBudget): SessionStatement[] {
  if (text.length > SHAPE_TEXT_MAX) {
    const long = tokenize(text);
    if (budget !== undefined) checkFits(long.count, budget);
    return statementsOf(text, parseTokens(text, long));
  }
  const tokens = tokenize(text);
  const length = queryLength(tokens);
  if (length === undefined) return statementsOf(text, parseTokens(text, tokens));
  const shape = shapeOf(text, tokens);
  const known = texts?.find(shape);
  if (known !== undefined) {
    const start = tokens.starts[0]!;
    const parse = (): Statement => must(parseTokens(text, tokenize(text), true)[0], 'a text that is known is a query').statement;
    return [new SessionStatement(text.slice(start, tokens.ends[length - 1]), start, known.parameterCount, parse, shape, known)];
  }
  return statementsOf(text, parseTokens(text, tokens, true), shape);
}

function statementsOf(text: string, parsed: readonly ParsedSql[], shape?: TextShape): SessionStatement[] {
  if (parsed.length === 0) return [new SessionStatement('', 0, 0, undefined)];
  return parsed.map(({ statement, start, end, parameterCount }) =>
    new SessionStatement(text.slice(start, end), start, parameterCount, statement, isPlainQuery(statement) ? shape : undefined));
}

/** What a session was given back must be what it gave out. */
export function ownStatement(statement: ParsedStatement): SessionStatement {
  assert(statement instanceof SessionStatement, 'a statement of this session');
  return statement;
}
