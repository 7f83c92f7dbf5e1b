/**
 * CREATE INDEX and DROP INDEX, which migrations send: there are no indexes, and nothing needs one. Those that would keep values unique
 * promise what nobody here would hold, and are refused.
 */
import { EngineError } from '../base/errors.ts';
import { type CatalogView, exists } from '../catalog/table-source.ts';
import type { BindNotice } from '../query/plan/bound-query.ts';
import { writableName } from '../query/plan/dml-target.ts';
import type { CreateIndex, Drop } from '../query/sql/ast.ts';

export type IndexStatement = CreateIndex | Drop;

const NOT_NEEDED: BindNotice = { message: 'indexes are not needed: tables are found by _id and by time, and pruned by the values of every column' };

/** What to tell. Throws 42P01 for a table that is not there, 42809 for a view, 0A000 for UNIQUE on anything but `_id`. */
export function indexNotice(statement: IndexStatement, catalog: CatalogView): BindNotice {
  if (statement.kind !== 'create-index') return NOT_NEEDED;
  const { schema, table } = writableName(statement.table, catalog.databaseName, 'public');
  const position = statement.table[0]?.start;
  const shape = catalog.table(schema, table)?.shape;
  if (shape === undefined || !exists(shape, 'now')) throw new EngineError('undefined-table', `Table not found: ${statement.table.map((name) => name.text).join('.')}`, { position, ofState: true });
  if (shape.view !== undefined) throw new EngineError('wrong-object-type', `"${table}" is a view`, { position, ofState: true });
  if (statement.unique && !isOfId(statement)) {
    throw new EngineError('unsupported', 'Only _id is unique', {
      position: statement.start, hint: 'Make what must be unique the _id, or check it in the transaction: ASSERT NOT EXISTS (SELECT …).',
    });
  }
  return NOT_NEEDED;
}

function isOfId({ items: [first, second] }: CreateIndex): boolean {
  const expression = first?.expression;
  return second === undefined && expression?.kind === 'column' && expression.parts.length === 1 && expression.parts[0]?.text === '_id';
}
