/** Statements about what names stand for: CREATE, DROP, TRUNCATE. */
import type { CreateIndex, CreateTable, CreateView, Drop, DropBehaviour, Name, QualifiedName, Truncate } from './ast.ts';
import type { SortItem, TypeName } from './ast-expression.ts';
import { parseColumnList, parseTableName } from './parse-from.ts';
import { parseTypeName } from './parse-type.ts';
import { parseSortDirection } from './parse-window.ts';
import { K, T } from './tokens.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Everything that begins with CREATE. */
export function parseCreate(cursor: TokenCursor): CreateTable | CreateView | CreateIndex {
  const start = cursor.start;
  cursor.expect(K.CREATE);
  const hint = NOT_CREATED.get(cursor.word());
  if (hint !== undefined) cursor.hint(hint);
  if (cursor.atPair(K.OR, K.REPLACE)) {
    cursor.acceptWords(K.OR, K.REPLACE);
    return parseCreateView(cursor, start, true);
  }
  if (cursor.at(K.VIEW)) return parseCreateView(cursor, start, false);
  if (cursor.at(K.INDEX) || cursor.at(K.UNIQUE)) return parseCreateIndex(cursor, start);
  return parseCreateTable(cursor, start);
}

/** `CREATE [OR REPLACE] VIEW v [(a, …)] AS query`, from VIEW on. */
function parseCreateView(cursor: TokenCursor, start: number, orReplace: boolean): CreateView {
  cursor.expect(K.VIEW);
  const view = parseTableName(cursor);
  const columns = cursor.at(T.LEFT_PAREN) ? parseColumnList(cursor) : [];
  cursor.expect(K.AS);
  const query = cursor.rules.query(cursor);
  return { kind: 'create-view', orReplace, view, columns, query, start, end: cursor.end };
}

/**
 * `CREATE [UNIQUE] INDEX [CONCURRENTLY] [[IF NOT EXISTS] i] ON [ONLY] t [USING m] (x [opclass] [ASC | DESC] [NULLS …], …) [INCLUDE (a, …)] [WHERE p]`, from
 * UNIQUE on. What is only about how an index is made and kept is not part of the tree.
 */
function parseCreateIndex(cursor: TokenCursor, start: number): CreateIndex {
  const unique = cursor.accept(K.UNIQUE);
  cursor.expect(K.INDEX);
  cursor.accept(K.CONCURRENTLY);
  const ifNotExists = cursor.atPair(K.IF, K.NOT) && cursor.acceptWords(K.IF, K.NOT, K.EXISTS);
  const name = ifNotExists || !cursor.at(K.ON) ? cursor.name('an index') : undefined;
  cursor.expect(K.ON);
  cursor.accept(K.ONLY);
  const table = parseTableName(cursor);
  const method = cursor.accept(K.USING) ? cursor.name('an index method') : undefined;
  cursor.expect(T.LEFT_PAREN);
  const items: SortItem[] = [];
  do items.push(parseIndexItem(cursor)); while (cursor.accept(T.COMMA));
  cursor.expect(T.RIGHT_PAREN);
  const include = cursor.accept(K.INCLUDE) ? parseColumnList(cursor) : [];
  const where = cursor.accept(K.WHERE) ? cursor.rules.expression(cursor, 0) : undefined;
  return { kind: 'create-index', unique, ifNotExists, name, table, method, items, include, where, start, end: cursor.end };
}

function parseIndexItem(cursor: TokenCursor): SortItem {
  const start = cursor.start;
  const expression = cursor.rules.expression(cursor, 0);
  // The operator class.
  if (cursor.kind === T.NAME || cursor.kind === T.QUOTED_NAME) parseTableName(cursor);
  return parseSortDirection(cursor, expression, start);
}

/** `CREATE [OR ALTER] TABLE [IF NOT EXISTS] t [(a [type], …)]`, from OR on. */
function parseCreateTable(cursor: TokenCursor, start: number): CreateTable {
  const alter = cursor.acceptWords(K.OR, K.ALTER);
  cursor.expect(K.TABLE);
  const ifNotExists = cursor.atPair(K.IF, K.NOT) && cursor.acceptWords(K.IF, K.NOT, K.EXISTS);
  const table = parseTableName(cursor);
  const columns: { name: Name; type: TypeName | undefined }[] = [];
  if (cursor.accept(T.LEFT_PAREN) && !cursor.accept(T.RIGHT_PAREN)) {
    do columns.push(parseColumnDefinition(cursor)); while (cursor.accept(T.COMMA));
    cursor.expect(T.RIGHT_PAREN);
  }
  return { kind: 'create-table', orAlter: alter || ifNotExists, table, columns, start, end: cursor.end };
}

const NOT_CREATED: ReadonlyMap<string, string> = new Map([
  ['schema', 'Schemas need not be created: write to s.t.'],
  ['database', 'Databases are attached: ATTACH DATABASE name.'],
  ['temporary', 'There are no temporary tables: use WITH.'], ['temp', 'There are no temporary tables: use WITH.'],
  ['materialized', 'Views are never materialized: CREATE VIEW.'], ['recursive', 'A view may hold a recursive query: CREATE VIEW v AS WITH RECURSIVE ….'],
]);

function parseColumnDefinition(cursor: TokenCursor): { name: Name; type: TypeName | undefined } {
  const name = cursor.name('a column');
  const type = cursor.atName('a type') ? parseTypeName(cursor) : undefined;
  if (!cursor.at(T.COMMA) && !cursor.at(T.RIGHT_PAREN)) cursor.hint('Columns have a name and perhaps a type: there are no constraints and no defaults. The key is always _id.');
  return { name, type };
}

/** `DROP TABLE | VIEW | INDEX [CONCURRENTLY] [IF EXISTS] t, … [CASCADE | RESTRICT]`. */
export function parseDrop(cursor: TokenCursor): Drop {
  const start = cursor.start;
  cursor.expect(K.DROP);
  const hint = NOT_DROPPED.get(cursor.word());
  if (hint !== undefined) cursor.hint(hint);
  const kind = cursor.accept(K.VIEW) ? 'drop-view' : cursor.accept(K.INDEX) ? 'drop-index' : 'drop-table';
  if (kind === 'drop-table') cursor.expect(K.TABLE);
  if (kind === 'drop-index') cursor.accept(K.CONCURRENTLY);
  const ifExists = cursor.atPair(K.IF, K.EXISTS) && cursor.acceptWords(K.IF, K.EXISTS);
  const names = parseTableNames(cursor);
  return { kind, ifExists, names, behaviour: parseBehaviour(cursor), start, end: cursor.end };
}

const NOT_DROPPED: ReadonlyMap<string, string> = new Map([
  ['schema', 'Schemas are there as long as they have tables: there is nothing to drop.'],
  ['database', 'Databases are detached: DETACH DATABASE name.'],
]);

function parseTableNames(cursor: TokenCursor): QualifiedName[] {
  const names: QualifiedName[] = [];
  do names.push(parseTableName(cursor)); while (cursor.accept(T.COMMA));
  return names;
}

const parseBehaviour = (cursor: TokenCursor): DropBehaviour | undefined =>
  (cursor.accept(K.CASCADE) ? 'cascade' : cursor.accept(K.RESTRICT) ? 'restrict' : undefined);

/** `TRUNCATE [TABLE] [ONLY] t, … [RESTART | CONTINUE IDENTITY] [CASCADE | RESTRICT]`. */
export function parseTruncate(cursor: TokenCursor): Truncate {
  const start = cursor.start;
  cursor.expect(K.TRUNCATE);
  cursor.accept(K.TABLE);
  // There are no tables that inherit, so that ONLY says nothing.
  cursor.accept(K.ONLY);
  const tables = parseTableNames(cursor);
  const identity = cursor.acceptWords(K.RESTART, K.IDENTITY) ? 'restart' : cursor.acceptWords(K.CONTINUE, K.IDENTITY) ? 'continue' : undefined;
  return { kind: 'truncate', tables, identity, behaviour: parseBehaviour(cursor), start, end: cursor.end };
}
