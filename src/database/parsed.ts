/** Parsed statements as sessions keep them: what the protocol sees, and the tree behind it. */
import { assert } from '../base/assert.ts';
import { parseStatements } from '../query/sql/parser.ts';
import type { Statement } from '../query/sql/ast.ts';
import type { ParsedStatement } from './session.ts';

const KINDS: Readonly<Record<Statement['kind'], ParsedStatement['kind']>> = {
  query: 'query', insert: 'dml', update: 'dml', delete: 'dml', erase: 'dml', patch: 'dml', assert: 'dml', 'create-table': 'ddl', copy: 'copy',
  begin: 'begin', commit: 'commit', rollback: 'rollback', 'set-transaction': 'session', 'set-session-characteristics': 'session', set: 'session',
  'set-role': 'session', reset: 'session', show: 'show', discard: 'session', prepare: 'prepare', execute: 'execute', deallocate: 'session',
  grant: 'dml', revoke: 'dml', 'attach-database': 'session', 'detach-database': 'session',
};

export class SessionStatement implements ParsedStatement {
  readonly text: string;
  readonly position: number;
  readonly parameterCount: number;
  readonly kind: ParsedStatement['kind'];
  /** Undefined for an empty text. Offsets are those of the whole text. */
  readonly tree: Statement | undefined;

  constructor(text: string, position: number, parameterCount: number, tree: Statement | undefined) {
    this.text = text;
    this.position = position;
    this.parameterCount = parameterCount;
    this.tree = tree;
    this.kind = tree === undefined ? 'empty' : tree.kind === 'query' && tree.explain !== undefined ? 'explain' : KINDS[tree.kind];
  }
}

export function parseText(text: string): SessionStatement[] {
  const parsed = parseStatements(text);
  if (parsed.length === 0) return [new SessionStatement('', 0, 0, undefined)];
  return parsed.map(({ statement, start, end, parameterCount }) => new SessionStatement(text.slice(start, end), start, parameterCount, statement));
}

/** What a session was given back must be what it gave out. */
export function ownStatement(statement: ParsedStatement): SessionStatement {
  assert(statement instanceof SessionStatement, 'a statement of this session');
  return statement;
}
