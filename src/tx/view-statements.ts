/** CREATE VIEW and DROP VIEW as statements of a transaction. A view is its text: what it names is looked up when it is read. */
import { EngineError } from '../base/errors.ts';
import { exists, type TableShape } from '../catalog/table-source.ts';
import { qualifiedText } from '../query/plan/bind-table.ts';
import { writableName } from '../query/plan/dml-target.ts';
import type { CreateView, Drop } from '../query/sql/ast.ts';
import type { StatementEnvironment } from './statement-environment.ts';
import { type BoundStatement, NOTHING_DONE, type TableName, type TransactionView, type WriteStatement } from './write-statement.ts';

const DEFAULT_SCHEMA = 'public';

function shapeOf(view: TransactionView, { schema, table }: TableName): TableShape | undefined {
  const shape = view.catalog.table(schema, table)?.shape;
  return shape !== undefined && exists(shape, 'now') ? shape : undefined;
}

export class CreateViewStatement implements WriteStatement {
  readonly text: string;
  readonly #statement: CreateView;
  readonly #environment: StatementEnvironment;
  readonly #parameterCount: number;

  constructor(statement: CreateView, text: string, parameterCount: number, environment: StatementEnvironment) {
    this.#statement = statement;
    this.text = text;
    this.#parameterCount = parameterCount;
    this.#environment = environment;
  }

  /** Throws 42P07 for a name that is taken, 42P02 for a query with parameters, 42501 for schemas of the system. */
  bind(view: TransactionView): BoundStatement {
    const { view: written, query, orReplace, columns, start } = this.#statement;
    const name = writableName(written, this.#environment.databaseName, DEFAULT_SCHEMA);
    const position = written[0]?.start;
    if (this.#parameterCount > 0) throw new EngineError('undefined-parameter', 'the query of a view has no parameters', { position: query.start, hint: 'Nobody could give them when the view is read.' });
    const there = shapeOf(view, name);
    if (there !== undefined && there.view === undefined) throw new EngineError('duplicate-table', `there is a table "${name.table}"`, { position, ofState: true });
    if (there !== undefined && !orReplace) throw new EngineError('duplicate-table', `there is a view "${name.table}" already`, { position, ofState: true, hint: 'CREATE OR REPLACE VIEW takes its place.' });
    const definition = { text: this.text.slice(query.start - start, query.end - start), columns: columns.map((column) => column.text) };
    return { reads: [name], run: () => Promise.resolve({ ...NOTHING_DONE, changes: [{ kind: 'view', ...name, view: definition }] }) };
  }
}

export class DropViewStatement implements WriteStatement {
  readonly text: string;
  readonly #statement: Drop;
  readonly #environment: StatementEnvironment;
  /** A later run says what was said already. */
  #hasNoticed = false;

  constructor(statement: Drop, text: string, environment: StatementEnvironment) {
    this.#statement = statement;
    this.text = text;
    this.#environment = environment;
  }

  /** Throws 42P01 for a view that is not there, unless the statement says IF EXISTS; 42809 for a table. */
  bind(view: TransactionView): BoundStatement {
    const reads: TableName[] = [];
    const dropped = new Map<string, TableName>();
    for (const written of this.#statement.names) {
      const name = writableName(written, this.#environment.databaseName, DEFAULT_SCHEMA);
      const position = written[0]?.start;
      const there = shapeOf(view, name);
      reads.push(name);
      if (there !== undefined && there.view === undefined) throw new EngineError('wrong-object-type', `"${name.table}" is a table`, { position, ofState: true, hint: 'Use DROP TABLE.' });
      if (there !== undefined) dropped.set(`${name.schema}.${name.table}`, name);
      else if (!this.#statement.ifExists) throw new EngineError('undefined-table', `View not found: ${qualifiedText(written)}`, { position, ofState: true });
      else if (!this.#hasNoticed) this.#environment.onNotice({ message: `view "${name.table}" does not exist, skipping` });
    }
    this.#hasNoticed = true;
    return { reads, run: () => Promise.resolve({ ...NOTHING_DONE, changes: [...dropped.values()].map((name) => ({ kind: 'drop' as const, ...name })) }) };
  }
}
