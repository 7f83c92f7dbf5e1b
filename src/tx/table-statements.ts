/**
 * CREATE TABLE, DROP TABLE and TRUNCATE as statements of a transaction.
 *
 *   CREATE      declares the name and its columns
 *   TRUNCATE    DELETE FROM t FOR ALL VALID_TIME
 *   DROP        the same, then the name is free. What was is still there for whoever asks for an earlier system time
 */
import { must } from '../base/assert.ts';
import { EngineError } from '../base/errors.ts';
import { exists } from '../catalog/table-source.ts';
import { writableName } from '../query/plan/dml-target.ts';
import type { CreateTable, Delete, Drop, QualifiedName, Truncate } from '../query/sql/ast.ts';
import { printStatement } from '../query/sql/print.ts';
import type { TableChange } from '../storage/event.ts';
import { DmlWriteStatement } from './dml-statement.ts';
import type { StatementEnvironment } from './statement-environment.ts';
import type { WritePlans } from './write-plans.ts';
import { type BoundStatement, NOTHING_DONE, type TableName, type TransactionView, type WriteResult, type WriteStatement } from './write-statement.ts';

const DEFAULT_SCHEMA = 'public';

export class CreateTableStatement implements WriteStatement {
  readonly text: string;
  readonly #statement: CreateTable;
  readonly #environment: StatementEnvironment;
  readonly #typeName: (type: NonNullable<CreateTable['columns'][number]['type']>) => string;

  constructor(statement: CreateTable, text: string, environment: StatementEnvironment) {
    this.#statement = statement;
    this.text = text;
    this.#environment = environment;
    this.#typeName = (type) => text.slice(type.start - statement.start, type.end - statement.start);
  }

  /** Throws 42P07 for the name of a view, 42501 for schemas of the system. */
  bind(view: TransactionView): BoundStatement {
    const name = writableName(this.#statement.table, this.#environment.databaseName, DEFAULT_SCHEMA);
    if (isView(view, name)) throw new EngineError('duplicate-table', `there is a view "${name.table}"`, { position: this.#statement.table[0]?.start, ofState: true });
    const columns = this.#statement.columns.map(({ name: column, type }) => ({ name: column.text, typeName: type === undefined ? null : this.#typeName(type) }));
    return {
      reads: [name],
      run: () => Promise.resolve({ ...NOTHING_DONE, changes: [{ kind: 'declare', ...name, columns }] }),
    };
  }
}

export class EndTablesStatement implements WriteStatement {
  readonly text: string;
  readonly #statement: Drop | Truncate;
  readonly #environment: StatementEnvironment;
  readonly #plans: WritePlans;
  /** A later run says what was said already. */
  #hasNoticed = false;

  constructor(statement: Drop | Truncate, text: string, environment: StatementEnvironment, plans: WritePlans) {
    this.#statement = statement;
    this.text = text;
    this.#environment = environment;
    this.#plans = plans;
  }

  /** Throws 42P01 for a table that is not there, unless the statement says IF EXISTS; 42809 for a view; 42501 for tables of the system. */
  bind(view: TransactionView): BoundStatement {
    const statement = this.#statement;
    const reads: TableName[] = [];
    const ends: { readonly name: TableName; readonly rows: BoundStatement }[] = [];
    for (const [name, written] of this.#named()) {
      reads.push(name);
      if (isView(view, name)) throw new EngineError('wrong-object-type', `"${name.table}" is a view`, { position: written[0]?.start, ofState: true, hint: statement.kind === 'truncate' ? 'It has no rows of its own.' : 'Use DROP VIEW.' });
      if (statement.kind === 'drop-table' && statement.ifExists && !isThere(view, name)) this.#notice(name);
      else ends.push({ name, rows: this.#deleteAll(written).bind(view) });
    }
    this.#hasNoticed = true;
    return { reads, run: () => runAll(ends, statement.kind === 'drop-table') };
  }

  /** Each table once, however often it is named. */
  #named(): Map<TableName, QualifiedName> {
    const statement = this.#statement;
    const byText = new Map((statement.kind === 'truncate' ? statement.tables : statement.names).map((written) => {
      const name = writableName(written, this.#environment.databaseName, DEFAULT_SCHEMA);
      return [`${name.schema}.${name.table}`, [name, written] as const];
    }));
    return new Map(byText.values());
  }

  #deleteAll(table: QualifiedName): DmlWriteStatement {
    const { start } = must(table[0], 'a table has a name');
    const span = { start, end: must(table.at(-1), 'a table has a name').end };
    const tree: Delete = { kind: 'delete', table, extent: { kind: 'all', ...span }, alias: undefined, where: undefined, returning: [], ...span };
    return new DmlWriteStatement(tree, printStatement(tree), [], this.#environment, this.#plans);
  }

  #notice({ table }: TableName): void {
    if (!this.#hasNoticed) this.#environment.onNotice({ message: `table "${table}" does not exist, skipping` });
  }
}

const isView = (view: TransactionView, { schema, table }: TableName): boolean => view.catalog.table(schema, table)?.shape.view !== undefined;

function isThere(view: TransactionView, { schema, table }: TableName): boolean {
  const shape = view.catalog.table(schema, table)?.shape;
  return shape !== undefined && exists(shape, 'now');
}

async function runAll(ends: readonly { readonly name: TableName; readonly rows: BoundStatement }[], isDropped: boolean): Promise<WriteResult> {
  const changes: TableChange[] = [];
  for (const { name, rows } of ends) {
    changes.push(...(await rows.run()).changes);
    if (isDropped) changes.push({ kind: 'drop', ...name });
  }
  return { ...NOTHING_DONE, changes };
}
