/** ATTACH and DETACH DATABASE: transactions of the primary database, each of its own. */
import { EngineError } from '../base/errors.ts';
import type { Statement } from '../query/sql/ast.ts';
import type { StatementEnvironment } from '../tx/statement-environment.ts';
import type { OpenDatabase } from './open-database.ts';
import type { SessionOptions } from './session.ts';
import type { TransactionControl } from './transaction-control.ts';

/** The list of databases and the roles of users are the primary's. */
export function requirePrimary({ name, siblings }: OpenDatabase, tree: { readonly start: number }, message: (primary: string) => string): void {
  if (name !== siblings.primaryName) throw new EngineError('semantic-error', message(siblings.primaryName), { position: tree.start });
}

type ChangeOfDatabases = Extract<Statement, { kind: 'attach-database' | 'detach-database' }>;

/** The command tag. Throws 25001, 25006, 42501 and what attaching throws. */
export async function changeDatabases(
  tree: ChangeOfDatabases, database: OpenDatabase, transactions: TransactionControl, options: SessionOptions, { user, facts }: StatementEnvironment,
): Promise<string> {
  const { siblings } = database;
  const verb = tree.kind === 'attach-database' ? 'attach' : 'detach';
  if (transactions.open !== undefined) throw new EngineError('transaction-open', `Cannot ${verb} a database in a transaction.`, { position: tree.start });
  if (options.readOnly) throw new EngineError('read-only-transaction', `Cannot ${verb} a database on a read-only server`);
  requirePrimary(database, tree, (primary) => `Can only ${verb} databases when connected to the primary '${primary}' database.`);
  if (tree.kind === 'detach-database') await transactions.commitElsewhere(siblings.detach(tree.name.text));
  else {
    const isSuperuser = facts.users.some((known) => known.name === user && known.isSuperuser);
    if (tree.config !== undefined && !isSuperuser) throw new EngineError('insufficient-privilege', `ATTACH DATABASE … WITH is open to superusers only, and ${user} is none`, { position: tree.start });
    await transactions.commitElsewhere(siblings.attach(tree.name.text, tree.config));
  }
  return `${verb.toUpperCase()} DATABASE`;
}
